import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../crash/random.js';
import { Crowd } from './crowd.js';
import type { Measured } from './figures.js';
import { type Invariant, invariantsOf, json } from './invariants.js';
import type { Told } from './trader.js';
import { type Alert, WatchedExchange } from './watched-exchange.js';

/** How often a run is looked at. */
const lookMs = 100;
const weighMs = 1_000;
/** Collecting garbage takes the exchange some tenths of a second. */
const probeMs = 5_000;

export interface ShowOptions {
  readonly scenario: string;
  /** The scenario in YAML, where it does not come with the exchange. */
  readonly definition?: string;
  /** How long it is to take, whatever it is written down with. */
  readonly seconds: number;
  readonly traders: number;
  readonly seed: number;
  /** What Node runs as the exchange, if not the build. */
  readonly server?: readonly string[];
  onProgress(progress: number, text: string): void;
}

/** What a scenario did, in the words of the exchange. */
export interface PlayedStep {
  readonly atSeconds: number;
  readonly text: string;
  readonly doneAt?: string;
  readonly faultId?: string;
  readonly struck?: number;
}

export interface ShowReport {
  readonly description: string;
  readonly status: string;
  readonly steps: readonly PlayedStep[];
  readonly told: readonly Told[];
  readonly alerts: readonly Alert[];
  readonly invariants: readonly Invariant[];
  /** What the exchange had in memory, once each second. */
  readonly megabytes: readonly number[];
  /** What it kept of that on its heaps after garbage was collected, and in which second. */
  readonly kept: readonly Measured[];
}

/** Plays a scenario on an exchange of its own, while traders trade and a risk monitor watches. */
export async function playScenario(options: ShowOptions): Promise<ShowReport> {
  const exchange = new WatchedExchange(options.server);
  try {
    await exchange.start(options.seed);
    return await play(exchange, options);
  } finally {
    await exchange.stop();
  }
}

async function play(exchange: WatchedExchange, options: ShowOptions): Promise<ShowReport> {
  const { address } = exchange;
  const path = `${address}/audit/v1/scenarios/${options.scenario}`;
  const { definition } = options;
  if (definition !== undefined) await json(`${address}/audit/v1/scenarios`, { definition });
  const { description, lengthSeconds } = await json(path);
  const crowd = await Crowd.gather(address, options.traders, new Random(options.seed));
  const trading = crowd.trade();
  await json(`${path}/start`, { speed: Math.max(0.001, lengthSeconds / options.seconds) });
  const megabytes: number[] = [];
  const weighing = setInterval(() => megabytes.push(exchange.residentMegabytes()), weighMs);
  const probing = new AbortController();
  const kept = probe(exchange, probing.signal);
  // What fails is told where it is waited for.
  kept.catch(() => undefined);
  const { steps, run } = await watch(path, options).finally(() => {
    clearInterval(weighing);
    probing.abort();
  });
  crowd.stop();
  await trading;
  const { told } = crowd;
  const invariants = [await crowd.agree(), ...(await invariantsOf(address, told))];
  const alerts = exchange.alerts();
  return { description, status: run.status, steps, told, alerts, invariants, megabytes, kept: await kept };
}

async function probe(exchange: WatchedExchange, signal: AbortSignal): Promise<readonly Measured[]> {
  const kept: Measured[] = [];
  const begunAt = performance.now();
  while (!signal.aborted) {
    const value = await exchange.keptMegabytes();
    kept.push({ seconds: (performance.now() - begunAt) / 1_000, value });
    await pause(probeMs, undefined, { signal }).catch(() => undefined);
  }
  return kept;
}

async function watch(path: string, { onProgress }: ShowOptions) {
  for (;;) {
    const scenario = await json(path);
    const steps = scenario.steps as PlayedStep[];
    const last = steps.findLast(({ doneAt }) => doneAt !== undefined);
    onProgress(scenario.run.progress, last?.text ?? 'begins');
    if (scenario.run.status !== 'RUNNING') return { steps, run: scenario.run };
    await pause(lookMs);
  }
}
