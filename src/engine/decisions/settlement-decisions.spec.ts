import type { InstructionStatus, NetObligation } from '../command.js';
import type { Event } from '../event.js';
import { btcUsd, ethUsd, Scene, venueWith } from '../exchange.fixture.js';
import { feesAccountId } from '../ids.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';

describe('settlement', () => {
  let scene: Scene;
  let alice: number;
  let bob: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '1000 USD');
    bob = scene.account('bob', '5 BTC');
    scene.sell(bob, '1 @ 100');
    scene.buy(alice, '1 @ 100');
  });

  /** What the trade of one bitcoin at 100 comes to, with 20 cents of the taker and 10 of the maker. */
  const nets = (): NetObligation[] => [
    { accountId: feesAccountId, asset: 'USD', amount: 30n },
    { accountId: alice, asset: 'BTC', amount: 10_000n },
    { accountId: alice, asset: 'USD', amount: -100_20n },
    { accountId: bob, asset: 'BTC', amount: -10_000n },
    { accountId: bob, asset: 'USD', amount: 99_90n },
  ];
  const close = (symbols: string[], throughSequence = scene.exchange.sequence, instructions = nets()) =>
    scene.do({ type: 'CloseSettlementCycle', settlementDate: '2026-01-31', symbols, throughSequence, instructions });
  const note = (...changes: [number, InstructionStatus, string?][]) =>
    scene.do({
      type: 'NoteInstructionStatuses',
      changes: changes.map(([instructionId, status, reason]) => ({ instructionId, status, reason })),
    });
  const settlement = () => scene.exchange.state.settlement;

  it('makes counted instructions of what the trades of markets came to, and says from which record on', () => {
    const through = scene.exchange.sequence;
    expect(close(['BTC-USD', 'ETH-USD']).events).toEqual([
      {
        type: 'SettlementCycleClosed',
        settlementDate: '2026-01-31',
        markets: [
          { symbol: 'BTC-USD', afterSequence: 0 },
          { symbol: 'ETH-USD', afterSequence: 0 },
        ],
        throughSequence: through,
        instructions: nets().map((net, index) => ({ instructionId: index + 1, ...net })),
      },
    ]);
    scene.buy(alice, '1 @ 90');
    const { events } = close(['BTC-USD']);
    expect(events).toMatchObject([
      {
        markets: [{ symbol: 'BTC-USD', afterSequence: through }],
        instructions: [{ instructionId: 6 }, {}, {}, {}, {}],
      },
    ]);
    expect(settlement().count('PENDING')).toBe(10);
  });

  it('takes nothing twice, and names no market that is not there', () => {
    const through = scene.exchange.sequence;
    close(['BTC-USD'], through);
    expect(close(['ETH-USD', 'BTC-USD'], through)).toMatchObject({
      events: [],
      reject: {
        rejected: 'CYCLE_CLOSED',
        reason: `The trades of BTC-USD are in closed cycles through record ${through}; this one would end at ${through}.`,
      },
    });
    expect(close(['XRP-USD'], through).reject).toEqual({
      rejected: 'MARKET_NOT_FOUND',
      reason: 'There is no market XRP-USD.',
    });
  });

  it('takes nothing that does not add up, or that is not in the journal yet', () => {
    expect(() => close(['BTC-USD'], scene.exchange.sequence, nets().slice(1))).toThrow('add up to zero');
    const nothing = 'an instruction moves something of somebody';
    for (const net of [
      { accountId: alice, asset: 'USD', amount: 0n },
      { accountId: 999, asset: 'USD', amount: 1n },
    ]) {
      expect(() => close(['BTC-USD'], scene.exchange.sequence, [net])).toThrow(nothing);
    }
    expect(() => close(['BTC-USD'], scene.exchange.sequence + 1)).toThrow('ends before the record that closes it');
  });

  it('follows an instruction from status to status, and forgets it when it is settled', () => {
    close(['BTC-USD']);
    note([1, 'INSTRUCTED'], [2, 'INSTRUCTED'], [1, 'SETTLED']);
    expect((['PENDING', 'INSTRUCTED', 'SETTLED'] as const).map((status) => settlement().count(status))).toEqual([
      3, 1, 1,
    ]);
    const failed = note([2, 'FAILED', 'no bitcoin there']);
    expect(failed.events).toEqual([
      {
        type: 'InstructionStatusesChanged',
        changes: [{ instructionId: 2, accountId: alice, status: 'FAILED', reason: 'no bitcoin there' }],
      },
    ]);
    expect([1, 2, 3].map((id) => settlement().get(id)?.status)).toEqual([undefined, 'FAILED', 'PENDING']);
    note([2, 'INSTRUCTED'], [2, 'SETTLED']);
    expect(settlement().count('SETTLED')).toBe(2);
    expect([...settlement().open()].map(({ instructionId }) => instructionId)).toEqual([3, 4, 5]);
  });

  it('leaves out news that come late, twice, or of nothing', () => {
    close(['BTC-USD']);
    note([1, 'INSTRUCTED'], [1, 'SETTLED']);
    expect(note([1, 'INSTRUCTED'], [1, 'SETTLED'], [2, 'SETTLED'], [99, 'INSTRUCTED']).events).toEqual([]);
    const { events } = note([2, 'INSTRUCTED'], [2, 'INSTRUCTED'], [1, 'FAILED']);
    expect(events).toMatchObject([{ changes: [{ instructionId: 2, status: 'INSTRUCTED' }] }]);
  });

  it('takes no event of instructions that cannot have happened', () => {
    close(['BTC-USD']);
    const apply = (event: Event) => () =>
      scene.exchange.apply([event], { sequence: scene.exchange.sequence + 1, time: scene.time });
    const instructions = [{ instructionId: 9, accountId: alice, asset: 'USD', amount: 1n }];
    const closed = { settlementDate: '2026-01-31', markets: [], throughSequence: 1, instructions };
    expect(apply({ type: 'SettlementCycleClosed', ...closed })).toThrow('instructions are counted');
    const change = (instructionId: number, status: InstructionStatus): Event => ({
      ...{ type: 'InstructionStatusesChanged', changes: [{ instructionId, accountId: alice, status }] },
    });
    expect(apply(change(99, 'INSTRUCTED'))).toThrow('an event names an instruction that is not settled');
    expect(apply(change(1, 'SETTLED'))).toThrow('an instruction goes from status to status');
  });

  it('is part of the state and of its snapshot', () => {
    close(['BTC-USD']);
    note([3, 'INSTRUCTED']);
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    expect(restored.state.settlement.count('PENDING')).toBe(4);
    expect(restored.market('BTC-USD')!.settledThrough).toBe(scene.exchange.market('BTC-USD')!.settledThrough);
  });

  it('lets a market change when it settles, and a new one go along with the others', () => {
    const through = scene.exchange.sequence;
    close(['BTC-USD', 'ETH-USD', 'ETH-BTC']);
    const later = { ...btcUsd, settlementDays: 2 };
    const others = venueWith('none').markets.slice(1);
    const listed = { ...ethUsd, symbol: 'ETH2-USD' };
    expect(
      scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { markets: [later, ...others, listed] }) }).reject,
    ).toBeUndefined();
    expect([...scene.exchange.markets.values()].map(({ settledThrough }) => settledThrough)).toEqual(
      Array(4).fill(through),
    );
    const wrong = venueWith('none', { markets: [{ ...btcUsd, settlementDays: 3 }, ...others, listed] });
    expect(scene.do({ type: 'ConfigureVenue', venue: wrong }).reject?.reason).toContain('0, 1 or 2 business days');
  });
});
