import { once } from 'node:events';
import { type ClientReadableStream, credentials, type GrpcObject, loadPackageDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { eventually } from './eventually.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

// biome-ignore lint/suspicious/noExplicitAny: a message is whatever came over the wire.
type Message = any;
type Method = 'streamBook' | 'streamTrades' | 'streamTickers' | 'streamCandles';
type Client = Record<Method, (request: object) => ClientReadableStream<Message>> & { close(): void };

jest.setTimeout(60_000);

const symbol = 'BTC-USD';

describe('the streams of markets', () => {
  let exchange: RunningExchange;
  let client: Client;
  let socket: WebSocket;
  let accountId: string;
  const told: Message[] = [];
  const calls: ClientReadableStream<Message>[] = [];

  beforeAll(async () => {
    exchange = await RunningExchange.start({
      ...{ STREAM_HEARTBEAT_MS: '100', LIQUIDITY: 'realistic', PRICE_INTERVAL_MS: '60000' },
    });
    client = clientOf(exchange.addresses.grpc);
    socket = new WebSocket(`${exchange.addresses.http.replace('http', 'ws')}/ws/v1/market`);
    socket.on('message', (data) => told.push(JSON.parse(String(data))));
    await once(socket, 'open');
    accountId = (await send('POST', '/accounts', { name: 'Alice' })).accountId;
    await send('POST', `/accounts/${accountId}/deposits`, { asset: 'USD', amount: '1000000' });
  });
  afterAll(async () => {
    for (const call of calls) call.cancel();
    client.close();
    socket.close();
    await exchange.stop();
  });

  async function send(method: string, path: string, body?: object): Promise<Message> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${exchange.addresses.http}/api/v1${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return answer.json();
  }

  const order = (more: object) => send('POST', '/orders', { accountId, symbol, side: 'BUY', ...more });

  function overWebSocket(channel: string): Message[] {
    return told.filter((message) => message.channel === channel && message.type !== 'subscribed');
  }

  /** What a stream over gRPC gives, in the words of JSON. */
  function overGrpc(
    method: Method,
    request: object,
  ): { messages: Message[]; heartbeats: Message[]; failure?: Message } {
    const reading: ReturnType<typeof overGrpc> = { messages: [], heartbeats: [] };
    const call = client[method](request);
    calls.push(call);
    call.on('data', ({ heartbeat, ...message }: Message) => {
      if (heartbeat === undefined) reading.messages.push(Object.values(message)[0]);
      else reading.heartbeats.push(heartbeat);
    });
    call.on('error', (error) => {
      reading.failure = error;
    });
    return reading;
  }

  it('say the same over WebSocket and gRPC', async () => {
    const channels = ['book', 'trades', 'ticker', 'candles:1m'];
    for (const channel of channels) {
      const more = channel === 'book' ? { checksum: true } : { conflateMs: 100 };
      socket.send(JSON.stringify({ op: 'subscribe', channel, symbol, ...more }));
    }
    const grpc = {
      book: overGrpc('streamBook', { symbol, checksum: true }),
      trades: overGrpc('streamTrades', { symbol, conflateMs: 100 }),
      ticker: overGrpc('streamTickers', { symbols: [symbol], conflateMs: 100 }),
      'candles:1m': overGrpc('streamCandles', { symbol, interval: '1m', conflateMs: 100 }),
    };
    await eventually(() => {
      for (const [channel, { messages }] of Object.entries(grpc)) {
        expect([channel, messages.length, overWebSocket(channel).length]).toEqual([channel, 1, 1]);
      }
    });
    const { orderId } = await order({ type: 'LIMIT', quantity: '0.5', price: '59000' });
    await order({ type: 'MARKET', quantity: '0.7' });
    await send('DELETE', `/orders/${orderId}`);
    const { sequence } = await send('GET', `/markets/${symbol}/book`);
    await eventually(() => {
      for (const [channel, { messages }] of Object.entries(grpc)) {
        const last = overWebSocket(channel).at(-1);
        // The cancel is the last that happened; trades and candles end with the trade before it.
        expect(last.lastSequence).toBeGreaterThanOrEqual(channel === 'book' ? sequence : sequence - 1);
        const { type, bids, asks, ...rest } = messages.at(-1);
        expect(type).toBe(`MARKET_MESSAGE_TYPE_${last.type.toUpperCase()}`);
        expect(rest).toMatchObject({ channel, symbol, lastSequence: last.lastSequence });
        expect(contentsOf(messages.at(-1))).toEqual(contentsOf(last));
      }
    });
  });

  it('tell of every market where none is named, and of none that is not there', async () => {
    const all = overGrpc('streamTickers', {});
    await eventually(() => expect(new Set(all.messages.map(({ symbol: of }) => of)).size).toBe(6));
    const wrong = overGrpc('streamBook', { symbol: 'XRP-USD' });
    await eventually(() => expect(wrong.failure).toMatchObject({ code: status.NOT_FOUND }));
    const malformed = overGrpc('streamCandles', { symbol, interval: '2m', conflateMs: 5 });
    await eventually(() => expect(malformed.failure?.details).toContain('interval must be one of 1m, 5m, 1h, 1d'));
    expect(malformed.failure).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('beat with what was told', async () => {
    const reading = overGrpc('streamBook', { symbol });
    await eventually(() => expect(reading.heartbeats.length).toBeGreaterThan(1));
    const { sequence } = await send('GET', `/markets/${symbol}/book`);
    await eventually(() => {
      expect(reading.heartbeats.at(-1).sequence).toBeGreaterThanOrEqual(sequence);
      expect(told.findLast(({ type }) => type === 'heartbeat').sequence).toBeGreaterThanOrEqual(sequence);
    });
  });

  it('refuse what a channel does not have', async () => {
    told.length = 0;
    socket.send(JSON.stringify({ op: 'subscribe', channel: 'ticker', symbol, conflateMs: 50 }));
    socket.send(JSON.stringify({ op: 'subscribe', channel: 'trades', symbol: 'ETH-USD', checksum: true }));
    socket.send(JSON.stringify({ op: 'subscribe', channel: 'candles:2m', symbol }));
    socket.send(JSON.stringify({ op: 'subscribe', channel: 'book', symbol: 'XRP-USD' }));
    await eventually(() => {
      const errors = told.filter(({ type }) => type === 'error').map(({ code, detail }) => `${code}: ${detail}`);
      expect(errors).toEqual([
        expect.stringContaining('conflateMs must be a whole number from 100 to 60000'),
        expect.stringContaining('checksum is not a field of this request'),
        expect.stringContaining('channel must be one of book, trades, ticker, candles:1m'),
        expect.stringContaining('MARKET_NOT_FOUND: There is no market XRP-USD'),
      ]);
    });
  });
});

/** What a message has beside what every message has, with the pairs of JSON as protobuf has them. */
function contentsOf({ bids = [], asks = [], checksum, trades, ticker, candles }: Message): object {
  const levels = (side: Message[]) =>
    side.map((level) => (Array.isArray(level) ? level : [level.price, level.quantity]));
  const prices = ({ open, high, low, close, bid, ask, last, volume, tradeCount }: Message) => ({
    ...{ open, high, low, close, bid, ask, last, volume, tradeCount },
  });
  return {
    ...{ bids: levels(bids), asks: levels(asks), checksum },
    trades: trades?.map(({ tradeId, price, quantity }: Message) => [tradeId, price, quantity]),
    ticker: ticker && prices(ticker),
    candles: candles?.map((candle: Message) => ({ ...prices(candle), closed: candle.closed ?? false })),
  };
}

function clientOf(address: string): Client {
  const options = { includeDirs: ['proto'], longs: Number, enums: String, defaults: false };
  const definition = loadSync('exchange/v1/market_data_service.proto', options);
  const { exchange } = loadPackageDefinition(definition) as unknown as {
    exchange: { v1: Record<'MarketDataService', new (...of: unknown[]) => Client> & GrpcObject };
  };
  return new exchange.v1.MarketDataService(address, credentials.createInsecure());
}
