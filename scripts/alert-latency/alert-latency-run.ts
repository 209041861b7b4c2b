import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ExchangeServer } from '../../bench/exchange-server.js';
import { numbersIn, timesBySequence } from '../../bench/fanout/committed-times.js';
import { ExchangeClient } from '../../clients/typescript/src/index.js';
import { type Arrival, MonitorProcess } from './monitor-process.js';

/** A purchase of this much is far beyond the limit. */
const quantity = '0.05';
const limits = {
  ...{ valuation: 'USD', warnAtPercent: 80, accounts: {}, pegs: [] },
  everyAccount: { exposure: '1000', drawdownPercent: 100 },
  ...{ settlement: { timeoutMs: 600_000, pollMs: 1_000 }, connection: { silenceMs: 15_000 } },
};
/** What is compiled with the first ones is no measure. */
const warmUpBreaches = 100;
/** For so long the last alerts are waited for. */
const lastAlertsMs = 10_000;
const commitTimes = new URL('../../bench/fanout/commit-times.js', import.meta.url).pathname;

export interface AlertLatencyOptions {
  readonly breaches: number;
  readonly perSecond: number;
  readonly accounts: number;
  readonly onProgress: (breaches: number) => void;
}

export interface AlertLatencies {
  readonly alerts: number;
  readonly missing: number;
  readonly doubled: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Buys and sells, one after the other, so that each purchase is a breach and each sale the end of it. */
export class AlertLatencyRun {
  private readonly directory = mkdtempSync(join(tmpdir(), 'alert-latency-'));

  constructor(private readonly options: AlertLatencyOptions) {}

  async run(): Promise<AlertLatencies> {
    const commits = join(this.directory, 'commits');
    const venue = pathToFileURL(resolve('dist/venue/venue.js')).href;
    const exchange = new ExchangeServer({ COMMITS_FILE: commits, VENUE_MODULE: venue }, ['--import', commitTimes]);
    let monitor: MonitorProcess | undefined;
    try {
      const { http, grpc } = await exchange.ready();
      monitor = new MonitorProcess(grpc, this.limitsFile());
      await monitor.ready();
      await this.breach(new ExchangeClient({ address: http }), monitor.arrivals);
    } finally {
      await monitor?.stop();
      // The times of the commits are written when the exchange ends.
      await exchange.stop();
    }
    const times = timesBySequence(numbersIn(commits));
    rmSync(this.directory, { recursive: true });
    return this.latenciesOf(monitor.arrivals, times);
  }

  private limitsFile(): string {
    const file = join(this.directory, 'limits.yaml');
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify(limits));
    return file;
  }

  private async breach(client: ExchangeClient, arrivals: readonly Arrival[]): Promise<void> {
    const { breaches, perSecond, accounts, onProgress } = this.options;
    const traders = await Promise.all(Array.from({ length: accounts }, () => fundedAccount(client)));
    const total = warmUpBreaches + breaches;
    const startedMs = performance.now();
    for (let count = 0; count < total; count += 1) {
      await pause(Math.max(0, startedMs + (count * 1_000) / perSecond - performance.now()));
      const order = { accountId: traders[count % accounts]!, symbol: 'BTC-USD', type: 'MARKET', quantity } as const;
      await client.orders.place({ ...order, side: 'BUY' });
      await client.orders.place({ ...order, side: 'SELL' });
      onProgress(Math.max(0, count + 1 - warmUpBreaches));
    }
    const end = performance.now() + lastAlertsMs;
    while (arrivals.length < total && performance.now() < end) await pause(20);
  }

  private latenciesOf(arrivals: readonly Arrival[], committedMs: readonly number[]): AlertLatencies {
    const counts = new Map<number, number>();
    for (const { sequence } of arrivals) counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
    const measured = arrivals.slice(warmUpBreaches);
    const took = measured.map(({ sequence, atMs }) => atMs - committedMs[sequence]!).sort((a, b) => a - b);
    return {
      alerts: measured.length,
      missing: warmUpBreaches + this.options.breaches - counts.size,
      doubled: [...counts.values()].filter((count) => count > 1).length,
      p50Ms: took[Math.floor(took.length * 0.5)]!,
      p99Ms: took[Math.floor(took.length * 0.99)]!,
      maxMs: took.at(-1)!,
    };
  }
}

async function fundedAccount(client: ExchangeClient): Promise<string> {
  const { accountId } = await client.accounts.create({ name: 'Breacher' });
  await client.accounts.deposit(accountId, { asset: 'USD', amount: '1000000' });
  return accountId;
}
