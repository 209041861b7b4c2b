import type { Settings } from '../config/settings.js';
import { assetIn, marketIn } from '../edge/directory.js';
import { type FieldError, Problem } from '../edge/problem.js';
import { validated } from '../edge/validation.js';
import type { Exchange } from '../engine/exchange.js';
import type { FaultDefinition } from './fault.js';
import {
  type Distribution,
  type FaultKind,
  type FaultParameters,
  type FaultTarget,
  kindRules,
  targetFields,
} from './fault-kinds.js';
import { FaultParametersRequest, FaultTargetRequest, type InjectFaultRequest } from './fault-requests.js';

type FaultBounds = Pick<Settings, 'chaosDurationMaxSeconds' | 'chaosShareMax' | 'seed'>;

/** The fault that a request asks for; throws a `Problem` that names each field that is wrong. */
export function readFault(request: InjectFaultRequest, exchange: Exchange, bounds: FaultBounds): FaultDefinition {
  const { kind, next, untilCleared = false, persistent = false } = request;
  const { target, parameters, errors: partErrors } = readParts(request);
  const probability = request.probability ?? Math.min(1, bounds.chaosShareMax);
  const durationSeconds = untilCleared ? undefined : (request.durationSeconds ?? bounds.chaosDurationMaxSeconds);
  const errors = [...partErrors, ...boundErrors({ ...request, probability }, bounds)];
  if (errors.length > 0) throw Problem.invalid(errors);
  assertListed(target, parameters, exchange);
  const seed = request.seed ?? bounds.seed;
  return { kind, target, parameters, probability, next, durationSeconds, seed, persistent };
}

interface FaultParts {
  readonly target: FaultTarget;
  readonly parameters: FaultParameters;
  /** What does not go together. */
  readonly errors: readonly FieldError[];
}

/** What a kind asks for, whatever the exchange it is injected into. */
export function readParts(request: InjectFaultRequest): FaultParts {
  const { kind } = request;
  const target = present(nested('target', FaultTargetRequest, request.target)) as FaultTarget;
  const parameters = present(nested('parameters', FaultParametersRequest, request.parameters)) as FaultParameters;
  const errors = [...targetErrors(kind, target), ...parameterErrors(kind, parameters), ...choiceErrors(request)];
  return { target, parameters, errors };
}

/** Named things must be there; an account may be opened later. */
function assertListed(target: FaultTarget, parameters: FaultParameters, exchange: Exchange): void {
  if (target.symbol !== undefined) marketIn(exchange, target.symbol);
  for (const asset of [target.asset, parameters.asset]) if (asset !== undefined) assetIn(exchange, asset);
}

function nested<Dto extends object>(field: string, type: new () => Dto, sent: object | undefined): Dto {
  try {
    return validated(type, sent ?? {});
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const errors = problem.context.errors ?? [];
    throw Problem.invalid(errors.map((error) => ({ ...error, field: `${field}.${error.field}` })));
  }
}

function targetErrors(kind: FaultKind, target: FaultTarget): FieldError[] {
  const allowed = targetFields[kindRules[kind].place];
  return (Object.keys(target) as (keyof FaultTarget)[])
    .filter((field) => !allowed.includes(field))
    .map((field) => ({
      field: `target.${field}`,
      message: `does not belong to ${kind}, whose target may name ${allowed.join(', ')}`,
    }));
}

function parameterErrors(kind: FaultKind, parameters: FaultParameters): FieldError[] {
  const { needs, takes, modes } = kindRules[kind];
  const missing = [...needs, ...neededBy(kind, parameters)]
    .filter((field) => parameters[field] === undefined)
    .map((field) => ({ field: `parameters.${field}`, message: `is missing: ${kind} needs it` }));
  const foreign = (Object.keys(parameters) as (keyof FaultParameters)[])
    .filter((field) => !needs.includes(field) && !takes.includes(field))
    .map((field) => ({ field: `parameters.${field}`, message: `does not belong to ${kind}: leave it out` }));
  const errors: FieldError[] = [...missing, ...foreign];
  const { mode, percent, delayMsMin = 0, delayMsMax = delayMsMin } = parameters;
  if (mode !== undefined && modes !== undefined && !modes.includes(mode)) {
    errors.push({ field: 'parameters.mode', message: `of ${kind} must be one of ${modes.join(', ')}, not ${mode}` });
  }
  if (kind === 'liquidity-withdrawal' && percent !== undefined && (percent < 1 || percent > 100)) {
    errors.push({ field: 'parameters.percent', message: `of ${kind} must be from 1 to 100, not ${percent}` });
  }
  if (delayMsMax < delayMsMin) {
    errors.push({ field: 'parameters.delayMsMax', message: `must not be below delayMsMin (${delayMsMin})` });
  }
  return errors;
}

/** What changes a market is in force for everybody alike: there is nobody of whom it could strike a part. */
function choiceErrors({ kind, probability, next }: InjectFaultRequest): FieldError[] {
  const { place } = kindRules[kind];
  if (place !== 'prices' && place !== 'market') return [];
  return Object.entries({ probability, next })
    .filter(([, value]) => value !== undefined)
    .map(([field]) => ({ field, message: `does not belong to ${kind}, which is in force for all: leave it out` }));
}

/** Which numbers a delay needs follows from how delays differ. */
function neededBy(kind: FaultKind, { distribution = 'fixed' }: FaultParameters): (keyof FaultParameters)[] {
  if (kind !== 'latency') return [];
  const needs: Readonly<Record<Distribution, (keyof FaultParameters)[]>> = {
    fixed: ['delayMs'],
    uniform: ['delayMsMin', 'delayMsMax'],
    'log-normal': ['delayMs'],
  };
  return needs[distribution];
}

function boundErrors(
  request: Pick<InjectFaultRequest, 'probability' | 'durationSeconds' | 'untilCleared'>,
  { chaosShareMax, chaosDurationMaxSeconds }: FaultBounds,
): FieldError[] {
  const { probability = 1, durationSeconds = 0, untilCleared } = request;
  const errors: FieldError[] = [];
  if (probability > chaosShareMax) {
    const message = `must be at most ${chaosShareMax}, which CHAOS_SHARE_MAX allows, not ${probability}`;
    errors.push({ field: 'probability', message });
  }
  if (durationSeconds > chaosDurationMaxSeconds) {
    const most = `${chaosDurationMaxSeconds}, which CHAOS_DURATION_MAX_SECONDS allows`;
    errors.push({ field: 'durationSeconds', message: `must be at most ${most}, not ${durationSeconds}` });
  }
  if (untilCleared === true && request.durationSeconds !== undefined) {
    errors.push({ field: 'untilCleared', message: 'cannot be given together with durationSeconds' });
  }
  return errors;
}

function present(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
