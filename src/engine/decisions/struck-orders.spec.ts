import { btcUsd, ethBtc, ethUsd, money, Scene, venueWith } from '../exchange.fixture.js';
import { externalAccountId } from '../ids.js';
import { balanceMax } from '../ledger/ledger.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';

/** A taker pays 0.2 per cent here; one lot is 0.01 BTC. */
let scene: Scene;
let maker: number;
let taker: number;

beforeEach(() => {
  scene = new Scene();
  maker = scene.account('maker', '100000 USD', '50 BTC');
  taker = scene.account('taker', '1000 USD', '20 BTC');
});

describe('an order that a fault refuses', () => {
  it('is refused with that code, kept, and holds nothing', () => {
    scene.sell(maker, '1 @ 100');
    const { outcome, reason, events } = scene.struck({ rejectCode: 'INSUFFICIENT_FUNDS' }, 'BUY', taker, '0.5');
    expect(outcome).toBe('REJECTED INSUFFICIENT_FUNDS');
    expect(reason).toBe('The order is refused with INSUFFICIENT_FUNDS by a fault that is in force.');
    expect(events.map(({ type }) => type)).toEqual(['OrderRejected']);
    expect(scene.balances(taker)).toBe('20 BTC, 1000 USD');
  });
});

describe('an order that a fault fills in part', () => {
  beforeEach(() => scene.sell(maker, '1 @ 100'));

  it.each([
    ['0.5', 'EXPIRED NO_LIQUIDITY', ['maker 0.2 @ 100']],
    ['0.5 @ 100 IOC', 'EXPIRED IMMEDIATE_OR_CANCEL', ['maker 0.2 @ 100']],
    ['0.5 @ 100 FOK', 'EXPIRED FILL_OR_KILL', []],
    ['0.5 @ 100', 'EXPIRED PARTIAL_FILL', ['maker 0.2 @ 100']],
    ['0.5 @ 99', 'RESTING', []],
  ])('of %s: %s', (words, outcome, fills) => {
    expect(scene.struck({ fillPercent: 40 }, 'BUY', taker, words)).toMatchObject({ outcome, fills });
  });

  it('does not rest either where that part ends exactly with an order of the book', () => {
    expect(scene.struck({ fillPercent: 50 }, 'BUY', taker, '2 @ 100')).toMatchObject({
      outcome: 'EXPIRED PARTIAL_FILL',
      fills: ['maker 1 @ 100'],
    });
  });

  it('is filled whole where it is one by value, which has no quantity to take a part of', () => {
    scene.sell(maker, '6 @ 1');
    expect(scene.struck({ fillPercent: 40 }, 'BUY', taker, '5 USD').fills).toEqual(['maker 4.99 @ 1']);
  });

  it('rests with what the book does not have, if that is less than the fault lets through', () => {
    expect(scene.struck({ fillPercent: 80 }, 'BUY', taker, '2 @ 100')).toMatchObject({ fills: ['maker 1 @ 100'] });
    expect(scene.book()).toBe('buy 100: taker 1');
  });

  it('releases what it held for the rest', () => {
    scene.struck({ fillPercent: 40 }, 'BUY', taker, '0.5 @ 100');
    expect(scene.balances(taker)).toBe('20.2 BTC, 979.96 USD');
  });
});

