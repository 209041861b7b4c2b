import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ExchangeServer } from '../exchange-server.js';
import { Program } from '../program.js';
import type { Run } from '../row.js';
import { numbersIn, timesBySequence } from './committed-times.js';

export const subscribers = 200;
export const changesPerSecond = 1_000;
/** What is compiled in the first seconds is no measure. */
const warmUpSeconds = 3;
/** What is still on its way when the last change was made. */
const settleMs = 500;
const script = (name: string) => new URL(`./${name}.js`, import.meta.url).pathname;

/** How long it took from a change's commit until it had come to each subscriber. */
export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Messages to each subscriber a second. */
  readonly messagesPerSecond: number;
}

/** How orders were placed meanwhile. */
export interface Placement extends Run {
  readonly latencies?: Latencies;
}

/** Who reads the book while orders are placed: nobody, the subscribers, or those of a bare broadcast of what one subscriber gets. */
export type Readers = 'nobody' | 'subscribers' | 'subscribers of a bare broadcast';

/** An exchange whose book changes a thousand times a second. */
export async function runFanOut(seconds: number, readers: Readers): Promise<Placement> {
  const directory = mkdtempSync(join(tmpdir(), 'exchange-fanout-'));
  const exchange = new ExchangeServer(
    { COMMITS_FILE: join(directory, 'commits'), VENUE_MODULE: pathToFileURL(resolve('dist/venue/venue.js')).href },
    ['--import', script('commit-times')],
  );
  try {
    const { http } = await exchange.ready();
    const stream = `${http.replace('http', 'ws')}/ws/v1/market`;
    const broadcast = readers === 'subscribers of a bare broadcast' ? await relay(stream, directory) : undefined;
    const crowd = readers === 'nobody' ? undefined : await subscribe(broadcast?.url ?? stream, directory);
    const { perSecond: value, ...latency } = await loadBook(http, seconds);
    await pause(settleMs);
    if (crowd !== undefined) await leave(crowd);
    await broadcast?.program.stop();
    await exchange.stop();
    const begins = broadcast === undefined ? 'commits' : 'received';
    return { value, ...latency, ...(crowd && { latencies: latenciesIn(directory, begins, seconds) }) };
  } catch (error) {
    await exchange.stop();
    throw error;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** It counts from when it has a message, as the exchange does from the commit. */
async function relay(stream: string, directory: string): Promise<{ program: Program; url: string }> {
  const environment = { STREAM_URL: stream, COMMITS_FILE: join(directory, 'received') };
  const program = new Program([script('bare-broadcast')], environment);
  const [url] = await program.printed(/ws:\S+/);
  return { program, url };
}

function offered(seconds: number): Record<string, string> {
  return { CHANGES_PER_SECOND: `${changesPerSecond}`, SECONDS: `${seconds}`, WARM_UP_SECONDS: `${warmUpSeconds}` };
}

async function subscribe(url: string, directory: string): Promise<Program> {
  const environment = { STREAM_URL: url, SUBSCRIBERS: `${subscribers}`, ARRIVALS_FILE: join(directory, 'arrivals') };
  const readers = new Program([script('subscribers')], environment);
  await readers.printed(/all are subscribed/);
  return readers;
}

/** Throws if a message was missing. */
async function leave(readers: Program): Promise<void> {
  await readers.stop();
  if (readers.output.includes('BROKEN')) throw new Error(readers.output);
}

interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

async function loadBook(http: string, seconds: number): Promise<LoadResult> {
  const load = new Program([script('book-load')], { EXCHANGE_URL: http, ...offered(seconds) });
  const [, json] = await load.printed(/JSON (.*)\n/, (warmUpSeconds + seconds + 30) * 1_000);
  return JSON.parse(json!) as LoadResult;
}

/** Every change counts once for each subscriber, also where a message tells of many. */
function latenciesIn(directory: string, begins: 'commits' | 'received', seconds: number): Latencies {
  const commits = numbersIn(join(directory, begins));
  const arrivals = numbersIn(join(directory, 'arrivals'));
  const committedMs = timesBySequence(commits);
  const sinceMs = commits.at(-1)! - seconds * 1_000;
  const took: number[] = [];
  let messages = 0;
  for (let index = 0; index < arrivals.length; index += 3) {
    const [previous, last, arrivedMs] = [arrivals[index]!, arrivals[index + 1]!, arrivals[index + 2]!];
    if (arrivedMs >= sinceMs) messages += 1;
    for (let sequence = previous + 1; sequence <= last; sequence += 1) {
      const atMs = committedMs[sequence];
      if (atMs !== undefined && atMs >= sinceMs) took.push(arrivedMs - atMs);
    }
  }
  const sorted = Float64Array.from(took).sort();
  const part = (share: number) => sorted[Math.floor(sorted.length * share)]!;
  const messagesPerSecond = messages / subscribers / seconds;
  return { p50Ms: part(0.5), p99Ms: part(0.99), p999Ms: part(0.999), messagesPerSecond };
}
