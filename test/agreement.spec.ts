import { jest } from '@jest/globals';
import { systemClock } from '../src/venue/clock.js';
import type { Answer, ExchangeDriver, Operation, Refusal, Request } from './exchange-driver.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

/** What a scenario does with the exchange, over either transport; everything it was answered is kept. */
class Session {
  readonly transcript: unknown[] = [];
  private readonly accountIds: string[] = [];

  constructor(private readonly driver: ExchangeDriver) {}

  async ok(operation: Operation, request: Request = {}): Promise<Answer> {
    const outcome = await this.call(operation, request);
    if ('answer' in outcome) return outcome.answer;
    throw new Error(`${this.driver.name} ${operation} was refused: ${JSON.stringify(outcome.refusal)}`);
  }

  async refused(operation: Operation, request: Request): Promise<Refusal> {
    const outcome = await this.call(operation, request);
    if ('refusal' in outcome) return outcome.refusal;
    throw new Error(`${this.driver.name} ${operation} was not refused: ${JSON.stringify(outcome.answer)}`);
  }

  /** A new account with deposits. */
  async funded(funds: Record<string, string>, name = 'Trader'): Promise<string> {
    const { accountId } = await this.ok('CreateAccount', { name });
    this.accountIds.push(accountId);
    for (const [asset, amount] of Object.entries(funds)) await this.ok('Deposit', { accountId, asset, amount });
    return accountId;
  }

  limit(accountId: string, side: 'BUY' | 'SELL', quantity: string, price: string, more: Request = {}): Promise<Answer> {
    return this.ok('PlaceOrder', { ...limitOrder(accountId, side, quantity, price), ...more });
  }

  market(accountId: string, side: 'BUY' | 'SELL', size: Request): Promise<Answer> {
    return this.ok('PlaceOrder', { accountId, symbol: 'BTC-USD', side, type: 'MARKET', ...size });
  }

  /** Takes what is left out of the book, so that the next scenario finds the liquidity provider's quotes alone. */
  async leave(): Promise<void> {
    for (const accountId of this.accountIds) await this.ok('CancelOrders', { accountId });
  }

  private async call(operation: Operation, request: Request) {
    const outcome = await this.driver.call(operation, request);
    this.transcript.push({ operation, outcome });
    return outcome;
  }
}

function limitOrder(accountId: string, side: string, quantity: string, price: string): Request {
  return { accountId, symbol: 'BTC-USD', side, type: 'LIMIT', quantity, price };
}

function pick(answer: Answer, ...names: string[]): Answer {
  return Object.fromEntries(names.map((name) => [name, answer[name]]));
}

type Scenario = (session: Session) => Promise<void>;

