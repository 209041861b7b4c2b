import { btcUsd, ethBtc, ethUsd, Scene, venueWith } from './exchange.fixture.js';
import { Exchange } from './exchange.js';
import { NaiveOrderBook } from './matching/naive-order-book.js';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.js';
import { stateHash } from './state-hash.js';
import { venueFromJson, venueToJson } from './venue-json.js';

function writtenAndRead(exchange: Exchange): Snapshot {
  return JSON.parse(JSON.stringify(takeSnapshot(exchange)));
}

describe('a snapshot', () => {
  it('of nothing is nothing', () => {
    const exchange = new Exchange();
    expect(stateHash(restoreSnapshot(writtenAndRead(exchange)))).toBe(stateHash(exchange));
  });

  it('brings everything back: accounts, orders in their order, quotes, halts, stale prices', () => {
    const scene = new Scene('ladder');
    const alice = scene.account('alice', '1000 USD', '5 BTC');
    const bob = scene.account('bob', '1000 USD', '5 BTC');
    scene.move('100');
    scene.sell(bob, '1 @ 105');
    scene.sell(alice, '1 @ 105');
    scene.buy(alice, '0.15');
    scene.do({ type: 'ChangeAccountStatus', accountId: bob, status: 'SUSPENDED' });
    scene.do({ type: 'ChangeMarketStatus', symbol: 'ETH-USD', status: 'HALTED' });
    scene.moveStale();

    for (const createBook of [undefined, () => new NaiveOrderBook()]) {
      const restored = restoreSnapshot(writtenAndRead(scene.exchange), createBook);
      expect(takeSnapshot(restored)).toEqual(takeSnapshot(scene.exchange));
      expect(restored.sequence).toBe(scene.exchange.sequence);
      expect(restored.account(bob)!.status).toBe('SUSPENDED');
      expect(restored.market('ETH-USD')!.status).toBe('HALTED');
      expect(restored.market('BTC-USD')!.staleSince).toBe(scene.time);
      expect(restored.market('ETH-USD')!.staleSince).toBeUndefined();
      expect(restored.depth('BTC-USD', 'SELL', 9)).toEqual(scene.exchange.depth('BTC-USD', 'SELL', 9));
      expect(restored.market('BTC-USD')!.book.best('SELL')!.account.accountId).toBe(bob);
      const openOf = (exchange: Exchange) =>
        exchange
          .account(alice)!
          .openOrders.values()
          .map(({ orderId }) => orderId);
      expect(openOf(restored)).toEqual(openOf(scene.exchange));
    }
  });

  it('does not depend on when what is zero now was not, nor on the order in which things came', () => {
    const paths = [
      ['5 BTC', '1 USD'],
      ['1 USD', '5 BTC'],
    ].map((funds) => {
      const scene = new Scene();
      const alice = scene.account('alice', ...funds);
      scene.do({ type: 'Withdraw', accountId: alice, asset: 'USD', amount: 100n });
      return stateHash(scene.exchange);
    });
    expect(paths[0]).toBe(paths[1]);
  });

  it('lists accounts by their ids and balances by their assets, without those that are zero', () => {
    const scene = new Scene();
    const alice = scene.account('alice', '1 USD', '2 BTC', '3 ETH');
    scene.do({ type: 'Withdraw', accountId: alice, asset: 'BTC', amount: 20_000n });
    scene.sell(alice, '3 @ 20', 'ETH-USD');
    const { accounts } = takeSnapshot(scene.exchange);
    expect(accounts.map(({ accountId }) => accountId)).toEqual([-3, -2, -1, alice]);
    expect(accounts.at(-1)!.balances).toEqual([
      ['ETH', '0', '3000'],
      ['USD', '100', '0'],
    ]);
  });

  it('says nothing of what there is none of', () => {
    const scene = new Scene();
    scene.sell(scene.account('alice', '5 BTC'), '1 @ 105');
    const { orders, ...rest } = writtenAndRead(scene.exchange);
    expect(Object.keys(rest)).toEqual(['sequence', 'time', 'tradeCount', 'beat', 'venue', 'accounts', 'markets']);
    expect(Object.keys(rest.accounts.at(-1)!)).toEqual(['accountId', 'accountType', 'status', 'balances']);
    expect(Object.keys(rest.markets[0]!)).toEqual(['symbol', 'status', 'liquidity']);
    expect(Object.keys(orders[0]!)).not.toEqual(expect.arrayContaining(['restedAt']));
  });

  it('keeps the fee that a resting order came in with', () => {
    const scene = new Scene();
    const alice = scene.account('alice', '100.1 USD');
    const bob = scene.account('bob', '5 BTC');
    scene.buy(alice, '1 @ 100 POST_ONLY');
    const markets = [ethBtc, { ...btcUsd, makerFeePpm: 500_000 }, ethUsd];
    scene.do({ type: 'ConfigureVenue', venue: venueWith('none', { markets }) });

    const restored = restoreSnapshot(writtenAndRead(scene.exchange));
    const { events } = restored.execute(
      {
        ...{ type: 'PlaceOrder', accountId: bob, symbol: 'BTC-USD', side: 'SELL', orderType: 'LIMIT', price: 100_00n },
        ...{ timeInForce: 'GTC', quantity: 10_000n, postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
      },
      { sequence: restored.sequence + 1, time: restored.time },
    );
    expect(events[1]).toMatchObject({ type: 'TradeExecuted', makerFee: 10n, takerFee: 20n });
    expect(scene.sell(bob, '1 @ 100').events).toEqual(events);
  });

  it('writes a definition as JSON and reads it again', () => {
    const venue = venueWith('ladder');
    const json = JSON.parse(JSON.stringify(venueToJson(venue)));
    expect(json.markets[0]).toMatchObject({ tickSize: '100', maxQuantity: '100000' });
    expect(venueFromJson(json)).toEqual(venue);
  });
});

describe('the hash of the state', () => {
  it('tells one state from another', () => {
    const scene = new Scene();
    const hashes = new Set([stateHash(scene.exchange)]);
    const alice = scene.account('alice');
    hashes.add(stateHash(scene.exchange));
    scene.do({ type: 'Deposit', accountId: alice, asset: 'USD', amount: 100_00n });
    hashes.add(stateHash(scene.exchange));
    scene.buy(alice, '0.5 @ 100');
    hashes.add(stateHash(scene.exchange));
    scene.time += 1;
    scene.do({ type: 'CancelOrders', accountId: alice });
    hashes.add(stateHash(scene.exchange));
    expect(hashes.size).toBe(5);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
