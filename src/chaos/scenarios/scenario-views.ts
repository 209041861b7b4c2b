import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeText } from '../../edge/time-text.js';
import { lengthSeconds, type ScenarioStep } from './scenario.js';
import type { RunStatus, ScenarioRun, StepDone } from './scenario-run.js';
import type { KnownScenario } from './scenarios.service.js';

const runStatuses: readonly RunStatus[] = ['RUNNING', 'DONE', 'STOPPED', 'FAILED'];

/** A step of a scenario, and what came of it in the last run. */
export class ScenarioStepView {
  @ApiProperty({ description: 'Seconds after the beginning, as it is written down.', example: 60 })
  atSeconds!: number;

  @ApiProperty({ description: 'What it does, in a few words.', example: 'inject depeg as slide' })
  text!: string;

  @ApiPropertyOptional({ description: 'When it was carried out; absent before that.', format: 'date-time' })
  doneAt?: string;

  @ApiPropertyOptional({ description: 'The fault that it injected.', example: 'flt-12' })
  faultId?: string;

  @ApiPropertyOptional({ description: 'How often that has struck.', type: 'integer' })
  struck?: number;
}

/** The last playing of a scenario. */
export class ScenarioRunView {
  @ApiProperty({ description: 'How it stands.', enum: runStatuses })
  status!: RunStatus;

  @ApiPropertyOptional({ description: 'Why it failed.' })
  failure?: string;

  @ApiProperty({ description: 'How many times as fast as it is written down.', example: 60 })
  speed!: number;

  @ApiProperty({ description: 'How far it is, from 0 to 1.', example: 0.4 })
  progress!: number;

  @ApiProperty({ description: 'When it was started.', format: 'date-time' })
  startedAt!: string;

  @ApiPropertyOptional({ description: 'When it ended.', format: 'date-time' })
  endedAt?: string;
}

/** A scenario, with its last run. */
export class ScenarioView {
  @ApiProperty({ description: 'Its name.', example: 'stablecoin-depeg' })
  name!: string;

  @ApiProperty({ description: 'What happens in it.' })
  description!: string;

  @ApiProperty({ description: 'How long it is, in seconds, as it is written down.', example: 10800 })
  lengthSeconds!: number;

  @ApiProperty({ description: 'What it does, in order.', type: [ScenarioStepView] })
  steps!: readonly ScenarioStepView[];

  @ApiPropertyOptional({ description: 'Its last run since the start; absent without one.', type: ScenarioRunView })
  run?: ScenarioRunView;
}

export class ScenariosView {
  @ApiProperty({ description: 'Those that come with the exchange, and those that were loaded.', type: [ScenarioView] })
  items!: readonly ScenarioView[];
}

export function scenarioView({ scenario, run }: KnownScenario): ScenarioView {
  return {
    name: scenario.name,
    description: scenario.description,
    lengthSeconds: lengthSeconds(scenario),
    steps: scenario.steps.map((step, at) => stepView(step, run?.done[at])),
    run: run && runView(run),
  };
}

function stepView(step: ScenarioStep, done: StepDone | undefined): ScenarioStepView {
  return {
    atSeconds: step.atSeconds,
    text: textOf(step),
    doneAt: done && timeText(done.at),
    faultId: done?.fault?.publicId,
    struck: done?.fault?.struck,
  };
}

function textOf(step: ScenarioStep): string {
  if ('note' in step) return step.note;
  if ('clear' in step) return `clear ${step.clear}`;
  return `inject ${step.inject.kind}${step.as === undefined ? '' : ` as ${step.as}`}`;
}

function runView({ status, failure, speed, progress, startedAt, endedAt }: ScenarioRun): ScenarioRunView {
  return {
    ...{ status, failure, speed, progress },
    startedAt: timeText(startedAt),
    endedAt: endedAt === undefined ? undefined : timeText(endedAt),
  };
}
