import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { type AccountEvent, ExchangeClient, type Order, type OrderBook } from '../clients/typescript/src/index.js';
import { Random } from '../scripts/crash/random.js';
import { CuttingProxy } from './cutting-proxy.fixture.js';
import { eventually } from './eventually.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(180_000);

const symbol = 'BTC-USD';
const traderCount = 4;
const ordersEach = 100;
const depositsEach = 50;
const kills = 2;
/** A process that runs from the sources compiles them first, beside other specs that do the same. */
const readyTimeoutMs = 60_000;
/** Of the portions of data that go through the network, so many are lost with their connection. */
const lostShare = 0.03;

/** A trader behind a network that cuts connections, and in front of an exchange that is killed. */
interface Trader {
  readonly accountId: string;
  readonly events: AccountEvent[];
  readonly orders: Order[];
}

describe('the client, on a network that loses connections, and with an exchange that is killed,', () => {
  const seed = Date.now() % 2 ** 31;
  const random = new Random(seed);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-client-'));
  const stopped = new AbortController();
  const traders: Trader[] = [];
  const faults: string[] = [];
  let server: ServerProcess;
  let network: CuttingProxy | undefined;
  let exchange: ExchangeClient;
  let book: OrderBook;
  let following: Promise<unknown>;

  beforeAll(async () => {
    server = start();
    const { http } = await server.ready(readyTimeoutMs);
    let isLossy = false;
    network = await CuttingProxy.start(http, () => isLossy && random.chance(lostShare));
    exchange = new ExchangeClient({ address: network!.address, timeoutMs: 5_000, retryForMs: 120_000 });
    isLossy = true;
    for (let count = 0; count < traderCount; count += 1) traders.push(await newTrader());
    following = Promise.all([followBook(), ...traders.map(followEvents)]);
    await Promise.race([following, Promise.all([trading(), killing()])]);
    isLossy = false;
  });

  afterAll(async () => {
    stopped.abort();
    await Promise.allSettled([following]);
    await network?.stop();
    await server.kill();
    rmSync(dataDirectory, { recursive: true });
  });

  /** The exchange itself, without the network in between. */
  async function direct(): Promise<ExchangeClient> {
    return new ExchangeClient({ address: (await server.ready()).http });
  }

  function start(): ServerProcess {
    const settings = { STORE: 'disk', DATA_DIR: dataDirectory, PRICE_SOURCE: 'fixed', STREAM_HEARTBEAT_MS: '500' };
    return new ServerProcess({ ...settings, LOG_LEVEL: 'warn' });
  }

  async function newTrader(): Promise<Trader> {
    const { accountId } = await exchange.accounts.create({ name: 'Trader' });
    await exchange.accounts.deposit(accountId, { asset: 'USD', amount: '1000000' });
    await exchange.accounts.deposit(accountId, { asset: 'BTC', amount: '100' });
    return { accountId, events: [], orders: [] };
  }

  async function trading(): Promise<void> {
    await Promise.all(
      traders.map(async (trader) => {
        for (let count = 0; count < ordersEach; count += 1) {
          trader.orders.push(await placeOrder(trader));
          if (count < depositsEach) await exchange.accounts.deposit(trader.accountId, { asset: 'USD', amount: '1' });
          await pause(random.between(0, 30));
        }
      }),
    );
  }

  /** Some wait in the book, some trade with others of these. */
  function placeOrder({ accountId }: Trader): Promise<Order> {
    const side = random.chance(0.5) ? 'BUY' : 'SELL';
    const price = String(59_990 + random.between(0, 20));
    return exchange.orders.place({ accountId, symbol, side, type: 'LIMIT', quantity: '0.001', price });
  }

  async function killing(): Promise<void> {
    for (let count = 0; count < kills; count += 1) {
      await pause(random.between(1_000, 2_000));
      await server.kill();
      server = start();
      network!.redirect((await server.ready(readyTimeoutMs)).http);
    }
  }

  async function followEvents({ accountId, events }: Trader): Promise<void> {
    const options = { ...streamOptions(), fromAccountSequence: 1 };
    for await (const event of exchange.accountEvents(accountId, options)) events.push(event);
  }

  async function followBook(): Promise<void> {
    for await (const current of exchange.bookStream(symbol, streamOptions())) book = current;
  }

  function streamOptions() {
    const { signal } = stopped;
    return { signal, silenceMs: 2_000, reconnectForMs: 120_000, onInterrupted: ({ name }: Error) => faults.push(name) };
  }

  it('is interrupted often', () => {
    expect(network!.counts.cut).toBeGreaterThan(20);
    expect(faults.length).toBeGreaterThan(10);
  });

  it(`places every order once (seed ${seed})`, async () => {
    const kept = await direct();
    for (const { accountId, orders } of traders) {
      const listed = await Array.fromAsync(kept.orders.list({ accountId }));
      expect(listed.map(({ orderId }) => orderId).sort()).toEqual(orders.map(({ orderId }) => orderId).sort());
      expect(new Set(listed.map(({ clientOrderId }) => clientOrderId)).size).toBe(ordersEach);
    }
  });

  it('moves money once', async () => {
    const kept = await direct();
    for (const { accountId } of traders) {
      const entries = await Array.fromAsync(kept.accounts.ledger(accountId));
      const amounts = entries.filter(({ type }) => type === 'DEPOSIT').map(({ amount }) => amount);
      expect(amounts.toReversed()).toEqual(['1000000', '100', ...Array.from({ length: depositsEach }, () => '1')]);
    }
    expect(await Array.fromAsync(kept.accounts.list())).toHaveLength(traderCount);
  });

  it('gets every event of the journal once, in order', async () => {
    const kept = await direct();
    for (const { accountId, events } of traders) {
      const journal = await eventsOf(kept, accountId, lastEventOf(dataDirectory, accountId));
      expect(journal.length).toBeGreaterThan(ordersEach);
      await eventually(() => expect(events.length).toBe(journal.length), 10_000);
      expect(events).toEqual(journal);
    }
  });

  it('ends with the book of the exchange', async () => {
    const { bids, asks } = await (await direct()).markets.book(symbol, { depth: 500 });
    await eventually(() => expect([book.bids.slice(0, 500), book.asks.slice(0, 500)]).toEqual([bids, asks]), 10_000);
  });
});

/** All that there are, from the first to the last that the journal has. */
async function eventsOf(exchange: ExchangeClient, accountId: string, last: number): Promise<AccountEvent[]> {
  const events: AccountEvent[] = [];
  for await (const event of exchange.accountEvents(accountId, { fromAccountSequence: 1 })) {
    events.push(event);
    if (event.accountSequence === last) break;
  }
  return events;
}

/** The number of an account's last event, as the journal's file has it. */
function lastEventOf(dataDirectory: string, accountId: string): number {
  const journal = new DatabaseSync(join(dataDirectory, 'journal.sqlite'), { readOnly: true });
  const query = 'SELECT max(last_event) AS last FROM account_records WHERE account_id = ?';
  const { last } = journal.prepare(query).get(Number(accountId.slice('acc-'.length))) as { last: number };
  journal.close();
  return last;
}
