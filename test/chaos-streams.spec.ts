import request from 'supertest';
import { ExchangeClient } from '../clients/typescript/src/index.js';
import type { AccountReader } from './account-reader.fixture.js';
import { GrpcAccountReader } from './account-reader-grpc.fixture.js';
import { WebSocketAccountReader } from './account-reader-websocket.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

let exchange: RunningExchange;
let client: ExchangeClient;
let accountId: string;

beforeAll(async () => {
  exchange = await RunningExchange.start({
    ...{ CHAOS_ENABLED: 'true', LIQUIDITY: 'realistic', STREAM_HEARTBEAT_MS: '100' },
  });
  client = new ExchangeClient({ address: exchange.addresses.http });
}, 30_000);

beforeEach(async () => {
  accountId = (await client.accounts.create({ name: 'Reader' })).accountId;
});

afterEach(() => request(exchange.addresses.http).delete('/audit/v1/faults'));
afterAll(() => exchange.stop());

async function inject(fault: object): Promise<string> {
  const { body } = await request(exchange.addresses.http).post('/audit/v1/faults').send(fault);
  return body.faultId;
}

async function struckBy(faultId: string): Promise<Answer> {
  return (await request(exchange.addresses.http).get(`/audit/v1/faults/${faultId}`)).body;
}

const transports: [string, () => Promise<AccountReader>][] = [
  ['WebSocket', () => WebSocketAccountReader.open(exchange.addresses.http, accountId)],
  ['gRPC', () => GrpcAccountReader.open(exchange.addresses.grpc, accountId)],
];

/** Each deposit is two events: the transfer and the balance. */
async function deposit(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await client.accounts.deposit(accountId, { asset: 'USD', amount: '1' });
  }
}

/** In the order in which they came. */
const numbersOf = ({ events }: AccountReader) => events.map(({ accountSequence }) => Number(accountSequence));

describe.each(transports)('over %s', (_, open) => {
  it.each([
    ['stream-drop', { next: 1 }, [3, 4, 5, 6, 7]],
    ['stream-gap', { next: 1, parameters: { messages: 3 } }, [5, 6, 7]],
    ['stream-duplicate', { next: 1 }, [2, 2, 3, 4, 5, 6, 7]],
    ['stream-reorder', { next: 1 }, [3, 2, 4, 5, 6, 7]],
  ])('%s is what the numbers of an account tell, counted and over when it is spent', async (kind, more, expected) => {
    const reader = await open();
    const faultId = await inject({ kind, target: { accountId, channel: 'events' }, ...more });
    await deposit(3);
    await eventually(() => expect(numbersOf(reader)).toEqual(expected));
    expect(await struckBy(faultId)).toMatchObject({
      status: 'SPENT',
      struck: 1,
      strikes: [{ accountId, channel: 'events', place: 0 }],
    });
    await reader.lose();
  });

  it.each(['stream-delay', 'stream-stall'])(
    '%s holds messages back, keeps their order, and ends when it is cleared',
    async (kind) => {
      const reader = await open();
      const faultId = await inject({ kind, target: { accountId }, parameters: { delayMs: 300 } });
      const begunAt = performance.now();
      await deposit(2);
      await eventually(() => expect(numbersOf(reader)).toEqual([2, 3, 4, 5]));
      expect(performance.now() - begunAt).toBeGreaterThanOrEqual(300);
      await request(exchange.addresses.http).delete(`/audit/v1/faults/${faultId}`);
      expect((await struckBy(faultId)).struck).toBe(4);
      await reader.lose();
    },
  );

  it('stream-reorder sends what nothing overtakes, after a while', async () => {
    const reader = await open();
    const faultId = await inject({ kind: 'stream-reorder', target: { accountId } });
    await deposit(1);
    await eventually(() => expect(numbersOf(reader)).toEqual([3, 2]));
    await request(exchange.addresses.http).delete(`/audit/v1/faults/${faultId}`);
    await inject({ kind: 'stream-reorder', target: { accountId }, next: 1 });
    await client.orders
      .place({ accountId, symbol: 'BTC-USD', side: 'SELL', type: 'MARKET', quantity: '1' })
      .catch(() => 0);
    await eventually(() => expect(numbersOf(reader)).toEqual([3, 2, 4]));
    await reader.lose();
  });

  it.each(['stream-stall', 'stream-reorder'])(
    'no heartbeat says that something was sent that %s holds back',
    async (kind) => {
      const reader = await open();
      const parameters = kind === 'stream-stall' ? { delayMs: 2_000 } : undefined;
      await inject({ kind, target: { accountId }, next: 2, parameters });
      await client.orders
        .place({ accountId, symbol: 'BTC-USD', side: 'SELL', type: 'MARKET', quantity: '1' })
        .catch(() => 0);
      const before = reader.heartbeats.length;
      await eventually(() => expect(reader.heartbeats.some(({ events }) => events > 0)).toBe(true));
      expect(reader.heartbeats.slice(before).some(({ events }) => events === 0)).toBe(true);
      for (const { sequence, events } of reader.heartbeats) {
        for (const later of reader.events.slice(events)) expect(Number(later.sequence)).toBeGreaterThan(sequence);
      }
      const last = Number(reader.events.at(-1)!.sequence);
      await eventually(() => expect(reader.heartbeats.at(-1)!.sequence).toBeGreaterThanOrEqual(last));
      await reader.lose();
    },
  );
});

it('a client that checks the book notices what is missing, and has the right book in the end', async () => {
  for (const [asset, amount] of [['USD', '1000000']] as const)
    await client.accounts.deposit(accountId, { asset, amount });
  const stream = client.bookStream('BTC-USD');
  await stream.ready();
  const faultId = await inject({
    kind: 'stream-drop',
    target: { symbol: 'BTC-USD', channel: 'book' },
    probability: 0.3,
    seed: 3,
  });
  for (let price = 50_000; price < 50_040; price += 1) {
    await client.orders.place({
      accountId,
      symbol: 'BTC-USD',
      side: 'BUY',
      type: 'LIMIT',
      price: `${price}`,
      quantity: '0.001',
    });
  }
  expect((await struckBy(faultId)).struck).toBeGreaterThan(3);
  await request(exchange.addresses.http).delete('/audit/v1/faults');
  const wanted = '50040';
  await client.orders.place({
    accountId,
    symbol: 'BTC-USD',
    side: 'BUY',
    type: 'LIMIT',
    price: wanted,
    quantity: '0.001',
  });
  for await (const book of stream) {
    if (!book.bids.some(([price]) => price === wanted)) continue;
    const { bids, sequence } = await client.markets.book('BTC-USD', { depth: 500 });
    if (book.sequence !== sequence) continue;
    expect(book.bids.slice(0, bids.length)).toEqual(bids);
    break;
  }
  stream.close();
}, 30_000);
