import { setTimeout as pause } from 'node:timers/promises';
import { ExchangeProcess, type ServerCommand } from '../crash/exchange-process.js';
import { RestClient } from '../crash/rest-client.js';
import { HeapProbe } from '../scenario/heap-probe.js';
import { OrderLoad } from './order-load.js';
import { ReaderProcess } from './reader-process.js';
import type { ReaderReport, ReaderTask } from './reader-program.js';

export interface SlowReaderOptions {
  readonly server: ServerCommand;
  /** How long the slow readers are stopped. */
  readonly stoppedMs: number;
  /** How long everything runs before that, to compare with. */
  readonly beforeMs: number;
  readonly ordersPerSecond: number;
  /** How many others read the same events meanwhile. */
  readonly otherReaders: number;
  /**
   * Which memory of the server is looked at: all that it occupies, which also grows for a minute with any load,
   * whoever reads; or what it keeps once garbage is collected, for which it is to be started with `probedArguments`.
   */
  readonly memory: 'resident' | 'kept';
  readonly onProgress: (text: string) => void;
}

export interface SlowReaderReport {
  readonly eventsPerSecond: number;
  /** The most memory that the server occupied or kept, before and while readers were stopped. */
  readonly memoryBeforeBytes: number;
  readonly memoryStoppedBytes: number;
  /** The last number of the account's events, which every reader of them should have reached. */
  readonly lastEvent: number;
  readonly slow: ReaderReport;
  readonly market: ReaderReport;
  readonly othersBefore: ReaderReport;
  readonly othersStopped: ReaderReport;
  readonly others: ReaderReport;
}

const markets = ['BTC-USD', 'ETH-USD', 'BTC-USDT', 'ETH-USDT', 'ETH-BTC', 'USDT-USD'];
/** Books that change so often and so much are soon more than the network keeps for a reader. */
const busyBooks = { PRICE_SOURCE: 'simulated', PRICE_INTERVAL_MS: '20', LIQUIDITY: 'realistic' };

/** What each order leads to: accepted, filled, and two balances. */
export const eventsPerOrder = 4;
/** The server stands still while garbage is collected. */
const memoryLookMs = { resident: 200, kept: 2_000 };
const catchUpMs = 60_000;
/** A machine that is busy takes its time to write so much; this ends a server that never gives a reader up. */
const giveUpMs = 240_000;
const slowConsumer = /^exchange_stream_closes_total\{path="account",code="4409"\} [1-9]/m;

/** Stops readers as whole processes under load, lets them go on, and tells how that was for everybody. */
export class SlowReaderRun {
  private readonly server: ExchangeProcess;
  private readonly readers: ReaderProcess[] = [];
  private heap: HeapProbe | undefined;
  private client!: RestClient;
  private http = '';
  private accountId = '';

  constructor(private readonly options: SlowReaderOptions) {
    const { program, environment } = options.server;
    this.server = new ExchangeProcess({
      program,
      // What is looked at is how far a reader is behind, and not that it does not answer pings.
      environment: { ...busyBooks, STREAM_PING_INTERVAL_MS: `${options.stoppedMs + 60_000}`, ...environment },
    });
  }

  async run(): Promise<SlowReaderReport> {
    try {
      await this.prepare();
      return await this.underLoad();
    } finally {
      for (const reader of this.readers) await reader.end();
      this.client?.close();
      this.heap?.close();
      await this.server.kill();
    }
  }

  private async prepare(): Promise<void> {
    this.http = (await this.server.ready()).http;
    if (this.options.memory === 'kept') this.heap = await HeapProbe.of(this.server);
    this.client = new RestClient(this.http);
    this.accountId = (await this.post('/api/v1/accounts', { name: 'busy' })).accountId;
    for (const asset of ['USD', 'BTC']) {
      await this.post(`/api/v1/accounts/${this.accountId}/deposits`, { asset, amount: '1000000' });
    }
  }

