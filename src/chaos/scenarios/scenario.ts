import type { InjectFaultRequest } from '../fault-requests.js';

/** Something that a scenario does, `atSeconds` after its beginning. */
export type ScenarioStep = InjectStep | ClearStep | NoteStep;

export interface InjectStep {
  readonly atSeconds: number;
  readonly inject: InjectFaultRequest;
  /** By what a later step can clear it. */
  readonly as?: string;
}

export interface ClearStep {
  readonly atSeconds: number;
  /** The name of an earlier step's fault, or `all`. */
  readonly clear: string;
}

export interface NoteStep {
  readonly atSeconds: number;
  /** For whoever watches. */
  readonly note: string;
}

/** Steps over time, oldest first. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly ScenarioStep[];
}

/** The end of the last thing that the scenario does, in seconds after its beginning. */
export function lengthSeconds({ steps }: Scenario): number {
  const ends = steps.map((step) => step.atSeconds + ('inject' in step ? (step.inject.durationSeconds ?? 0) : 0));
  return Math.max(...ends);
}
