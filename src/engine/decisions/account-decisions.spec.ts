import type { Command } from '../command.js';
import { money, Scene } from '../exchange.fixture.js';
import { Exchange } from '../exchange.js';
import { externalAccountId, feesAccountId, liquidityAccountId } from '../ids.js';
import { amountMax } from '../money.js';

describe('accounts', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '100 USD');
    bob = scene.account('bob', '100 USD', '1 BTC');
  });

  const move = (type: 'Deposit' | 'Withdraw', accountId: number, words: string) =>
    scene.do({ type, accountId, ...money(words) });
  const transfer = (fromAccountId: number, toAccountId: number, words: string) =>
    scene.do({ type: 'Transfer', fromAccountId, toAccountId, ...money(words) });
  const change = (accountId: number, status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED') =>
    scene.do({ type: 'ChangeAccountStatus', accountId, status });
  const emptyOut = (accountId: number) => move('Withdraw', accountId, '100 USD');

  it('are named by the sequence that opened them', () => {
    const opened = scene.do({
      type: 'OpenAccount',
      name: 'carol',
      ownerId: 'desk 7',
      accountType: 'HOUSE',
      idempotencyKey: 'k',
    });
    const accountId = scene.exchange.sequence;
    expect(opened).toEqual({
      events: [
        {
          type: 'AccountOpened',
          accountId,
          name: 'carol',
          ownerId: 'desk 7',
          accountType: 'HOUSE',
          idempotencyKey: 'k',
        },
      ],
      balances: [],
    });
    expect(scene.exchange.account(accountId)).toMatchObject({ accountType: 'HOUSE', status: 'ACTIVE' });
  });

  it('do not show the accounts of the venue itself', () => {
    expect(scene.exchange.account(externalAccountId)).toBeUndefined();
    expect(scene.exchange.account(999)).toBeUndefined();
  });

  describe('funds', () => {
    it('come from and go to the outside world', () => {
      expect(move('Deposit', alice, '0.01 USD').events).toEqual([
        {
          type: 'FundsMoved',
          transferId: scene.exchange.sequence,
          kind: 'DEPOSIT',
          fromAccountId: externalAccountId,
          toAccountId: alice,
          ...money('0.01 USD'),
          idempotencyKey: undefined,
        },
      ]);
      move('Withdraw', alice, '0.11 USD');
      expect(scene.balances(alice)).toBe('99.9 USD');
      expect(scene.balances(externalAccountId)).toBe('-1 BTC, -199.9 USD');
    });

    it('go from one account to another', () => {
      expect(transfer(bob, alice, '0.4 BTC').events).toMatchObject([{ type: 'FundsMoved', kind: 'TRANSFER' }]);
      expect(scene.balances(alice)).toBe('0.4 BTC, 100 USD');
      expect(scene.balances(bob)).toBe('0.6 BTC, 100 USD');
    });

    it.each<[string, (scene: { alice: number; bob: number }) => Command, string, string]>([
      [
        'more than there is',
        ({ alice }) => ({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 100_01n }),
        'INSUFFICIENT_FUNDS',
        '100.01 USD was asked for and 100 USD is available.',
      ],
      [
        'from an account without any',
        ({ alice, bob }) => ({ type: 'Transfer', fromAccountId: alice, toAccountId: bob, ...money('0.0001 BTC') }),
        'INSUFFICIENT_FUNDS',
        '0.0001 BTC was asked for and 0 BTC is available.',
      ],
      [
        'to the same account',
        ({ alice }) => ({ type: 'Transfer', fromAccountId: alice, toAccountId: alice, ...money('1 USD') }),
        'SAME_ACCOUNT',
        'A transfer goes from one account to another one.',
      ],
      [
        'more than the ledger can keep',
        ({ alice }) => ({ type: 'Deposit', accountId: alice, asset: 'USD', amount: amountMax / 2n }),
        'BALANCE_LIMIT',
        'The balance of USD after this would be larger than the ledger can keep.',
      ],
    ])('are refused and kept as refused: %s', (_, command, rejectCode, reason) => {
      const { events, reject } = scene.do(command({ alice, bob }));
      expect(reject).toEqual({ rejected: rejectCode, reason });
      expect(events).toMatchObject([
        { type: 'TransferRejected', transferId: scene.exchange.sequence, rejectCode, reason },
      ]);
      expect(scene.balances(alice)).toBe('100 USD');
    });

    it('are refused without being kept where something is not there', () => {
      const unknown = 'There is no account acc-999.';
      const notFound = (reason: string) => ({
        events: [],
        balances: [],
        reject: { rejected: 'ACCOUNT_NOT_FOUND', reason },
      });
      expect(move('Deposit', 999, '1 USD')).toEqual(notFound(unknown));
      expect(move('Withdraw', 999, '1 USD')).toEqual(notFound(unknown));
      expect(transfer(999, alice, '1 USD')).toEqual(notFound(unknown));
      expect(transfer(alice, 999, '1 USD')).toEqual(notFound(unknown));
      expect(scene.do({ type: 'Deposit', accountId: alice, asset: 'DOGE', amount: 1n })).toEqual({
        events: [],
        balances: [],
        reject: { rejected: 'ASSET_NOT_FOUND', reason: 'There is no asset DOGE; there are BTC, ETH, USD.' },
      });
    });

    it('cannot be moved on the accounts of the venue itself', () => {
      for (const system of [externalAccountId, feesAccountId, liquidityAccountId]) {
        for (const attempt of [
          move('Deposit', system, '1 USD'),
          move('Withdraw', system, '1 USD'),
          transfer(system, alice, '1 USD'),
          transfer(alice, system, '1 USD'),
        ]) {
          expect(attempt).toMatchObject({ events: [], balances: [], reject: { rejected: 'ACCOUNT_NOT_FOUND' } });
        }
      }
    });

    it('cannot be moved before there are any assets', () => {
      const exchange = new Exchange();
      exchange.execute({ type: 'OpenAccount', name: 'a', accountType: 'CUSTOMER' }, { sequence: 1, time: 0 });
      const { reject } = exchange.execute(
        { type: 'Deposit', accountId: 1, asset: 'USD', amount: 1n },
        { sequence: 2, time: 0 },
      );
      expect(reject?.reason).toBe('There is no asset USD; there are none yet.');
    });

    it('can all be taken out again, however much was put in', () => {
      const most = amountMax / 2n - 200_00n;
      expect(scene.do({ type: 'Deposit', accountId: alice, asset: 'USD', amount: most }).reject).toBeUndefined();
      expect(scene.do({ type: 'Deposit', accountId: bob, asset: 'USD', amount: 1n }).reject?.rejected).toBe(
        'BALANCE_LIMIT',
      );
      expect(scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: most }).reject).toBeUndefined();
      expect(scene.balances(externalAccountId)).toBe('-1 BTC, -200 USD');
    });
  });

  describe('status', () => {
    it('SUSPENDED stops funds, until it is ACTIVE again', () => {
      expect(change(alice, 'SUSPENDED').events).toEqual([
        { type: 'AccountStatusChanged', accountId: alice, status: 'SUSPENDED' },
      ]);
      const reason = `Account acc-${alice} is SUSPENDED; funds move between ACTIVE accounts.`;
      for (const attempt of [
        move('Deposit', alice, '1 USD'),
        move('Withdraw', alice, '1 USD'),
        transfer(alice, bob, '1 USD'),
        transfer(bob, alice, '1 USD'),
      ]) {
        expect(attempt.reject).toEqual({ rejected: 'ACCOUNT_NOT_ACTIVE', reason });
      }
      change(alice, 'ACTIVE');
      expect(move('Withdraw', alice, '1 USD').reject).toBeUndefined();
    });

    it('SUSPENDED leaves the orders open, to be filled or canceled', () => {
      const [one, two] = [scene.sell(bob, '0.1 @ 100'), scene.sell(bob, '0.1 @ 100')];
      change(bob, 'SUSPENDED');
      expect(scene.buy(alice, '0.1 @ 100').fills).toEqual(['bob 0.1 @ 100']);
      expect(scene.cancel(one.orderId).reject?.rejected).toBe('ORDER_NOT_OPEN');
      expect(scene.cancel(two.orderId).reject).toBeUndefined();
    });

    it('that is so already changes nothing', () => {
      expect(change(alice, 'ACTIVE')).toEqual({ events: [], balances: [] });
    });

    it('CLOSED needs an account without orders', () => {
      scene.buy(alice, '0.5 @ 100');
      scene.buy(alice, '0.4 @ 100');
      expect(change(alice, 'CLOSED')).toEqual({
        events: [],
        balances: [],
        reject: {
          rejected: 'ACCOUNT_HAS_OPEN_ORDERS',
          reason: `Account acc-${alice} has 2 open orders; cancel them before closing it.`,
        },
      });
    });

    it('CLOSED needs an empty account', () => {
      expect(change(bob, 'CLOSED')).toEqual({
        events: [],
        balances: [],
        reject: {
          rejected: 'ACCOUNT_NOT_EMPTY',
          reason: `Account acc-${bob} still has BTC, USD; withdraw it before closing it.`,
        },
      });
    });

    it('CLOSED names what there still is, by its name, and nothing that is gone', () => {
      const carol = scene.account('carol', '1 USD', '2 BTC', '3 ETH');
      scene.do({ type: 'Withdraw', accountId: carol, asset: 'BTC', amount: 20_000n });
      expect(change(carol, 'CLOSED').reject?.reason).toContain('still has ETH, USD;');
    });

    it.each(['ACTIVE', 'SUSPENDED'] as const)('CLOSED is for ever, also from %s', (status) => {
      emptyOut(alice);
      change(alice, status);
      expect(change(alice, 'CLOSED').reject).toBeUndefined();
      for (const again of ['ACTIVE', 'SUSPENDED'] as const) {
        expect(change(alice, again)).toEqual({
          events: [],
          balances: [],
          reject: { rejected: 'ACCOUNT_CLOSED', reason: `Account acc-${alice} is CLOSED and stays so.` },
        });
      }
      expect(change(alice, 'CLOSED')).toEqual({ events: [], balances: [] });
      expect(move('Deposit', alice, '1 USD').reject?.rejected).toBe('ACCOUNT_NOT_ACTIVE');
      expect(scene.buy(alice, '1 @ 100').outcome).toBe('REJECTED ACCOUNT_NOT_ACTIVE');
    });

    it('is changed of customers only', () => {
      for (const accountId of [0, 999, liquidityAccountId]) {
        expect(change(accountId, 'SUSPENDED').reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
      }
    });
  });
});
