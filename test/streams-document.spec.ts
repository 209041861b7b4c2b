import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { Reader } from '../src/streams/websocket/stream.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

const asyncApiSchema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');

interface Document {
  readonly channels: Record<string, { readonly address: string; readonly messages: Record<string, { $ref: string }> }>;
  readonly operations: Record<string, { readonly action: string; readonly messages: { $ref: string }[] }>;
  readonly components: {
    readonly messages: Record<string, { readonly payload: object }>;
    readonly schemas: Record<string, object>;
  };
}

function newAjv(options: object = {}): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, ...options });
  (formats as unknown as { default: (ajv: Ajv) => void }).default?.(ajv);
  return ajv;
}

/** The same schema, in which every object has no fields but those that are described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => [name, closed(value)]);
  const isObject = 'properties' in schema && 'type' in schema;
  return { ...Object.fromEntries(members), ...(isObject ? { additionalProperties: false } : {}) };
}

describe('the AsyncAPI document', () => {
  let exchange: RunningExchange;
  let document: Document;

  beforeAll(async () => {
    exchange = await RunningExchange.start({ STREAM_HEARTBEAT_MS: '100', PRICE_SOURCE: 'simulated' });
    const answer = await fetch(`${exchange.addresses.http}/docs/asyncapi.json`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    document = (await answer.json()) as Document;
  });
  afterAll(() => exchange.stop());

  it('is one of AsyncAPI 3', () => {
    // It brings the schema of schemas along.
    const ajv = newAjv({ meta: false, validateSchema: false });
    const validate = ajv.compile(asyncApiSchema);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('names nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).toBeGreaterThan(50);
    for (const path of references) {
      const found = path
        .split('/')
        .reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], document);
      expect({ path, found: found !== undefined }).toEqual({ path, found: true });
    }
  });

  it('has every path, with the channels that a client may subscribe to', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    expect(addresses).toEqual(['/ws/v1/market', '/ws/v1/account', '/audit/ws/v1/events']);
    const messages = Object.keys(document.components.messages);
    for (const name of [
      'market.book',
      'market.trades',
      'market.ticker',
      'market.candles',
      'account.events',
      'audit.events',
    ]) {
      expect(messages).toEqual(expect.arrayContaining([name, `${name}.subscribe`, `${name}.subscribed`]));
    }
  });

  it('describes every message of a session, to the last field', async () => {
    const { http } = exchange.addresses;
    const [mine, other] = [await account(http, 'mine'), await account(http, 'other')];
    const session = new DescribedSession(document);
    const market = await session.open(http, 'market');
    for (const channel of ['book', 'trades', 'ticker', 'candles:1m']) {
      await market.say({ op: 'subscribe', id: channel, channel, symbol: 'BTC-USD', conflateMs: 100 });
    }
    await market.say({ op: 'subscribe', channel: 'book', symbol: 'ETH-USD', checksum: true });
    await market.say({ op: 'ping', id: 1 });
    await market.say({ op: 'subscribe', channel: 'nothing' }, false);
    const own = await session.open(http, 'account');
    await own.say({ op: 'authenticate', key: 'anything' });
    const cancelOnDisconnect = { graceMs: 10, symbol: 'BTC-USD' };
    await own.say({ op: 'subscribe', channel: 'events', accountId: mine, fromSequence: 1, cancelOnDisconnect });
    await own.say({ op: 'subscribe', channel: 'events', accountId: other, fromAccountSequence: 1 });
    const all = await session.open(http, 'audit');
    await all.say({ op: 'subscribe', channel: 'events', fromSequence: 1 });
    await trade(http, mine, other);
    await market.say({ op: 'unsubscribe', channel: 'book', symbol: 'BTC-USD' });
    const described = [
      'market.book',
      'market.trades',
      'market.ticker',
      'market.candles',
      'account.events',
      'audit.events',
    ];
    const always = ['pong', 'authenticated', 'heartbeat', 'error', 'market.book.unsubscribed'];
    await session.until([...described, ...described.map((name) => `${name}.subscribed`), ...always]);
    for (const reader of [market, own, all]) reader.close();
    const types = [
      'ORDER_ACCEPTED',
      'ORDER_FILLED',
      'ORDER_CANCELED',
      'ORDER_REJECTED',
      'ORDER_EXPIRED',
      'TRANSFER_COMPLETED',
    ];
    const others = ['TRANSFER_REJECTED', 'BALANCE_CHANGED', 'ACCOUNT_OPENED', 'ACCOUNT_STATUS_CHANGED'];
    const risk = ['RISK_WARNING', 'RISK_BREACHED', 'RISK_EASED'];
    expect([...session.eventTypes].sort()).toEqual([...types, ...others, ...risk].sort());
  }, 30_000);

  it('would be found out by a field too many or one too few', () => {
    const session = new DescribedSession(document);
    const pong = { type: 'pong', time: '2026-01-31T12:00:00Z' };
    expect(session.fitting('Send', 'market', pong)).toEqual(['pong']);
    expect(session.fitting('Send', 'market', { ...pong, more: 1 })).toEqual([]);
    expect(session.fitting('Send', 'market', { type: 'pong' })).toEqual([]);
    expect(session.fitting('Send', 'market', { ...pong, time: 'noon' })).toEqual([]);
  });

  it('is a page for people, with nothing from elsewhere', async () => {
    const answer = await fetch(`${exchange.addresses.http}/docs/streams`);
    const page = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//);
    for (const name of Object.keys(document.components.messages)) expect(page).toContain(`<b>${name}</b>`);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    for (const id of new Set(targets)) expect(page).toContain(`id="${id}"`);
  });
});

/** Holds what is said on the wire to the document. */
class DescribedSession {
  readonly eventTypes = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly wrong: unknown[] = [];