describe('an order that a fault has wait', () => {
  const waiting = { matchAfterMs: 1_000 };

  it('holds what it could cost, takes nothing, and is matched at the prices of its release', () => {
    scene.sell(maker, '1 @ 100');
    const { orderId, events } = scene.struck(waiting, 'BUY', taker, '1 @ 101');
    expect(events.map(({ type }) => type)).toEqual(['OrderPlaced']);
    expect(scene.balances(taker)).toBe('20 BTC, 898.8 USD + 101.2 held');
    expect(scene.book()).toBe('sell 100: maker 1');
    scene.sell(maker, '1 @ 99');
    expect(scene.release(orderId)).toMatchObject({ outcome: 'FILLED', fills: ['maker 1 @ 99'] });
    expect(scene.balances(taker)).toBe('21 BTC, 900.81 USD');
  });

  it('rests then, if nobody is there, and is released once', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 101');
    const released = scene.release(orderId);
    expect(released.outcome).toBe('RESTING');
    expect(released.events[0]).toEqual({
      ...{ type: 'OrderReleased', orderId, accountId: taker, symbol: 'BTC-USD', side: 'BUY' },
    });
    expect(scene.book()).toBe('buy 101: taker 1');
    expect(scene.release(orderId)).toMatchObject({
      outcome: 'REJECTED ORDER_NOT_OPEN',
      reason: `Order ord-${orderId} does not wait to be matched.`,
    });
  });

  it.each([
    ['1 @ 100 IOC', 'EXPIRED IMMEDIATE_OR_CANCEL', ['maker 0.5 @ 100']],
    ['1 @ 100 FOK', 'EXPIRED FILL_OR_KILL', []],
  ])('is judged then: %s', (words, outcome, fills) => {
    scene.sell(maker, '0.5 @ 100');
    const { orderId } = scene.struck(waiting, 'BUY', taker, words);
    expect(scene.release(orderId)).toMatchObject({ outcome, fills });
    expect(scene.balances(taker)).not.toContain('held');
  });

  it('buys at the market for no more than it held when it was accepted', () => {
    const cheap = scene.sell(maker, '1 @ 100');
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1');
    scene.cancel(cheap.orderId);
    scene.sell(maker, '1 @ 110');
    expect(scene.release(orderId)).toMatchObject({ outcome: 'EXPIRED NO_LIQUIDITY', fills: ['maker 0.9 @ 110'] });
    expect(scene.balances(taker)).toBe('20.9 BTC, 900.81 USD');
  });

  it('sells at the market all that it has, whatever that brings', () => {
    scene.buy(maker, '1 @ 150');
    const { orderId } = scene.struck(waiting, 'SELL', taker, '1');
    expect(scene.release(orderId)).toMatchObject({ outcome: 'FILLED', fills: ['maker 1 @ 150'] });
  });

  it('is an open order: it can be canceled, counts, and is canceled by the kill switch', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 101');
    expect(scene.exchange.account(taker)!.openOrders.size).toBe(1);
    scene.cancel(orderId);
    expect(scene.balances(taker)).toBe('20 BTC, 1000 USD');
    scene.struck(waiting, 'SELL', taker, '1 @ 101');
    scene.do({ type: 'EngageKillSwitch', reason: 'enough' });
    expect(scene.balances(taker)).toBe('20 BTC, 1000 USD');
    expect(scene.release(orderId).outcome).toBe('REJECTED ORDER_NOT_OPEN');
  });

  it('waits on while its market does not trade', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 101');
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'HALTED' });
    expect(scene.release(orderId)).toMatchObject({
      outcome: 'REJECTED MARKET_NOT_OPEN',
      reason: 'BTC-USD does not trade now.',
    });
    scene.do({ type: 'ChangeMarketStatus', symbol: 'BTC-USD', status: 'OPEN' });
    expect(scene.release(orderId).outcome).toBe('RESTING');
  });

  it('expires where fees rose beyond what it holds', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 101');
    const { venue } = scene.exchange.state;
    const markets = venue!.markets.map((market) => ({ ...market, takerFeePpm: market.takerFeePpm * 10 }));
    scene.do({ type: 'ConfigureVenue', venue: { ...venue!, markets } });
    expect(scene.release(orderId).outcome).toBe('EXPIRED HOLD_TOO_SMALL');
    expect(scene.balances(taker)).toBe('20 BTC, 1000 USD');
  });

  it('expires where balances rose so far that the ledger could not keep what it brings', () => {
    scene.do({ type: 'Withdraw', accountId: maker, ...money('45 BTC') });
    const { orderId } = scene.struck(waiting, 'BUY', taker, '10 @ 10');
    const { ledger } = scene.exchange.state;
    const amount = balanceMax + ledger.account(externalAccountId).total('BTC');
    expect(scene.do({ type: 'Deposit', accountId: taker, asset: 'BTC', amount }).reject).toBeUndefined();
    expect(scene.release(orderId).outcome).toBe('EXPIRED BALANCE_LIMIT');
    expect(scene.balances(taker)).not.toContain('held');
  });

  it.each([
    ['POSITION', 'BTC', '20.5 BTC', '1 @ 100 IOC', 'POSITION_LIMIT'],
    ['OPEN_NOTIONAL', 'USD', '50 USD', '1 @ 100', 'OPEN_NOTIONAL_LIMIT'],
  ] as const)('counts whole in %s, whatever the book has when it is accepted', (kind, of, most, words, code) => {
    if (kind === 'OPEN_NOTIONAL') scene.sell(maker, '1 @ 100');
    const limits = [{ kind, of, limit: money(most).amount }];
    scene.do({ type: 'SetRiskLimits', accountId: taker, warnAtPercent: 100, limits });
    expect(scene.struck(waiting, 'BUY', taker, words).outcome).toBe(`REJECTED ${code}`);
    expect(scene.struck(waiting, 'BUY', taker, words.replace('1', '0.5')).outcome).not.toContain('REJECTED');
  });

  it('is never one that may only make, or one by value: those are matched at once', () => {
    scene.sell(maker, '1 @ 100');
    expect(scene.struck(waiting, 'BUY', taker, '50 USD').fills).toEqual(['maker 0.49 @ 100']);
    expect(scene.struck(waiting, 'BUY', taker, '1 @ 99 POST_ONLY').outcome).toBe('RESTING');
  });

  it('is in the snapshot as what it is', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 101');
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    expect(restored.depth('BTC-USD', 'BUY', 1)).toEqual([]);
    const stamp = { sequence: restored.sequence + 1, time: restored.time };
    const { events } = restored.execute({ type: 'ReleaseOrder', orderId }, stamp);
    expect(scene.release(orderId).events).toEqual(events);
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
  });

  it('holds the fee that it came in with where it rests, also after a snapshot and when fees fell meanwhile', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 99');
    const markets = [{ ...btcUsd, makerFeePpm: 0 }, ethUsd, ethBtc];
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { markets }) });
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    const stamp = { sequence: restored.sequence + 1, time: restored.time };
    const { events } = restored.execute({ type: 'ReleaseOrder', orderId }, stamp);
    expect(scene.release(orderId).events).toEqual(events);
    expect(events.at(-1)).toEqual({ type: 'OrderRested', orderId, hold: 99_09n });
  });

  it('rests behind who came to the book while it waited, also after a snapshot', () => {
    const { orderId } = scene.struck(waiting, 'BUY', taker, '1 @ 99');
    const first = scene.buy(maker, '1 @ 99');
    scene.release(orderId);
    const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(scene.exchange))));
    expect(stateHash(restored)).toBe(stateHash(scene.exchange));
    for (const { state } of [scene.exchange, restored]) {
      const best = state.market('BTC-USD').book.best('BUY')!;
      expect(best.orderId).toBe(first.orderId);
      expect(state.market('BTC-USD').book.next(best)!.orderId).toBe(orderId);
    }
  });
});
