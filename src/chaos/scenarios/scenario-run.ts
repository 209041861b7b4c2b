import { setTimeout as pause } from 'node:timers/promises';
import type { Origin } from '../../journal/journal.js';
import type { ChaosService } from '../chaos.service.js';
import type { Fault } from '../fault.js';
import type { InjectFaultRequest } from '../fault-requests.js';
import { lengthSeconds, type Scenario, type ScenarioStep } from './scenario.js';

export type RunStatus = 'RUNNING' | 'DONE' | 'STOPPED' | 'FAILED';

/** A step as it was carried out. */
export interface StepDone {
  readonly step: ScenarioStep;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** What it injected. */
  readonly fault?: Fault;
}

/** So many times as fast as it is written down a scenario can be played. */
export const speedMax = 10_000;
/** Between two looks at the venue's clock, in milliseconds. */
const restMsMax = 10_000;

/** One playing of a scenario: its steps one after another, `speed` times as fast as they are written down. */
export class ScenarioRun {
  status: RunStatus = 'RUNNING';
  /** Why it failed. */
  failure: string | undefined = undefined;
  endedAt: number | undefined = undefined;
  readonly done: StepDone[] = [];
  private readonly named = new Map<string, Fault>();
  private readonly stopping = new AbortController();
  private readonly playing: Promise<void>;

  constructor(
    readonly scenario: Scenario,
    readonly speed: number,
    private readonly chaos: ChaosService,
    private readonly origin: Origin,
    private readonly now: () => number,
    readonly startedAt = now(),
  ) {
    this.playing = this.play();
  }

  /** From 0 to 1. */
  get progress(): number {
    if (this.status === 'DONE') return 1;
    const length = (lengthSeconds(this.scenario) * 1_000) / this.speed;
    return length === 0 ? 0 : Math.min(1, ((this.endedAt ?? this.now()) - this.startedAt) / length);
  }

  /** Ends it where it is; what it injected is cleared. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.playing;
  }

  /** It is over only when what was to last until it is cleared is cleared: nothing outlives its scenario. */
  private async play(): Promise<void> {
    const status = await this.stepThrough().catch((error: unknown): RunStatus => {
      this.failure = (error as Error).message;
      return 'FAILED';
    });
    for (const { fault } of this.done) if (fault?.ended === undefined) await this.clear(fault);
    this.status = status;
    this.endedAt = this.now();
  }

  private async stepThrough(): Promise<RunStatus> {
    for (const step of this.scenario.steps) {
      await this.until(step.atSeconds);
      if (this.stopping.signal.aborted) return 'STOPPED';
      this.done.push({ step, at: this.now(), fault: await this.carryOut(step) });
    }
    await this.until(lengthSeconds(this.scenario));
    return this.stopping.signal.aborted ? 'STOPPED' : 'DONE';
  }

  private async carryOut(step: ScenarioStep): Promise<Fault | undefined> {
    if ('inject' in step) {
      const fault = await this.chaos.inject(atSpeed(step.inject, this.speed), this.origin);
      if (step.as !== undefined) this.named.set(step.as, fault);
      return fault;
    }
    if (!('clear' in step)) return undefined;
    if (step.clear === 'all') await this.chaos.clearAll(this.origin);
    else await this.clear(this.named.get(step.clear));
    return undefined;
  }

  private async clear(fault: Fault | undefined): Promise<void> {
    if (fault !== undefined) await this.chaos.clear(fault.id, this.origin).catch(() => undefined);
  }

  private async until(seconds: number): Promise<void> {
    const dueAt = this.startedAt + (seconds * 1_000) / this.speed;
    for (let ms = dueAt - this.now(); ms > 0 && !this.stopping.signal.aborted; ms = dueAt - this.now()) {
      const options = { ref: false, signal: this.stopping.signal };
      await pause(Math.min(ms, restMsMax), undefined, options).catch(() => undefined);
    }
  }
}

/** Durations and ramps shrink with the speed; delays of requests do not, for whoever waits is no faster. */
function atSpeed(request: InjectFaultRequest, speed: number): InjectFaultRequest {
  const { rampSeconds, ...parameters } = (request.parameters ?? {}) as { rampSeconds?: number };
  return {
    ...request,
    durationSeconds: request.durationSeconds === undefined ? undefined : request.durationSeconds / speed,
    parameters: rampSeconds === undefined ? parameters : { ...parameters, rampSeconds: rampSeconds / speed },
  };
}
