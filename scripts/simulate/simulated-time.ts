import { createRequire, syncBuiltinESMExports } from 'node:module';
import { Agenda, type Entry } from './agenda.js';

/** Work that is due at a time; that of the process ends with it. */
interface Due extends Entry {
  readonly owner: 'process' | 'world';
  run(): void;
  /** Given again so many milliseconds later. */
  readonly everyMs?: number;
}

type TimersPromises = typeof import('node:timers/promises');

const require = createRequire(import.meta.url);
const timersPromises = require('node:timers/promises') as { -readonly [Name in keyof TimersPromises]: unknown };
const realImmediate = globalThis.setImmediate;

/** What the timers and clocks of this thread come from, once they are taken over. */
let newest: SimulatedTime | undefined;

/**
 * The event loop of a simulation: timers, immediates and both clocks of the process, which go on only from one
 * piece of work to the next. Code that runs in it is the real one and does not know; what it does between two
 * pieces of work are promises alone, so that the same work in the same order always leads to the same.
 */
export class SimulatedTime {
  /** What `performance.now()` says: it never goes back. */
  nowMs = 0;
  /** What the wall clock is ahead of that; it jumps. */
  wallAheadMs = 0;
  private readonly waiting = new Map<number, Due>();
  /** What waits, and what does no more. */
  private readonly agenda = new Agenda<Due>();
  private count = 0;

  /** Has every timer and clock of this thread come from this simulation. The real ones are not given back. */
  takeOver(): void {
    if (newest === undefined) replaceTimers(() => newest!);
    newest = this;
  }

  /** For the process: runs something after so many milliseconds, or every so many. */
  after(ms: number | undefined, run: () => void, everyMs?: number): Timer {
    return new Timer(this.add(this.nowMs + Math.max(1, ms ?? 1), 'process', run, everyMs));
  }

  /** For the process: as soon as what is due now has been done. */
  immediately(run: () => void): Timer {
    return new Timer(this.add(this.nowMs, 'process', run));
  }

  clear(id: number): void {
    this.waiting.delete(id);
  }

  wallMs(): number {
    return Math.floor(1_700_000_000_000 + this.nowMs + this.wallAheadMs);
  }

  /** For what is no part of the process, and goes on when that dies. */
  later(ms: number, run: () => void): void {
    this.add(this.nowMs + ms, 'world', run);
  }

  /** The process is gone, and with it whatever it waited for. */
  endProcess(): void {
    for (const [id, { owner }] of this.waiting) if (owner === 'process') this.waiting.delete(id);
  }

  /** Does the next piece of work and all that promises make of it; false where nothing is left, or only what is due later. */
  async step(untilMs: number): Promise<boolean> {
    const due = this.earliest();
    if (due === undefined || due.dueMs > untilMs) return false;
    this.nowMs = Math.max(this.nowMs, due.dueMs);
    this.agenda.removeFirst();
    this.waiting.delete(due.id);
    if (due.everyMs !== undefined) this.put({ ...due, dueMs: this.nowMs + due.everyMs });
    due.run();
    await this.settle();
    return true;
  }

  /** Lets every promise that can go on do so. */
  settle(): Promise<void> {
    return new Promise((resolve) => realImmediate(resolve));
  }

  private earliest(): Due | undefined {
    let { first } = this.agenda;
    while (first !== undefined && this.waiting.get(first.id) !== first) {
      this.agenda.removeFirst();
      first = this.agenda.first;
    }
    return first;
  }

  private add(dueMs: number, owner: Due['owner'], run: () => void, everyMs?: number): number {
    this.count += 1;
    this.put({ id: this.count, dueMs, owner, run, everyMs });
    return this.count;
  }

  private put(due: Due): void {
    this.waiting.set(due.id, due);
    this.agenda.add(due);
  }
}

/** What `setTimeout` gives. */
class Timer {
  constructor(private readonly id: number) {}

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return false;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }
}

/** Done once for all simulations of a thread: code that was compiled for other timers would have to be compiled anew. */
function replaceTimers(time: () => SimulatedTime): void {
  const clear = (timer: unknown) => time().clear(Number(timer));
  Object.assign(globalThis, {
    setTimeout: (run: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      time().after(ms, () => run(...given)),
    setInterval: (run: () => void, ms: number) => time().after(ms, run, ms),
    setImmediate: (run: (...given: unknown[]) => void, ...given: unknown[]) => time().immediately(() => run(...given)),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  });
  timersPromises.setTimeout = (ms?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
    pause(ms, value, options?.signal);
  timersPromises.setImmediate = () => new Promise<void>((resolve) => globalThis.setImmediate(resolve));
  syncBuiltinESMExports();
  performance.now = () => time().nowMs;
  Date.now = () => time().wallMs();
}

function pause(ms: number | undefined, value: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = globalThis.setTimeout(() => resolve(value), ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
