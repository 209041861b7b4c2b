import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../server.fixture.js';

/** A data directory, and the servers that run on it one after the other. */
export class ExchangeDirectory {
  readonly path: string;
  private readonly servers: ServerProcess[] = [];

  constructor(path?: string) {
    this.path = path ?? mkdtempSync(join(tmpdir(), 'exchange-'));
  }

  /** A server that has been started, and may refuse to run. The prices stand still, so that it is at rest between two commands. */
  launch(environment: Record<string, string> = {}): ServerProcess {
    const settings = { STORE: 'disk', DATA_DIR: this.path, PRICE_SOURCE: 'fixed', ...environment };
    const server = new ServerProcess(settings);
    this.servers.push(server);
    return server;
  }

  async serve(environment: Record<string, string> = {}): Promise<RunningExchange> {
    const server = this.launch(environment);
    const { http } = await server.ready();
    return new RunningExchange(server, http);
  }

  /** Ends whatever runs on it, and deletes it. */
  async remove(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: it is what the server sent; the specs say what it must be.
  readonly body: any;
}

/** A server that is ready, and what a client says to it. */
export class RunningExchange {
  constructor(
    readonly server: ServerProcess,
    readonly http: string,
  ) {}

  async send(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Reply> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const content = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(this.http + path, { method, body: content, headers: { ...type, ...headers } });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** The body of an answer that must be a success. */
  async get(path: string): Promise<Reply['body']> {
    const { status, body } = await this.send('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Opens an account with 10,000,000 USD and 100 BTC. */
  async openAccount(): Promise<string> {
    const { accountId } = (await this.send('POST', '/api/v1/accounts', { name: 'durability' })).body;
    await this.deposit(accountId, 'USD', '10000000', `${accountId}-usd`);
    await this.deposit(accountId, 'BTC', '100', `${accountId}-btc`);
    return accountId;
  }

  deposit(accountId: string, asset: string, amount: string, key: string): Promise<Reply> {
    const path = `/api/v1/accounts/${accountId}/deposits`;
    return this.send('POST', path, { asset, amount }, { 'idempotency-key': key });
  }

  /** Buys 0.01 BTC at the market, which always fills it. */
  buy(accountId: string, clientOrderId: string): Promise<Reply> {
    const terms = { symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
    return this.send('POST', '/api/v1/orders', { accountId, clientOrderId, ...terms });
  }

  /** Bids for 0.01 BTC below the market, where the order rests. */
  bid(accountId: string, clientOrderId: string): Promise<Reply> {
    const terms = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '59000' };
    return this.send('POST', '/api/v1/orders', { accountId, clientOrderId, ...terms });
  }

  /** Buys `count` times, ten at a time; the orders as they were acknowledged, in the order of their keys. */
  async buyMany(accountId: string, count: number, prefix: string): Promise<Reply['body'][]> {
    const orders: Reply['body'][] = [];
    for (let first = 0; first < count; first += 10) {
      const keys = Array.from({ length: Math.min(10, count - first) }, (_, n) => `${prefix}-${first + n}`);
      const replies = await Promise.all(keys.map((key) => this.buy(accountId, key)));
      for (const { status, body } of replies) {
        if (status !== 201) throw new Error(`an order was answered with ${status}: ${JSON.stringify(body)}`);
        orders.push(body);
      }
    }
    return orders;
  }

  order(accountId: string, clientOrderId: string): Promise<Reply> {
    return this.send('GET', `/api/v1/orders/by-client-order-id/${clientOrderId}?accountId=${accountId}`);
  }

  async balances(accountId: string): Promise<Reply['body']> {
    return (await this.get(`/api/v1/accounts/${accountId}/balances`)).balances;
  }

  /** That of the last command, whether more are taken or not. */
  async sequence(): Promise<number> {
    return (await this.send('GET', '/health')).body.sequence;
  }

  /** What an auditor is told about the whole journal. */
  async verification(): Promise<Reply['body']> {
    return this.get('/audit/v1/verify');
  }
}
