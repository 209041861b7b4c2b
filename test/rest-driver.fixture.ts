import request, { type Response } from 'supertest';
import type { Answer, ExchangeDriver, Operation, Outcome, Request } from './exchange-driver.fixture.js';
import { withoutAbsent } from './exchange-driver.fixture.js';

interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Fields of the request stand in braces. */
  readonly path: string;
}

const routes: Readonly<Record<Operation, (request: Request) => Route>> = {
  CreateAccount: () => ({ method: 'post', path: '/accounts' }),
  GetAccount: () => ({ method: 'get', path: '/accounts/{accountId}' }),
  ListAccounts: () => ({ method: 'get', path: '/accounts' }),
  UpdateAccount: () => ({ method: 'patch', path: '/accounts/{accountId}' }),
  Deposit: () => ({ method: 'post', path: '/accounts/{accountId}/deposits' }),
  Withdraw: () => ({ method: 'post', path: '/accounts/{accountId}/withdrawals' }),
  Transfer: () => ({ method: 'post', path: '/transfers' }),
  GetBalances: ({ asset }) => ({
    method: 'get',
    path: asset === undefined ? '/accounts/{accountId}/balances' : '/accounts/{accountId}/balances/{asset}',
  }),
  ListLedgerEntries: () => ({ method: 'get', path: '/accounts/{accountId}/ledger' }),
  ListAccountTrades: () => ({ method: 'get', path: '/accounts/{accountId}/trades' }),
  PlaceOrder: () => ({ method: 'post', path: '/orders' }),
  CancelOrder: () => ({ method: 'delete', path: '/orders/{orderId}' }),
  CancelOrders: () => ({ method: 'delete', path: '/orders' }),
  GetOrder: ({ orderId }) => ({
    method: 'get',
    path: orderId === undefined ? '/orders/by-client-order-id/{clientOrderId}' : '/orders/{orderId}',
  }),
  ListOrders: () => ({ method: 'get', path: '/orders' }),
  ListMarkets: () => ({ method: 'get', path: '/markets' }),
  GetTicker: () => ({ method: 'get', path: '/markets/{symbol}/ticker' }),
  GetOrderBook: () => ({ method: 'get', path: '/markets/{symbol}/book' }),
  ListTrades: () => ({ method: 'get', path: '/markets/{symbol}/trades' }),
  IssueApiKey: () => ({ method: 'post', path: '/accounts/{accountId}/api-keys' }),
  ListApiKeys: () => ({ method: 'get', path: '/accounts/{accountId}/api-keys' }),
  RevokeApiKey: () => ({ method: 'delete', path: '/accounts/{accountId}/api-keys/{keyId}' }),
  SetRiskLimits: () => ({ method: 'put', path: '/accounts/{accountId}/risk-limits' }),
  GetRiskLimits: () => ({ method: 'get', path: '/accounts/{accountId}/risk-limits' }),
  GetExposure: () => ({ method: 'get', path: '/accounts/{accountId}/exposure' }),
  EngageKillSwitch: (request) => ({ method: 'put', path: killSwitchPath(request) }),
  ReleaseKillSwitch: (request) => ({ method: 'delete', path: killSwitchPath(request) }),
  GetKillSwitch: (request) => ({ method: 'get', path: killSwitchPath(request) }),
  ListCandles: () => ({ method: 'get', path: '/markets/{symbol}/candles' }),
};

/** Talks to an exchange over HTTP, as any client would. */
export class RestDriver implements ExchangeDriver {
  readonly name = 'REST';

  /** The token is sent as a bearer's. */
  constructor(
    private readonly address: string,
    private readonly token?: string,
  ) {}

  async call(operation: Operation, { idempotencyKey, ...fields }: Request): Promise<Outcome> {
    const { method, path } = routes[operation](fields);
    const sent = request(this.address)[method](`/api/v1${path.replace(/\{(\w+)\}/g, (_, name) => take(fields, name))}`);
    if (idempotencyKey !== undefined) sent.set('idempotency-key', `${idempotencyKey}`);
    if (this.token !== undefined) sent.set('authorization', `Bearer ${this.token}`);
    const hasBody = method === 'post' || method === 'put' || method === 'patch';
    return outcomeOf(await (hasBody ? sent.send(fields) : sent.query(fields)), operation);
  }

  close(): void {}
}

function killSwitchPath({ accountId }: Request): string {
  return accountId === undefined ? '/kill-switch' : '/accounts/{accountId}/kill-switch';
}

function take(fields: Request, name: string): string {
  const value = fields[name];
  delete fields[name];
  return encodeURIComponent(`${value}`);
}

function outcomeOf({ ok, body, status: answered, type }: Response, operation: Operation): Outcome {
  if (ok) return { answer: withoutAbsent(commonForm(operation, body)) };
  const { status, code, detail, errors = [], orderId, transferId } = body;
  expect(type).toBe('application/problem+json');
  expect(status).toBe(answered);
  const fields = errors.map(({ field }: { field: string }) => field);
  return { refusal: withoutAbsent({ status, code, detail, fields, orderId, transferId }) };
}

/** REST says some things in a shape of its own. */
function commonForm(operation: Operation, body: Answer): Answer {
  if (operation === 'GetBalances' && body.balances === undefined) {
    const { accountId, asOfSeq, ...balance } = body;
    return { accountId, asOfSeq, balances: [balance] };
  }
  if (operation === 'GetOrderBook') {
    const levels = (side: [string, string][]) => side.map(([price, quantity]) => ({ price, quantity }));
    return { ...body, bids: levels(body.bids), asks: levels(body.asks) };
  }
  if (operation === 'Deposit' || operation === 'Withdraw') {
    const { accountId, ...transfer } = body;
    expect(accountId).toBe(operation === 'Deposit' ? body.toAccountId : body.fromAccountId);
    return transfer;
  }
  return body;
}
