import { createRequire, syncBuiltinESMExports } from 'node:module';

/** Work that is due at a time; that of the process ends with it. */
interface Due {
  readonly dueMs: number;
  readonly owner: 'process' | 'world';
  run(): void;
  /** Given again so many milliseconds later. */
  readonly everyMs?: number;
}

type TimersPromises = typeof import('node:timers/promises');

const require = createRequire(import.meta.url);
const timersPromises = require('node:timers/promises') as { -readonly [Name in keyof TimersPromises]: unknown };
const realImmediate = globalThis.setImmediate;

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
  private count = 0;

  /** Has every timer and clock of this thread come from the newest simulation. The real ones are not given back. */
  takeOver(): void {
    const after = (ms: number | undefined, run: () => void, everyMs?: number) =>
      this.handle(this.add({ dueMs: this.nowMs + Math.max(1, ms ?? 1), owner: 'process', run, everyMs }));
    const clear = (handle: unknown) => this.waiting.delete(Number(handle));
    Object.assign(globalThis, {
      setTimeout: (run: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
        after(ms, () => run(...given)),
      setInterval: (run: () => void, ms: number) => after(ms, run, ms),
      setImmediate: (run: (...given: unknown[]) => void, ...given: unknown[]) =>
        this.handle(this.add({ dueMs: this.nowMs, owner: 'process', run: () => run(...given) })),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    });
    timersPromises.setTimeout = (ms?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      this.pause(ms, value, options?.signal);
    timersPromises.setImmediate = () => new Promise<void>((resolve) => globalThis.setImmediate(resolve));
    syncBuiltinESMExports();
    performance.now = () => this.nowMs;
    Date.now = () => this.wallMs();
  }

  wallMs(): number {
    return Math.floor(1_700_000_000_000 + this.nowMs + this.wallAheadMs);
  }

  /** For what is no part of the process, and goes on when that dies. */
  later(ms: number, run: () => void): void {
    this.add({ dueMs: this.nowMs + ms, owner: 'world', run });
  }

  /** The process is gone, and with it whatever it waited for. */
  endProcess(): void {
    for (const [id, { owner }] of this.waiting) if (owner === 'process') this.waiting.delete(id);
  }

  /** Does the next piece of work and all that promises make of it; false where nothing is left, or only what is due later. */
  async step(untilMs: number): Promise<boolean> {
    const next = this.earliest();
    if (next === undefined || next[1].dueMs > untilMs) return false;
    const [id, due] = next;
    this.nowMs = Math.max(this.nowMs, due.dueMs);
    if (due.everyMs === undefined) this.waiting.delete(id);
    else this.waiting.set(id, { ...due, dueMs: this.nowMs + due.everyMs });
    due.run();
    await this.settle();
    return true;
  }

  /** Lets every promise that can go on do so. */
  settle(): Promise<void> {
    return new Promise((resolve) => realImmediate(resolve));
  }

  private earliest(): [number, Due] | undefined {
    let earliest: [number, Due] | undefined;
    for (const entry of this.waiting)
      if (earliest === undefined || entry[1].dueMs < earliest[1].dueMs) earliest = entry;
    return earliest;
  }

  private add(due: Due): number {
    this.count += 1;
    this.waiting.set(this.count, due);
    return this.count;
  }

  private handle(id: number) {
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => false, [Symbol.toPrimitive]: () => id };
    return handle;
  }

  private pause(ms: number | undefined, value: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = globalThis.setTimeout(() => resolve(value), ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  }
}