const scenarios: Record<string, Scenario> = {
  'accounts are created, found, listed, suspended and closed': async (session) => {
    const first = await session.ok('CreateAccount', { name: 'Ann', ownerId: 'team-a' });
    expect(pick(first, 'name', 'ownerId', 'type', 'status')).toEqual({
      name: 'Ann',
      ownerId: 'team-a',
      type: 'CUSTOMER',
      status: 'ACTIVE',
    });
    const { accountId } = first;
    const house = await session.ok('CreateAccount', { name: 'House', type: 'HOUSE' });
    expect([house.type, house.ownerId]).toEqual(['HOUSE', undefined]);
    expect(await session.ok('GetAccount', { accountId })).toEqual(first);
    expect((await session.ok('ListAccounts', { ownerId: 'team-a' })).items).toEqual([first]);
    expect((await session.ok('UpdateAccount', { accountId, status: 'SUSPENDED' })).status).toBe('SUSPENDED');
    expect((await session.ok('ListAccounts', { ownerId: 'team-a', status: 'ACTIVE' })).items).toEqual([]);
    const refusal = await session.refused('Deposit', { accountId, asset: 'USD', amount: '1' });
    expect(refusal).toMatchObject({ status: 422, code: 'ACCOUNT_NOT_ACTIVE', transferId: expect.any(String) });
    expect((await session.ok('UpdateAccount', { accountId, status: 'ACTIVE' })).status).toBe('ACTIVE');
    expect((await session.ok('UpdateAccount', { accountId, status: 'CLOSED' })).status).toBe('CLOSED');
    expect((await session.refused('UpdateAccount', { accountId, status: 'ACTIVE' })).code).toBe('ACCOUNT_CLOSED');
  },

  'an account with money or open orders is not closed': async (session) => {
    const accountId = await session.funded({ USD: '1000' });
    expect((await session.refused('UpdateAccount', { accountId, status: 'CLOSED' })).code).toBe('ACCOUNT_NOT_EMPTY');
    await session.limit(accountId, 'BUY', '0.001', '59000');
    const refusal = await session.refused('UpdateAccount', { accountId, status: 'CLOSED' });
    expect([refusal.status, refusal.code]).toEqual([422, 'ACCOUNT_HAS_OPEN_ORDERS']);
  },

  'money comes in, moves and goes out, and adds up': async (session) => {
    const from = await session.funded({ USD: '100.5' });
    const to = await session.funded({});
    const transfer = { fromAccountId: from, toAccountId: to, asset: 'USD', amount: '40.25' };
    expect(await session.ok('Transfer', transfer)).toMatchObject({ kind: 'TRANSFER', ...transfer });
    const withdrawal = await session.ok('Withdraw', { accountId: to, asset: 'USD', amount: '0.25' });
    expect(withdrawal).toMatchObject({ kind: 'WITHDRAWAL', fromAccountId: to, toAccountId: 'acc-external' });
    const { balances } = await session.ok('GetBalances', { accountId: to });
    expect(balances).toEqual(
      ['BTC', 'ETH', 'USD', 'USDT'].map((asset) => {
        const amount = asset === 'USD' ? '40' : '0';
        return { asset, available: amount, held: '0', total: amount };
      }),
    );
    const one = await session.ok('GetBalances', { accountId: from, asset: 'USD' });
    expect(one.balances).toEqual([{ asset: 'USD', available: '60.25', held: '0', total: '60.25' }]);
    const ledger = await session.ok('ListLedgerEntries', { accountId: to });
    expect(ledger.items.map((entry: Answer) => pick(entry, 'amount', 'balance', 'type'))).toEqual([
      { amount: '-0.25', balance: '40', type: 'WITHDRAWAL' },
      { amount: '40.25', balance: '40.25', type: 'TRANSFER' },
    ]);
  },

  'movements of money are refused with their reason and their id': async (session) => {
    const accountId = await session.funded({ USD: '10' });
    const refused = async (operation: Operation, request: Request) =>
      pick(await session.refused(operation, request), 'status', 'code');
    expect(await session.refused('Withdraw', { accountId, asset: 'USD', amount: '10.01' })).toMatchObject({
      status: 422,
      code: 'INSUFFICIENT_FUNDS',
      detail: expect.stringContaining('10.01 USD was asked for and 10 USD is available'),
      transferId: expect.stringMatching(/^tfr-/),
    });
    const same = { fromAccountId: accountId, toAccountId: accountId, asset: 'USD', amount: '1' };
    expect(await refused('Transfer', same)).toEqual({ status: 422, code: 'SAME_ACCOUNT' });
    expect(await refused('Deposit', { accountId: 'acc-999999', asset: 'USD', amount: '1' })).toEqual({
      status: 404,
      code: 'ACCOUNT_NOT_FOUND',
    });
    expect(await refused('Deposit', { accountId, asset: 'DOGE', amount: '1' })).toEqual({
      status: 404,
      code: 'ASSET_NOT_FOUND',
    });
    const tooFine = await session.refused('Deposit', { accountId, asset: 'USD', amount: '0.123456789' });
    expect([tooFine.status, tooFine.code, tooFine.fields]).toEqual([400, 'VALIDATION_FAILED', ['amount']]);
  },

  'a key makes a movement or an account happen once': async (session) => {
    const named = { name: 'Once', idempotencyKey: 'account-1' };
    const account = await session.ok('CreateAccount', named);
    expect(await session.ok('CreateAccount', named)).toEqual(account);
    expect((await session.refused('CreateAccount', { ...named, name: 'Twice' })).code).toBe('IDEMPOTENCY_KEY_REUSED');
    const { accountId } = account;
    const deposit = { accountId, asset: 'USD', amount: '5', idempotencyKey: 'k-1' };
    const first = await session.ok('Deposit', deposit);
    expect(await session.ok('Deposit', deposit)).toEqual(first);
    const changed = await session.refused('Deposit', { ...deposit, amount: '6' });
    expect([changed.status, changed.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const tooMuch = { accountId, asset: 'USD', amount: '7', idempotencyKey: 'k-2' };
    const refusal = await session.refused('Withdraw', tooMuch);
    await session.ok('Deposit', { accountId, asset: 'USD', amount: '100' });
    expect(await session.refused('Withdraw', tooMuch)).toEqual(refusal);
  },

  'market orders are filled by quantity and by quote quantity': async (session) => {
    const accountId = await session.funded({ USD: '10000' });
    const bought = await session.market(accountId, 'BUY', { quantity: '0.1' });
    expect(bought).toMatchObject({
      status: 'FILLED',
      timeInForce: 'IOC',
      filledQuantity: '0.1',
      remainingQuantity: '0',
      averagePrice: '60000.01',
      fills: [{ price: '60000.01', quantity: '0.1', fee: '12.000002', feeAsset: 'USD', liquidity: 'TAKER' }],
    });
    const spent = await session.market(accountId, 'BUY', { quoteQuantity: '1000' });
    expect(spent).toMatchObject({ status: 'FILLED', quoteQuantity: '1000', quantity: '0.01663' });
    expect(await session.market(accountId, 'SELL', { quantity: '0.05' })).toMatchObject({ averagePrice: '59999.99' });
    const trades = await session.ok('ListAccountTrades', { accountId, limit: 2 });
    expect(trades.items.map((trade: Answer) => trade.side)).toEqual(['SELL', 'BUY']);
    const rest = await session.ok('ListAccountTrades', { accountId, limit: 2, cursor: trades.nextCursor });
    expect([rest.items.length, rest.nextCursor]).toEqual([1, undefined]);
  },

  'limit orders rest, are canceled, and hold what they could cost': async (session) => {
    const accountId = await session.funded({ USD: '1000' });
    const order = await session.limit(accountId, 'BUY', '0.01', '59000', { clientOrderId: 'mine-1' });
    expect(order).toMatchObject({ status: 'NEW', timeInForce: 'GTC', price: '59000', fills: [], postOnly: false });
    const usd = async () => (await session.ok('GetBalances', { accountId, asset: 'USD' })).balances[0];
    expect(await usd()).toEqual({ asset: 'USD', available: '409.41', held: '590.59', total: '1000' });
    expect(await session.ok('GetOrder', { orderId: order.orderId })).toEqual(order);
    expect(await session.ok('GetOrder', { accountId, clientOrderId: 'mine-1' })).toEqual(order);
    expect((await session.ok('CancelOrder', { orderId: order.orderId })).status).toBe('CANCELED');
    expect((await usd()).available).toBe('1000');
    const again = await session.refused('CancelOrder', { orderId: order.orderId });
    expect([again.status, again.code]).toEqual([422, 'ORDER_NOT_OPEN']);
    expect((await session.refused('CancelOrder', { orderId: 'ord-999999' })).code).toBe('ORDER_NOT_FOUND');
  },

  'time in force decides what becomes of the rest': async (session) => {
    const maker = await session.funded({ BTC: '1' });
    const taker = await session.funded({ USD: '100000' });
    await session.limit(maker, 'SELL', '0.01', '60000');
    const ioc = await session.limit(taker, 'BUY', '0.02', '60000', { timeInForce: 'IOC' });
    expect(ioc).toMatchObject({ status: 'EXPIRED', filledQuantity: '0.01', remainingQuantity: '0.01' });
    const fok = await session.limit(taker, 'BUY', '0.02', '60000', { timeInForce: 'FOK' });
    expect(fok).toMatchObject({ status: 'EXPIRED', filledQuantity: '0' });
    const whole = await session.limit(taker, 'BUY', '0.02', '60000.01', { timeInForce: 'FOK' });
    expect(whole.status).toBe('FILLED');
    await session.limit(maker, 'SELL', '0.03', '60000');
    expect((await session.limit(taker, 'BUY', '0.01', '60000')).fills).toHaveLength(1);
    const { items } = await session.ok('ListOrders', { accountId: maker, status: 'PARTIALLY_FILLED' });
    expect(items.map((order: Answer) => order.remainingQuantity)).toEqual(['0.02']);
  },

  'post-only and self-trade prevention are kept': async (session) => {
    const accountId = await session.funded({ USD: '10000', BTC: '1' });
    const waits = await session.limit(accountId, 'SELL', '0.01', '60000', { postOnly: true });
    expect(waits).toMatchObject({ status: 'NEW', postOnly: true });
    const request = { ...limitOrder(accountId, 'BUY', '0.01', '60000.01'), postOnly: true };
    expect(await session.refused('PlaceOrder', request)).toMatchObject({
      status: 422,
      code: 'POST_ONLY_WOULD_TAKE',
      orderId: expect.stringMatching(/^ord-/),
    });
    expect((await session.limit(accountId, 'BUY', '0.01', '60000')).status).toBe('EXPIRED');
    const more = { selfTradePrevention: 'EXPIRE_BOTH' };
    expect(await session.limit(accountId, 'BUY', '0.01', '60000', more)).toMatchObject({ status: 'EXPIRED', ...more });
    expect((await session.ok('GetOrder', { orderId: waits.orderId })).status).toBe('EXPIRED');
  },

  'refused orders are kept with their reason': async (session) => {
    const accountId = await session.funded({ USD: '100' });
    const buy = (quantity: string, price: string) => limitOrder(accountId, 'BUY', quantity, price);
    for (const [code, request] of [
      ['PRICE_NOT_ON_TICK', buy('0.01', '59000.001')],
      ['QUANTITY_NOT_ON_LOT', buy('0.000001', '59000')],
      ['QUANTITY_TOO_LARGE', buy('500.00001', '59000')],
      ['NOTIONAL_TOO_SMALL', buy('0.00001', '59000')],
      ['PRICE_OUTSIDE_COLLAR', buy('0.01', '70000')],
      ['INSUFFICIENT_FUNDS', buy('0.01', '59000')],
    ] as const) {
      const refusal = await session.refused('PlaceOrder', request);
      expect([refusal.status, refusal.code]).toEqual([422, code]);
      expect(await session.ok('GetOrder', { orderId: refusal.orderId })).toMatchObject({
        status: 'REJECTED',
        rejectCode: code,
      });
    }
    const unlisted = await session.refused('PlaceOrder', { ...buy('1', '1'), symbol: 'BTC-EUR' });
    expect([unlisted.status, unlisted.code]).toEqual([404, 'MARKET_NOT_FOUND']);
    const unknown = await session.refused('PlaceOrder', { ...buy('1', '1'), accountId: 'acc-999999' });
    expect([unknown.status, unknown.code]).toEqual([404, 'ACCOUNT_NOT_FOUND']);
  },

  'a clientOrderId names one order for ever': async (session) => {
    const accountId = await session.funded({ USD: '10000' });
    const order = { ...limitOrder(accountId, 'BUY', '0.01', '59000'), clientOrderId: 'c-1' };
    const first = await session.ok('PlaceOrder', order);
    expect(await session.ok('PlaceOrder', order)).toEqual(first);
    const other = await session.refused('PlaceOrder', { ...order, price: '59001' });
    expect(other).toMatchObject({ status: 409, code: 'DUPLICATE_CLIENT_ORDER_ID', orderId: first.orderId });
    const refusedOrder = { ...order, quantity: '1', clientOrderId: 'c-2' };
    const refusal = await session.refused('PlaceOrder', refusedOrder);
    expect(await session.refused('PlaceOrder', refusedOrder)).toEqual(refusal);
  },

  'malformed requests name every field': async (session) => {
    const accountId = await session.funded({ USD: '10' });
    const order = { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT' };
    const fields = async (request: Request) => (await session.refused('PlaceOrder', request)).fields;
    expect(await fields({ ...order, accountId: 'seven', quantity: '1e3', price: '-1' })).toEqual([
      'accountId',
      'quantity',
      'price',
    ]);
    expect(await fields(order)).toEqual(['quantity', 'price']);
    expect(await fields({ ...order, quantity: '1', price: '1', quoteQuantity: '5' })).toEqual(['quoteQuantity']);
    expect(await fields({ ...order, type: 'MARKET', quantity: '1', price: '1' })).toEqual(['price']);
    expect(await fields({ ...order, quantity: '0.123456789', price: '0.123456789' })).toEqual(['quantity', 'price']);
    expect((await session.refused('ListOrders', { limit: 0 })).fields).toEqual(['limit']);
    expect((await session.refused('ListOrders', { limit: 501, cursor: 'nonsense' })).fields).toEqual(['limit']);
    expect((await session.refused('ListOrders', { cursor: 'nonsense' })).fields).toEqual(['cursor']);
    expect((await session.refused('GetOrderBook', { symbol: 'BTC-USD', depth: 501 })).fields).toEqual(['depth']);
    expect((await session.refused('ListCandles', { symbol: 'BTC-USD' })).fields).toEqual(['interval']);
  },

  'limits are set, told with what is used of them, and refuse orders': async (session) => {
    const accountId = await session.funded({ USD: '100000', BTC: '1', ETH: '2' });
    expect((await session.ok('GetRiskLimits', { accountId })).limits).toEqual([]);
    const limits = [
      { kind: 'ORDER_RATE', limit: '1000' },
      { kind: 'ORDER_QUANTITY', symbol: 'BTC-USD', limit: '0.5' },
      { kind: 'OPEN_NOTIONAL', asset: 'USD', limit: '10000' },
      { kind: 'POSITION', asset: 'BTC', limit: '1.2' },
      { kind: 'DAILY_LOSS', asset: 'USD', limit: '1000.5' },
    ];
    const set = await session.ok('SetRiskLimits', { accountId, warnAtPercent: 90, limits: limits.toReversed() });
    expect(set).toMatchObject({ accountId, warnAtPercent: 90, limits });
    expect(await session.ok('SetRiskLimits', { accountId, warnAtPercent: 90, limits })).toEqual(set);
    expect(await session.ok('GetRiskLimits', { accountId })).toEqual(set);
    await session.limit(accountId, 'BUY', '0.1', '58000');
    const refusal = await session.refused('PlaceOrder', limitOrder(accountId, 'BUY', '0.6', '58000'));
    expect(refusal).toMatchObject({ status: 422, code: 'ORDER_QUANTITY_LIMIT', orderId: expect.any(String) });
    const exposure = await session.ok('GetExposure', { accountId });
    expect(exposure).toMatchObject({ valuationAsset: 'USD', totalValue: '166000', killSwitchEngaged: false });
    expect(exposure.positions).toEqual([
      { asset: 'BTC', available: '1', held: '0', total: '1', referencePrice: '60000', value: '60000' },
      { asset: 'ETH', available: '2', held: '0', total: '2', referencePrice: '3000', value: '6000' },
      { asset: 'USD', available: '94194.2', held: '5805.8', total: '100000', referencePrice: '1', value: '100000' },
      { asset: 'USDT', available: '0', held: '0', total: '0', referencePrice: '1', value: '0' },
    ]);
    expect(exposure.openNotional).toEqual([{ asset: 'USD', buy: '5800', sell: '0', orders: 1 }]);
    expect(exposure.limits).toEqual([
      { ...limits[0], used: '1', usedPercent: 0, level: 'NORMAL' },
      { ...limits[1], level: 'REFUSING' },
      { ...limits[2], used: '5800', usedPercent: 58, level: 'NORMAL' },
      { ...limits[3], used: '1.1', usedPercent: 91, level: 'WARNING' },
      { ...limits[4], used: '0', usedPercent: 0, level: 'NORMAL' },
    ]);
    expect((await session.ok('SetRiskLimits', { accountId, limits: [] })).limits).toEqual([]);
  },

  'malformed limits name every field': async (session) => {
    const accountId = await session.funded({});
    const refused = (...limits: Request[]) => session.refused('SetRiskLimits', { accountId, limits });
    const position = { kind: 'POSITION', asset: 'BTC', limit: '1' };
    expect((await refused({ ...position, limit: '0' }, { ...position, kind: undefined })).fields).toEqual([
      'limits[0].limit',
      'limits[1].kind',
    ]);
    expect((await refused({ kind: 'POSITION', limit: '1' }, { ...position, kind: 'ORDER_RATE' })).fields).toEqual([
      'limits[0].asset',
      'limits[1].asset',
    ]);
    expect((await refused({ ...position, limit: '0.123456789' })).fields).toEqual(['limits[0].limit']);
    expect((await refused({ kind: 'ORDER_RATE', limit: '1.5' })).fields).toEqual(['limits[0].limit']);
    expect((await refused({ kind: 'PRICE_BAND', limit: '10001' })).fields).toEqual(['limits[0].limit']);
    expect((await refused(position, position)).fields).toEqual(['limits[1]']);
    expect((await refused({ ...position, asset: 'DOGE' })).code).toBe('ASSET_NOT_FOUND');
    expect((await refused({ kind: 'ORDER_QUANTITY', symbol: 'BTC-EUR', limit: '1' })).code).toBe('MARKET_NOT_FOUND');
    const wide = await session.refused('SetRiskLimits', { accountId, warnAtPercent: 101, limits: [] });
    expect(wide.fields).toEqual(['warnAtPercent']);
    expect((await session.refused('SetRiskLimits', { accountId: 'acc-99999', limits: [] })).code).toBe(
      'ACCOUNT_NOT_FOUND',
    );
  },

  'kill switches cancel what is open and refuse what is new': async (session) => {
    const accountId = await session.funded({ USD: '1000' });
    const first = await session.limit(accountId, 'BUY', '0.001', '58000');
    await session.limit(accountId, 'BUY', '0.001', '57000');
    const engaged = await session.ok('EngageKillSwitch', { accountId, reason: 'It went mad.' });
    expect(engaged).toMatchObject({ accountId, engaged: true, reason: 'It went mad.', canceledOrders: 2 });
    expect((await session.ok('EngageKillSwitch', { accountId, reason: 'Again.' })).canceledOrders).toBe(0);
    expect((await session.ok('GetOrder', { orderId: first.orderId })).status).toBe('CANCELED');
    const refusal = await session.refused('PlaceOrder', limitOrder(accountId, 'BUY', '0.001', '58000'));
    expect([refusal.status, refusal.code]).toEqual([422, 'KILL_SWITCH_ENGAGED']);
    expect((await session.ok('EngageKillSwitch', { reason: 'All.' })).accountId).toBeUndefined();
    expect((await session.ok('GetKillSwitch', {})).engaged).toBe(true);
    expect(await session.ok('ReleaseKillSwitch', { accountId })).toEqual({ accountId, engaged: false });
    expect((await session.ok('GetExposure', { accountId })).killSwitchEngaged).toBe(true);
    expect((await session.ok('ReleaseKillSwitch', {})).engaged).toBe(false);
    await session.limit(accountId, 'BUY', '0.001', '58000');
    expect((await session.refused('EngageKillSwitch', { accountId })).fields).toEqual(['reason']);
    expect((await session.refused('EngageKillSwitch', { accountId: 'acc-9999', reason: 'x' })).code).toBe(
      'ACCOUNT_NOT_FOUND',
    );
  },

  'lists come in pages that join up': async (session) => {
    const accountId = await session.funded({ USD: '10000' });
    for (let count = 1; count <= 5; count += 1) await session.limit(accountId, 'BUY', '0.001', `${59000 + count}`);
    const prices: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Answer = await session.ok('ListOrders', { accountId, limit: 2, ...(cursor && { cursor }) });
      prices.push(...page.items.map((order: Answer) => order.price));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(prices).toEqual(['59005', '59004', '59003', '59002', '59001']);
    await session.funded({});
    const page = await session.ok('ListAccounts', { limit: 1 });
    const elsewhere = await session.refused('ListOrders', { cursor: page.nextCursor });
    expect([elsewhere.status, elsewhere.fields]).toEqual([400, ['cursor']]);
    const { items } = await session.ok('CancelOrders', { accountId, symbol: 'BTC-USD' });
    expect(items.map((order: Answer) => order.status)).toEqual(Array(5).fill('CANCELED'));
    expect((await session.ok('CancelOrders', { accountId })).items).toEqual([]);
  },

  'market data shows the rules, the book and what was traded': async (session) => {
    const { items: markets } = await session.ok('ListMarkets');
    expect(markets.map((market: Answer) => market.symbol)).toContain('BTC-USD');
    expect(markets[0]).toMatchObject({ baseAsset: 'BTC', status: 'OPEN', takerFeeBps: '20', collarBps: 1000 });
    const accountId = await session.funded({ USD: '100000' });
    await session.limit(accountId, 'BUY', '0.5', '59999.99');
    await session.market(accountId, 'BUY', { quantity: '0.1' });
    const book = await session.ok('GetOrderBook', { symbol: 'BTC-USD', depth: 1 });
    expect(book).toMatchObject({
      bids: [{ price: '59999.99', quantity: '500.5' }],
      asks: [{ price: '60000.01', quantity: '500' }],
    });
    const ticker = await session.ok('GetTicker', { symbol: 'BTC-USD' });
    expect(pick(ticker, 'referencePrice', 'last', 'bid', 'ask', 'high')).toEqual({
      referencePrice: '60000',
      last: '60000.01',
      bid: '59999.99',
      ask: '60000.01',
      high: '60000.01',
    });
    const { items: trades } = await session.ok('ListTrades', { symbol: 'BTC-USD', limit: 1 });
    expect(trades[0]).toMatchObject({ price: '60000.01', quantity: '0.1', notional: '6000.001', takerSide: 'BUY' });
    const candles = await session.ok('ListCandles', { symbol: 'BTC-USD', interval: '1d' });
    expect(candles.items[0]).toMatchObject({ open: '60000', close: '60000.01' });
    const later = { symbol: 'BTC-USD', interval: '1d', from: '2100-01-01T00:00:00Z' };
    expect((await session.ok('ListCandles', later)).items).toEqual([]);
    expect((await session.refused('GetTicker', { symbol: 'BTC-EUR' })).code).toBe('MARKET_NOT_FOUND');
    expect((await session.refused('GetOrderBook', { symbol: 'btc' })).fields).toEqual(['symbol']);
  },
};

/** Whatever follows the clock of the machine differs; the venues have a time that stands still. */
function withoutTimes(transcript: unknown[]): unknown {
  return JSON.parse(JSON.stringify(transcript).replace(/\d{4}-\d\d-\d\dT[0-9:.]+Z/g, 'a time'));
}

/** An exchange for each transport: what happens to them is the same, so ids and sequences are too. */
class Pair {
  private constructor(
    private readonly exchanges: readonly RunningExchange[],
    readonly rest: ExchangeDriver,
    readonly grpc: ExchangeDriver,
  ) {}

  static async start(): Promise<Pair> {
    const [first, second] = await Promise.all([RunningExchange.start(), RunningExchange.start()]);
    return new Pair([first, second], new RestDriver(first.addresses.http), new GrpcDriver(second.addresses.grpc));
  }

  async stop(): Promise<void> {
    this.grpc.close();
    await Promise.all(this.exchanges.map((exchange) => exchange.stop()));
  }
}

async function played(scenario: Scenario, driver: ExchangeDriver): Promise<unknown> {
  const session = new Session(driver);
  await scenario(session);
  await session.leave();
  return withoutTimes(session.transcript);
}

describe('REST and gRPC', () => {
  let pair: Pair;
  let broken = false;

  beforeAll(async () => {
    jest.spyOn(systemClock, 'now').mockReturnValue(Date.now());
    pair = await Pair.start();
  });

  afterAll(async () => {
    await pair.stop();
    jest.restoreAllMocks();
  });

  it.each(Object.entries(scenarios))('agree: %s', async (_name, scenario) => {
    if (broken) {
      await pair.stop();
      pair = await Pair.start();
    }
    broken = true;
    const [overRest, overGrpc] = await Promise.all([played(scenario, pair.rest), played(scenario, pair.grpc)]);
    expect(overGrpc).toEqual(overRest);
    broken = false;
  });
});