  private async underLoad(): Promise<SlowReaderReport> {
    const { beforeMs, stoppedMs, ordersPerSecond, otherReaders, onProgress } = this.options;
    const events = [{ channel: 'events', accountId: this.accountId }];
    const books = markets.map((symbol) => ({ channel: 'book', symbol }));
    const slow = this.reader('/ws/v1/account', events, 1);
    const market = this.reader('/ws/v1/market', books, 1);
    const others = this.reader('/ws/v1/account', events, otherReaders);
    const load = new OrderLoad(this.client, this.accountId, ordersPerSecond);
    load.start();
    for (const reader of this.readers) await this.begun(reader);
    onProgress('everybody reads');
    const memoryBeforeBytes = await this.mostMemory(beforeMs);
    const [atStop, othersBefore] = [load.orders, await others.report()];
    const stoppedAtMs = performance.now();
    slow.stop();
    market.stop();
    onProgress('the slow readers are stopped');
    const memoryStoppedBytes = Math.max(await this.mostMemory(stoppedMs), await this.untilGivenUp());
    const othersStopped = await others.report();
    const eventsPerSecond = ((load.orders - atStop) * eventsPerOrder * 1000) / (performance.now() - stoppedAtMs);
    slow.goOn();
    market.goOn();
    onProgress('they go on');
    await pause(2_000);
    await load.end();
    const lastEvent = await this.lastEvent();
    return {
      ...{ eventsPerSecond, memoryBeforeBytes, memoryStoppedBytes, lastEvent, othersBefore, othersStopped },
      slow: await this.caughtUp(slow, lastEvent),
      others: await this.caughtUp(others, lastEvent),
      market: await market.report(),
    };
  }

  private reader(path: string, subscriptions: ReaderTask['subscriptions'], connections: number): ReaderProcess {
    const url = this.http.replace('http', 'ws') + path;
    const reader = new ReaderProcess({ url, subscriptions, connections });
    this.readers.push(reader);
    return reader;
  }

  /** A new reader is told where the account's events are. */
  private async lastEvent(): Promise<number> {
    const { items } = await this.client.get(`/api/v1/orders?accountId=${this.accountId}&limit=1`);
    return items.length === 0 ? 0 : this.acknowledgedSequence();
  }

  private async acknowledgedSequence(): Promise<number> {
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`${this.http.replace('http', 'ws')}/ws/v1/account`);
    try {
      return await new Promise<number>((resolve, reject) => {
        const subscription = { op: 'subscribe', channel: 'events', accountId: this.accountId };
        socket.on('open', () => socket.send(JSON.stringify(subscription)));
        socket.on('message', (data) => resolve(JSON.parse(String(data)).accountSequence));
        socket.on('error', reject);
      });
    } finally {
      socket.terminate();
    }
  }

  /** A process takes its time to start. */
  private async begun(reader: ReaderProcess): Promise<void> {
    while ((await reader.report()).last === 0) await pause(100);
  }

  private async caughtUp(reader: ReaderProcess, lastEvent: number): Promise<ReaderReport> {
    const end = performance.now() + catchUpMs;
    for (;;) {
      const report = await reader.report();
      if (report.last >= lastEvent || performance.now() > end) return report;
      await pause(100);
    }
  }

  /** What the network keeps for a reader is not the same everywhere: until the exchange keeps no more. */
  private async untilGivenUp(): Promise<number> {
    const end = performance.now() + giveUpMs;
    let most = 0;
    while (performance.now() < end) {
      const answer = await fetch(`${this.http}/metrics`);
      if (slowConsumer.test(await answer.text())) return most;
      most = Math.max(most, await this.mostMemory(memoryLookMs[this.options.memory]));
    }
    return most;
  }

  private async mostMemory(forMs: number): Promise<number> {
    const end = performance.now() + forMs;
    let most = 0;
    while (performance.now() < end) {
      most = Math.max(most, (await this.heap?.keptBytes()) ?? this.server.residentBytes());
      await pause(memoryLookMs[this.options.memory]);
    }
    return most;
  }

  private async post(path: string, body: object) {
    const answer = await this.client.send({ method: 'POST', path, body });
    if (answer === undefined || answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  }
}
