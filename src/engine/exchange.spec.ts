import { InvariantViolated } from './assert.js';
import type { Event, TradeExecuted } from './event.js';
import { Scene } from './exchange.fixture.js';
import { Exchange } from './exchange.js';
import { liquidityAccountId } from './ids.js';
import { amountMax } from './money.js';
import { stateHash } from './state-hash.js';

describe('the exchange', () => {
  it('takes commands in sequence only', () => {
    const { exchange } = new Scene();
    const command = { type: 'OpenAccount', name: 'a', accountType: 'CUSTOMER' } as const;
    for (const sequence of [exchange.sequence, exchange.sequence + 2]) {
      expect(() => exchange.execute(command, { sequence, time: exchange.time })).toThrow('commands come in sequence');
    }
    expect(() => exchange.execute(command, { sequence: exchange.sequence + 1, time: exchange.time - 1 })).toThrow(
      'time does not go back',
    );
    expect(() => exchange.apply([], { sequence: 7, time: exchange.time })).toThrow(InvariantViolated);
  });

  it('gives no sequence to what came to nothing', () => {
    const scene = new Scene();
    const before = stateHash(scene.exchange);
    scene.time += 1_000;
    expect(scene.cancel(999).events).toEqual([]);
    expect(stateHash(scene.exchange)).toBe(before);
  });

  it('names accounts, orders and transfers by their sequence, and counts trades', () => {
    const scene = new Scene();
    const alice = scene.account('alice', '5 BTC');
    const bob = scene.account('bob', '1000 USD');
    const sell = scene.sell(alice, '1 @ 100');
    const buys = [scene.buy(bob, '0.5 @ 100'), scene.buy(bob, '0.5 @ 100')];
    expect([alice, bob, sell.orderId, ...buys.map(({ orderId }) => orderId)]).toEqual([2, 4, 6, 7, 8]);
    const trades = buys.flatMap(({ events }) => events.filter((event) => event.type === 'TradeExecuted'));
    expect(trades).toMatchObject([
      { tradeId: 1, takerOrderId: 7, makerOrderId: 6, takerAccountId: 4, makerAccountId: 2, takerSide: 'BUY' },
      { tradeId: 2, takerOrderId: 8, makerOrderId: 6, takerAccountId: 4, makerAccountId: 2, takerSide: 'BUY' },
    ]);
    expect(trades[0]).not.toHaveProperty('liquidityLevel', expect.anything());
  });

  it('says which level of the liquidity provider gave or took', () => {
    const scene = new Scene('ladder');
    const alice = scene.account('alice', '5 BTC', '100 USD');
    scene.move('100');
    const { events } = scene.buy(alice, '0.15');
    const levels = events.flatMap((event) =>
      event.type === 'TradeExecuted' ? [[event.liquidityLevel, event.makerOrderId, event.makerAccountId]] : [],
    );
    expect(levels).toEqual([
      [0, 0, liquidityAccountId],
      [1, 0, liquidityAccountId],
    ]);
  });

  it('shows its markets', () => {
    const { exchange } = new Scene();
    expect([...exchange.markets.keys()]).toEqual(['BTC-USD', 'ETH-USD', 'ETH-BTC']);
    expect(exchange.market('XRP-USD')).toBeUndefined();
  });

  it('is empty at first', () => {
    const exchange = new Exchange();
    expect([exchange.sequence, exchange.time, exchange.markets.size]).toEqual([0, 0, 0]);
    expect(exchange.execute({ type: 'CancelOrder', orderId: 1 }, { sequence: 1, time: 0 }).reject?.rejected).toBe(
      'ORDER_NOT_OPEN',
    );
  });
});

/** Events that no exchange has ever decided: a damaged journal must stop the process, not become a balance. */
describe('an event that cannot have happened', () => {
  let scene: Scene;
  let alice: number;
  let orderId: number;

  beforeEach(() => {
    scene = new Scene();
    alice = scene.account('alice', '5 BTC', '1000 USD');
    ({ orderId } = scene.sell(alice, '1 @ 100'));
  });

  const trade: TradeExecuted = {
    ...{ type: 'TradeExecuted', tradeId: 1, symbol: 'BTC-USD', priceTicks: 100, quantityLots: 101, takerSide: 'BUY' },
    ...{ takerOrderId: 0, takerAccountId: liquidityAccountId, makerOrderId: 0, makerAccountId: 2, liquidityLevel: 0 },
    ...{ notional: 101_00n, takerFee: 0n, makerFee: 0n },
  };
  const funds = { type: 'FundsMoved', transferId: 9, kind: 'TRANSFER', asset: 'BTC', toAccountId: -2 } as const;

  it.each<[string, (alice: number, orderId: number) => Event]>([
    ['an event names a market that is listed', () => ({ type: 'MarketStatusChanged', symbol: 'XRP', status: 'OPEN' })],
    ['an event names an order that is open', () => ({ type: 'OrderCanceled', orderId: 999, accountId: 2 })],
    [
      'an event names an account that was opened',
      () => ({ type: 'AccountStatusChanged', accountId: 99, status: 'ACTIVE' }),
    ],
    [
      'an account is opened once',
      (alice) => ({ type: 'AccountOpened', accountId: alice, name: '', accountType: 'HOUSE' }),
    ],
    ['an event names a key that is in force', (accountId) => ({ type: 'ApiKeyRevoked', keyId: 99, accountId })],
    [
      'an event names an account that has limits',
      (accountId) => ({
        ...{ type: 'RiskEased', accountId, kind: 'POSITION', of: 'BTC', level: 'NORMAL', limit: 1n, value: 0n },
      }),
    ],
    ['no order is filled beyond its quantity', (_, takerOrderId) => ({ ...trade, takerOrderId })],
    ['a posting takes what is available', (alice) => ({ ...funds, fromAccountId: alice, amount: 40_001n })],
    ['a posting takes what is available', (alice) => ({ ...funds, fromAccountId: alice, amount: -1n })],
    ['a balance fits the journal', () => ({ ...funds, fromAccountId: -1, amount: amountMax + 1n })],
    ['a release gives back what is held', (_, orderId) => ({ type: 'OrderRested', orderId, hold: 20_000n })],
  ])('is noticed: %s', (invariant, event) => {
    const { exchange } = scene;
    const stamp = { sequence: exchange.sequence + 1, time: scene.time };
    expect(() => exchange.apply([event(alice, orderId)], stamp)).toThrow(new InvariantViolated(invariant));
  });

  it('is noticed: a hold takes what is available', () => {
    const { exchange } = scene;
    const stamp = { sequence: exchange.sequence + 1, time: scene.time };
    const placed: Event = {
      ...{ type: 'OrderPlaced', orderId: 50, accountId: alice, symbol: 'BTC-USD', side: 'SELL', orderType: 'LIMIT' },
      ...{ timeInForce: 'GTC', postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
      ...{ quantityLots: 401, priceTicks: 100, hold: 40_100n },
    };
    expect(() => exchange.apply([placed], stamp)).toThrow('a hold takes what is available');
  });
});
