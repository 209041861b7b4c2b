import { InvariantViolated } from '../assert.js';
import { amountMax } from '../money.js';
import type { Account } from './account.js';
import { balanceMax, Ledger } from './ledger.js';

describe('the ledger', () => {
  let ledger: Ledger;
  let alice: Account;
  let bob: Account;

  beforeEach(() => {
    ledger = new Ledger();
    alice = ledger.open(2, 'CUSTOMER');
    bob = ledger.open(1, 'CUSTOMER');
    ledger.post(ledger.external, alice, 'USD', 100n);
    ledger.takeChanges();
  });

  it('tells of a balance once, however often it was changed', () => {
    ledger.post(alice, bob, 'USD', 10n);
    ledger.post(alice, bob, 'USD', 20n);
    ledger.hold(alice, 'USD', 5n);
    ledger.hold(alice, 'USD', 6n);
    ledger.release(alice, 'USD', 1n);
    ledger.release(alice, 'USD', 1n);
    expect(ledger.takeChanges()).toEqual([
      { accountId: 1, asset: 'USD', available: 30n, held: 0n },
      { accountId: 2, asset: 'USD', available: 61n, held: 9n },
    ]);
    expect(ledger.takeChanges()).toEqual([]);
  });

  it('tells of a balance that was held only, and of one that was released only', () => {
    ledger.hold(alice, 'USD', 5n);
    expect(ledger.takeChanges()).toEqual([{ accountId: 2, asset: 'USD', available: 95n, held: 5n }]);
    ledger.release(alice, 'USD', 2n);
    expect(ledger.takeChanges()).toEqual([{ accountId: 2, asset: 'USD', available: 97n, held: 3n }]);
  });

  it('gives back no more than is held', () => {
    ledger.hold(alice, 'USD', 5n);
    ledger.release(alice, 'USD', 5n);
    expect(() => ledger.release(alice, 'USD', 1n)).toThrow(new InvariantViolated('a release gives back what is held'));
  });

  it('takes no less than nothing for a hold', () => {
    expect(() => ledger.hold(alice, 'USD', -1n)).toThrow(new InvariantViolated('a hold takes what is available'));
  });

  describe('what the journal can keep', () => {
    const tooLarge = new InvariantViolated('a balance fits the journal');

    it('is as much for who has it', () => {
      ledger.post(ledger.liquidity, alice, 'USD', amountMax - 100n);
      expect(alice.total('USD')).toBe(amountMax);
      expect(() => ledger.post(ledger.liquidity, alice, 'USD', 1n)).toThrow(tooLarge);
    });

    it('counts what is held', () => {
      ledger.hold(alice, 'USD', 100n);
      expect(() => ledger.post(ledger.liquidity, alice, 'USD', amountMax - 99n)).toThrow(tooLarge);
    });

    it('is as much for who owes it', () => {
      ledger.post(ledger.external, bob, 'USD', amountMax - 100n);
      expect(ledger.external.total('USD')).toBe(-amountMax);
      expect(() => ledger.post(ledger.external, ledger.fees, 'USD', 1n)).toThrow(tooLarge);
    });

    it('has room for half of it on either side', () => {
      expect(ledger.hasRoomFor(bob, 'USD', balanceMax)).toBe(true);
      expect(ledger.hasRoomFor(bob, 'USD', balanceMax + 1n)).toBe(false);
      expect(ledger.hasRoomFor(ledger.external, 'BTC', -balanceMax)).toBe(true);
      expect(ledger.hasRoomFor(ledger.external, 'BTC', -balanceMax - 1n)).toBe(false);
    });
  });
});
