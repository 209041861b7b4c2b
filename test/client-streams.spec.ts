import { jest } from '@jest/globals';
import { type MessageEvent, WebSocket } from 'ws';
import {
  ExchangeClient,
  type MarketMessage,
  type OrderBook,
  type StreamFault,
} from '../clients/typescript/src/index.js';
import { eventually } from './eventually.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

jest.setTimeout(30_000);

const adminToken = 'planted-admin-token-5f2c';
const symbol = 'BTC-USD';

/** Changes what comes, or loses it (`undefined`), before anybody sees it. */
type Tamper = (message: string) => string | undefined;

/** A WebSocket whose messages are tampered with on their way. */
function tampered(tamper: Tamper) {
  return class extends WebSocket {
    // biome-ignore lint/suspicious/noExplicitAny: the listeners of each type have a type of their own.
    override addEventListener(type: any, listener: any): void {
      const heard = (event: MessageEvent) => {
        const data = tamper(String(event.data));
        if (data !== undefined) listener({ data });
      };
      super.addEventListener(type, type === 'message' ? heard : listener);
    }
  };
}

describe('the streams of the client', () => {
  let exchange: RunningExchange;
  let admin: ExchangeClient;
  let accountId: string;

  beforeAll(async () => {
    exchange = await RunningExchange.start({
      AUTH: 'on',
      ADMIN_TOKEN: adminToken,
      AUDIT_TOKEN: 'planted-audit-token-9b1e',
    });
    admin = new ExchangeClient({ address: exchange.addresses.http, token: adminToken });
    ({ accountId } = await admin.accounts.create({ name: 'Alice' }));
    await admin.accounts.deposit(accountId, { asset: 'USD', amount: '100000' });
  });

  afterAll(() => exchange.stop());

  async function withKey(...scopes: ('read' | 'trade')[]) {
    const { key, keyId } = await admin.apiKeys.issue(accountId, { scopes });
    return { keyId, client: new ExchangeClient({ address: exchange.addresses.http, token: key }) };
  }

  const buy = (price: string) =>
    admin.orders.place({ accountId, symbol, side: 'BUY', type: 'LIMIT', quantity: '0.01', price });

  it('are for those who may see them', async () => {
    const strange = new ExchangeClient({ address: exchange.addresses.http, token: 'exs_nobody' });
    await expect(strange.accountEvents(accountId).ready()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { client } = await withKey('read');
    const { accountId: other } = await admin.accounts.create({ name: 'Bob' });
    await expect(client.accountEvents(other).ready()).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    const armed = client.accountEvents(accountId, { cancelOnDisconnect: {} });
    await expect(armed.ready()).rejects.toMatchObject({ name: 'ExchangeError', code: 'FORBIDDEN' });
    const head = client.accountEvents(accountId, { fromAccountSequence: 1_000_000 });
    await expect(head.next()).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ field: 'fromAccountSequence' }],
    });
  });

  it('end when the key is revoked', async () => {
    const { client, keyId } = await withKey('read');
    const events = client.accountEvents(accountId);
    await events.ready();
    await admin.apiKeys.revoke(accountId, keyId);
    await expect(events.next()).rejects.toMatchObject({ name: 'ExchangeError', code: 'ACCESS_REVOKED' });
  });

  it('cancel the orders of whoever left, if that was asked for', async () => {
    const { client } = await withKey('read', 'trade');
    const events = client.accountEvents(accountId, { cancelOnDisconnect: { graceMs: 0 } });
    await events.ready();
    const { orderId } = await client.orders.place({
      ...{ accountId, symbol, side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '58000' },
    });
    for await (const { eventType } of events) if (eventType === 'ORDER_ACCEPTED') break;
    await eventually(async () => expect(await client.orders.get(orderId)).toMatchObject({ status: 'CANCELED' }));
  });

  it('have every channel of the market, several over one connection', async () => {
    const channels = ['book', 'trades', 'ticker', 'candles:1m'] as const;
    const messages = new Map<string, MarketMessage>();
    for await (const message of admin.marketStream(channels.map((channel) => ({ channel, symbol })))) {
      messages.set(message.channel, message);
      if (messages.size === channels.length) break;
    }
    expect(messages.get('ticker')).toMatchObject({ type: 'snapshot', ticker: { symbol, referencePrice: '60000' } });
    const { bids, sequence } = await admin.markets.book(symbol, { depth: 500 });
    expect(messages.get('book')).toMatchObject({ bids, lastSequence: sequence, previousLastSequence: null });
  });

  it.each([
    ['is lost', 'GAP', () => undefined],
    ['has another quantity', 'CHECKSUM', (message) => message.replace('"0.01"', '"0.02"')],
    ['is no JSON', 'MALFORMED', (message) => message.slice(1)],
  ] satisfies [string, string, Tamper][])(
    'notice at once that a change of the book %s, and recover',
    async (_what, kind, harm) => {
      let updates = 0;
      const webSocket = tampered((message) => {
        if (!message.includes('"type":"update"')) return message;
        updates += 1;
        return updates === 2 ? harm(message) : message;
      });
      const faults: string[] = [];
      const client = new ExchangeClient({ address: exchange.addresses.http, webSocket });
      const books = client.bookStream(symbol, { onInterrupted: (why) => faults.push((why as StreamFault).kind) });
      await books.ready();
      const orders = [await buy('59001'), await buy('59002'), await buy('59003')];
      const best = () => admin.markets.book(symbol, { depth: 500 });
      let book: OrderBook | undefined;
      for await (book of books) if (faults.length > 0 && book.sequence === (await best()).sequence) break;
      const { bids, asks } = await best();
      expect([faults, book?.bids, book?.asks]).toEqual([[kind], bids, asks]);
      for (const { orderId } of orders) await admin.orders.cancel(orderId);
    },
  );
});
