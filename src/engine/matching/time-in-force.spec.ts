import { Scene } from '../exchange.fixture.js';

/** One seller with 0.5 at 100 and 0.5 at 101; somebody buys in every way there is. */
describe('order types and times in force', () => {
  let scene: Scene;
  let maker: number;
  let taker: number;

  beforeEach(() => {
    scene = new Scene();
    maker = scene.account('maker', '10000 USD', '20 BTC');
    taker = scene.account('taker', '10000 USD', '20 BTC');
    scene.sell(maker, '0.5 @ 100');
    scene.sell(maker, '0.5 @ 101');
  });

  const both = ['maker 0.5 @ 100', 'maker 0.5 @ 101'];
  const untouched = 'sell 101: maker 0.5\nsell 100: maker 0.5';

  it.each([
    ['GTC meets all that it wants', '1 @ 101', 'FILLED', both, ''],
    ['GTC meets a part', '1 @ 100', 'RESTING', ['maker 0.5 @ 100'], 'sell 101: maker 0.5\nbuy 100: taker 0.5'],
    ['GTC meets nothing', '1 @ 99', 'RESTING', [], `${untouched}\nbuy 99: taker 1`],
    ['IOC meets all that it wants', '1 @ 101 IOC', 'FILLED', both, ''],
    ['IOC meets a part', '2 @ 101 IOC', 'EXPIRED IMMEDIATE_OR_CANCEL', both, ''],
    ['IOC meets nothing', '1 @ 99 IOC', 'EXPIRED IMMEDIATE_OR_CANCEL', [], untouched],
    ['FOK meets all that it wants', '1 @ 101 FOK', 'FILLED', both, ''],
    ['FOK meets a part', '1.01 @ 101 FOK', 'EXPIRED FILL_OR_KILL', [], untouched],
    ['FOK meets nothing', '1 @ 99 FOK', 'EXPIRED FILL_OR_KILL', [], untouched],
    ['MARKET meets all that it wants', '1', 'FILLED', both, ''],
    ['MARKET meets a part', '2', 'EXPIRED NO_LIQUIDITY', both, ''],
    ['POST_ONLY would take', '1 @ 100 POST_ONLY', 'REJECTED POST_ONLY_WOULD_TAKE', [], untouched],
    ['POST_ONLY waits', '1 @ 99 POST_ONLY', 'RESTING', [], `${untouched}\nbuy 99: taker 1`],
  ])('%s: %s is %s', (_, words, outcome, fills, book) => {
    const placed = scene.buy(taker, words);
    expect(placed).toMatchObject({ outcome, fills });
    expect(scene.book()).toBe(book);
  });

  it.each([
    ['0.5 @ 99 IOC', 'EXPIRED IMMEDIATE_OR_CANCEL', ['maker 0.2 @ 99']],
    ['0.5 @ 99 FOK', 'EXPIRED FILL_OR_KILL', []],
    ['0.5 @ 99', 'RESTING', ['maker 0.2 @ 99']],
    ['0.5', 'EXPIRED NO_LIQUIDITY', ['maker 0.2 @ 99']],
    ['0.5 @ 99 POST_ONLY', 'REJECTED POST_ONLY_WOULD_TAKE', []],
    ['0.2 @ 99 FOK', 'FILLED', ['maker 0.2 @ 99']],
  ])('treats those who sell %s alike', (words, outcome, fills) => {
    scene.buy(maker, '0.2 @ 99');
    expect(scene.sell(taker, words)).toMatchObject({ outcome, fills });
  });

  it('lets go of all that an order held when it expires', () => {
    for (const words of ['2 @ 99 FOK', '1 @ 99 IOC']) scene.buy(taker, words);
    expect(scene.balances(taker)).toBe('20 BTC, 10000 USD');
    expect(scene.exchange.account(taker)!.openOrders.size).toBe(0);
  });

  it('cancels one order, and then no more', () => {
    const { orderId } = scene.buy(taker, '1 @ 99');
    expect(scene.cancel(orderId).events).toEqual([{ type: 'OrderCanceled', orderId, accountId: taker }]);
    expect(scene.cancel(orderId)).toEqual({
      events: [],
      balances: [],
      reject: { rejected: 'ORDER_NOT_OPEN', reason: `Order ord-${orderId} is not open.` },
    });
  });

  it('cancels the orders of an account, everywhere or in one market', () => {
    const [one, two] = [scene.buy(taker, '1 @ 99'), scene.buy(taker, '1 @ 98')];
    const other = scene.buy(taker, '1 @ 98', 'ETH-USD');
    const canceled = (symbol?: string) =>
      scene
        .do({ type: 'CancelOrders', accountId: taker, symbol })
        .events.map((event) => 'orderId' in event && event.orderId);
    expect(canceled('ETH-USD')).toEqual([other.orderId]);
    expect(canceled()).toEqual([one.orderId, two.orderId]);
    expect(canceled()).toEqual([]);
    expect(scene.balances(taker)).toBe('20 BTC, 10000 USD');
    expect(scene.exchange.account(maker)!.openOrders.size).toBe(2);
  });

  it('refuses to cancel for accounts and in markets that are not there', () => {
    expect(scene.do({ type: 'CancelOrders', accountId: 999 }).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(scene.do({ type: 'CancelOrders', accountId: -3 }).reject?.rejected).toBe('ACCOUNT_NOT_FOUND');
    expect(scene.do({ type: 'CancelOrders', accountId: taker, symbol: 'XRP-USD' }).reject).toEqual({
      rejected: 'MARKET_NOT_FOUND',
      reason: 'There is no market XRP-USD.',
    });
  });
});