  constructor(private readonly document: Document) {
    const ajv = newAjv();
    ajv.addSchema({ $id: 'document', components: closed(document.components) });
    for (const name of Object.keys(document.components.messages)) {
      this.validators.set(name, ajv.compile({ $ref: `document#/components/messages/${name}/payload` }));
    }
  }

  async open(
    http: string,
    path: string,
  ): Promise<{ say(message: object, isRight?: boolean): Promise<void>; close(): void }> {
    const reader = await Reader.connect(http.replace('http', 'ws') + this.document.channels[path]!.address);
    const take = (text: string) => this.check('Send', path, JSON.parse(text));
    reader.socket.on('message', (data) => take(String(data)));
    return {
      say: async (message, isRight = true) => {
        if (isRight) this.check('Receive', path, message);
        reader.say(message);
      },
      close: () => reader.close(),
    };
  }

  /** Until each of these messages was there; it fails for one that is not described. */
  async until(names: readonly string[], timeoutMs = 15_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (names.some((name) => !this.seen.has(name)) && Date.now() < end) {
      await new Promise((wake) => setTimeout(wake, 50));
    }
    expect(this.wrong).toEqual([]);
    expect(names.filter((name) => !this.seen.has(name))).toEqual([]);
  }

  /** The messages that this could be. */
  fitting(direction: 'Send' | 'Receive', path: string, message: object): string[] {
    const names = this.document.operations[`${path}${direction}`]!.messages.map(({ $ref }) => $ref.split('/').at(-1)!);
    return names.filter((name) => this.validators.get(name)!(message));
  }

  /** Exactly one message of those that may go this way fits. */
  private check(direction: 'Send' | 'Receive', path: string, message: { eventType?: string }): void {
    const fitting = this.fitting(direction, path, message);
    for (const name of fitting) this.seen.add(name);
    if (message.eventType !== undefined) this.eventTypes.add(message.eventType);
    if (fitting.length !== 1) this.wrong.push({ path, direction, message, fitting });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever came over the wire.
async function call(http: string, method: string, path: string, body?: object): Promise<any> {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return (await fetch(http + path, { method, headers, body: JSON.stringify(body) })).json();
}

async function account(http: string, name: string): Promise<string> {
  const { accountId } = await call(http, 'POST', '/api/v1/accounts', { name });
  for (const [asset, amount] of [
    ['USD', '1000000'],
    ['BTC', '10'],
  ]) {
    await call(http, 'POST', `/api/v1/accounts/${accountId}/deposits`, { asset, amount });
  }
  return accountId;
}

/** One of everything that can happen to an account. */
async function trade(http: string, mine: string, other: string): Promise<void> {
  const order = { symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT', quantity: '0.01', accountId: mine };
  const place = (terms: object) => call(http, 'POST', '/api/v1/orders', { ...order, ...terms });
  await place({ type: 'MARKET', clientOrderId: 'one' });
  await place({ type: 'MARKET', side: 'SELL', accountId: other });
  const { orderId } = await place({ price: '58000' });
  await call(http, 'DELETE', `/api/v1/orders/${orderId}`);
  await place({ price: '58000', timeInForce: 'IOC' });
  await place({ type: 'MARKET', quantity: '1000' });
  await place({ type: 'MARKET', quantity: undefined, quoteQuantity: '500' });
  await call(http, 'POST', '/api/v1/transfers', { fromAccountId: mine, toAccountId: other, asset: 'USD', amount: '1' });
  await call(http, 'POST', `/api/v1/accounts/${mine}/withdrawals`, { asset: 'USD', amount: '99999999' });
  for (const limit of ['11', '9']) {
    const limits = [{ kind: 'POSITION', asset: 'BTC', limit }];
    await call(http, 'PUT', `/api/v1/accounts/${mine}/risk-limits`, { limits });
  }
  await call(http, 'POST', `/api/v1/accounts/${mine}/withdrawals`, { asset: 'BTC', amount: '5' });
  await call(http, 'PATCH', `/api/v1/accounts/${other}`, { status: 'SUSPENDED' });
}
