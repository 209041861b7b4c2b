import fc from 'fast-check';
import { Exchange } from '../exchange.js';
import { intents, liquidity, play, propertyRuns } from './session.fixture.js';
import { Shadow } from './shadow.fixture.js';

describe('whatever is asked of the exchange', () => {
  const met = new Map<string, number>();

  it('the money, the holds, the queues and the books are right after every command', () => {
    fc.assert(
      fc.property(liquidity, intents, (preset, wanted) => {
        const exchange = new Exchange();
        const shadow = new Shadow(exchange, met);
        play(exchange, preset, wanted, (turn) => shadow.watch(turn));
      }),
      { numRuns: propertyRuns },
    );
  }, 600_000);

  /** How often, per thousand orders, something was met at least: about a third of what is usual. */
  it.each([
    ['trade customers', 30],
    ['trade quotes give', 40],
    ['trade quotes take', 10],
    ['partial fill', 50],
    ['rested', 80],
    ['canceled', 15],
    ['filled GTC', 30],
    ['filled IOC', 15],
    ['filled FOK', 5],
    ['tie of customers', 1],
    ['tie with quotes', 1],
    ['placed by quote quantity', 20],
    ['expired FILL_OR_KILL', 20],
    ['expired IMMEDIATE_OR_CANCEL', 10],
    ['expired NO_LIQUIDITY', 8],
    ['expired SELF_TRADE_PREVENTION', 10],
    ['reject ACCOUNT_NOT_ACTIVE', 5],
    ['reject MARKET_NOT_OPEN', 5],
    ['reject PRICE_STALE', 5],
    ['reject PRICE_NOT_ON_TICK', 3],
    ['reject PRICE_TOO_HIGH', 3],
    ['reject QUANTITY_NOT_ON_LOT', 3],
    ['reject QUANTITY_TOO_SMALL', 5],
    ['reject QUANTITY_TOO_LARGE', 5],
    ['reject NOTIONAL_TOO_SMALL', 10],
    ['reject PRICE_OUTSIDE_COLLAR', 2],
    ['reject OPEN_ORDERS_LIMIT', 1],
    ['reject NO_LIQUIDITY', 10],
    ['reject POST_ONLY_WOULD_TAKE', 10],
    ['reject INSUFFICIENT_FUNDS', 20],
    ['command ConfigureVenue', 20],
    ['command MovePrices', 60],
    ['command IssueApiKey', 10],
    ['command NoteApiKeyUses', 5],
    ['more than two balances', 20],
    ['command ArmCancelOnDisconnect', 20],
    ['canceled CANCEL_ON_DISCONNECT', 1],
    ['revoked', 2],
    ['reject API_KEY_NOT_FOUND', 2],
    ['refused ORDER_RATE', 0.3],
    ['refused ORDER_QUANTITY', 2],
    ['refused ORDER_NOTIONAL', 2],
    ['refused PRICE_BAND', 0.8],
    ['refused OPEN_NOTIONAL', 0.6],
    ['refused POSITION', 1],
    ['refused DAILY_LOSS', 0.8],
    ['passed ORDER_RATE', 5],
    ['passed ORDER_QUANTITY', 1],
    ['passed ORDER_NOTIONAL', 2],
    ['passed PRICE_BAND', 2],
    ['passed OPEN_NOTIONAL', 0.7],
    ['passed POSITION', 1],
    ['passed DAILY_LOSS', 0.6],
    ['told WARNING', 5],
    ['told BREACHED', 4],
    ['told REFUSING', 4],
    ['told NORMAL', 4],
    ['switch engaged', 1],
    ['reject KILL_SWITCH_ENGAGED', 8],
    ['reject CYCLE_CLOSED', 0.5],
    ['had to wait', 10],
    ['released', 5],
    ['expired PARTIAL_FILL', 1],
    ['instruction INSTRUCTED', 1],
    ['instruction SETTLED', 0.1],
    ['transfer instructed', 5],
  ])('and it did meet: %s, at least %d times in a thousand orders', (what, least) => {
    const orders = met.get('command PlaceOrder')!;
    expect(orders).toBeGreaterThan(propertyRuns * 20);
    expect(((met.get(what) ?? 0) * 1_000) / orders).toBeGreaterThanOrEqual(least);
  });
});
