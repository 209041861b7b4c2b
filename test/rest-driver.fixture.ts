import type { Answer, ExchangeDriver, Operation, Outcome, Request } from './exchange-driver.fixture.js';
import { withoutAbsent } from './exchange-driver.fixture.js';

interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Fields of the request stand in braces. */
  readonly path: string;
}

const routes: Readonly<Record<Operation, (request: Request) => Route>> = {
  CreateAccount: () => ({ method: 'POST', path: '/accounts' }),
  GetAccount: () => ({ method: 'GET', path: '/accounts/{accountId}' }),
  ListAccounts: () => ({ method: 'GET', path: '/accounts' }),
  UpdateAccount: () => ({ method: 'PATCH', path: '/accounts/{accountId}' }),
  Deposit: () => ({ method: 'POST', path: '/accounts/{accountId}/deposits' }),
  Withdraw: () => ({ method: 'POST', path: '/accounts/{accountId}/withdrawals' }),
  Transfer: () => ({ method: 'POST', path: '/transfers' }),
  GetBalances: ({ asset }) => ({
    method: 'GET',
    path: asset === undefined ? '/accounts/{accountId}/balances' : '/accounts/{accountId}/balances/{asset}',
  }),
  ListLedgerEntries: () => ({ method: 'GET', path: '/accounts/{accountId}/ledger' }),
  ListAccountTrades: () => ({ method: 'GET', path: '/accounts/{accountId}/trades' }),
  PlaceOrder: () => ({ method: 'POST', path: '/orders' }),
  CancelOrder: () => ({ method: 'DELETE', path: '/orders/{orderId}' }),
  CancelOrders: () => ({ method: 'DELETE', path: '/orders' }),
  GetOrder: ({ orderId }) => ({
    method: 'GET',
    path: orderId === undefined ? '/orders/by-client-order-id/{clientOrderId}' : '/orders/{orderId}',
  }),
  ListOrders: () => ({ method: 'GET', path: '/orders' }),
  ListMarkets: () => ({ method: 'GET', path: '/markets' }),
  GetTicker: () => ({ method: 'GET', path: '/markets/{symbol}/ticker' }),
  GetOrderBook: () => ({ method: 'GET', path: '/markets/{symbol}/book' }),
  ListTrades: () => ({ method: 'GET', path: '/markets/{symbol}/trades' }),
  IssueApiKey: () => ({ method: 'POST', path: '/accounts/{accountId}/api-keys' }),
  ListApiKeys: () => ({ method: 'GET', path: '/accounts/{accountId}/api-keys' }),
  RevokeApiKey: () => ({ method: 'DELETE', path: '/accounts/{accountId}/api-keys/{keyId}' }),
  ListCandles: () => ({ method: 'GET', path: '/markets/{symbol}/candles' }),
};

/** Talks to an exchange over HTTP, as any client would. */
export class RestDriver implements ExchangeDriver {
  readonly name = 'REST';

  /** The token is sent as a bearer's. */
  constructor(
    private readonly address: string,
    private readonly token?: string,
  ) {}

  async call(operation: Operation, request: Request): Promise<Outcome> {
    const { method, path } = routes[operation](request);
    const { idempotencyKey, ...fields } = request;
    const url = new URL(`${this.address}/api/v1${path.replace(/\{(\w+)\}/g, (_, name) => take(fields, name))}`);
    const headers: Record<string, string> = {};
    if (idempotencyKey !== undefined) headers['idempotency-key'] = `${idempotencyKey}`;
    if (this.token !== undefined) headers.authorization = `Bearer ${this.token}`;
    if (method === 'POST' || method === 'PATCH') {
      headers['content-type'] = 'application/json';
      return outcomeOf(await fetch(url, { method, headers, body: JSON.stringify(fields) }), operation);
    }
    for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, `${value}`);
    return outcomeOf(await fetch(url, { method, headers }), operation);
  }

  close(): void {}
}

function take(fields: Request, name: string): string {
  const value = fields[name];
  delete fields[name];
  return encodeURIComponent(`${value}`);
}

async function outcomeOf(response: Response, operation: Operation): Promise<Outcome> {
  const body = (await response.json()) as Answer;
  if (response.ok) return { answer: withoutAbsent(commonForm(operation, body)) };
  const { status, code, detail, errors = [], orderId, transferId } = body;
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(status).toBe(response.status);
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
