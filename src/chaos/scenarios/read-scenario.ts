import { isClientKey } from '../../edge/field-checks.js';
import { type FieldError, Problem } from '../../edge/problem.js';
import { validated } from '../../edge/validation.js';
import { InjectFaultRequest } from '../fault-requests.js';
import { readParts } from '../read-fault.js';
import type { Scenario, ScenarioStep } from './scenario.js';

export const scenarioCharactersMax = 32_768;
const stepsMax = 200;
const secondsMax = 604_800;
const textCharactersMax = 500;

/** The scenario that a text in YAML describes; throws a `Problem` that says in which step what is wrong. */
export async function readScenario(text: string): Promise<Scenario> {
  const content = await contentOf(text);
  const errors: FieldError[] = [];
  const { name, description, steps, ...unknown } = content;
  for (const field of Object.keys(unknown))
    errors.push({ field, message: 'is not a part of a scenario: there are name, description, steps' });
  if (typeof name !== 'string' || name.length > 64 || !isClientKey(name)) {
    errors.push({ field: 'name', message: 'must be 1 to 64 letters, digits, dots, colons, dashes or underscores' });
  }
  if (!isText(description))
    errors.push({ field: 'description', message: `must be a text of at most ${textCharactersMax} characters` });
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > stepsMax) {
    errors.push({ field: 'steps', message: `must be a list of 1 to ${stepsMax} steps` });
  }
  if (errors.length > 0) throw Problem.invalid(errors);
  const known = new Set<string>();
  const read = (steps as unknown[]).map((step, at) => readStep(step, `steps[${at}]`, known, errors));
  assertInOrder(read, errors);
  if (errors.length > 0) throw Problem.invalid(errors);
  return { name: name as string, description: description as string, steps: read };
}

/** YAML of the simplest kind: nothing in it refers to anything, so nothing grows when it is read. */
async function contentOf(text: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    // What is merely odd is for nobody: a warning of a client's text has no business in the log.
    content = parse(text, { maxAliasCount: 0, uniqueKeys: true, logLevel: 'error' });
  } catch (error) {
    throw Problem.invalid([
      { field: 'definition', message: `is not YAML: ${(error as Error).message.split('\n')[0]}` },
    ]);
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return content as Record<string, unknown>;
  throw Problem.invalid([{ field: 'definition', message: 'must be a mapping with name, description and steps' }]);
}

function readStep(sent: unknown, place: string, known: Set<string>, errors: FieldError[]): ScenarioStep {
  const { at, inject, as, clear, note, ...unknown } = (typeof sent === 'object' && sent !== null ? sent : {}) as Record<
    string,
    unknown
  >;
  const say = (field: string, message: string) => errors.push({ field: `${place}.${field}`, message });
  for (const field of Object.keys(unknown))
    say(field, 'is not a part of a step: there are at, inject, as, clear, note');
  if (typeof at !== 'number' || !(at >= 0 && at <= secondsMax))
    say('at', `must be seconds after the beginning, from 0 to ${secondsMax}`);
  const atSeconds = Number(at);
  if ([inject, clear, note].filter((each) => each !== undefined).length !== 1) {
    errors.push({ field: place, message: 'must have exactly one of inject, clear and note' });
  }
  if (as !== undefined && (typeof as !== 'string' || !isClientKey(as) || inject === undefined)) {
    say('as', 'must be a name of letters, digits, dots, colons, dashes or underscores, beside inject');
  }
  if (clear !== undefined) {
    if (clear !== 'all' && !known.has(String(clear)))
      say('clear', `must be all, or a name that an earlier step has with as, not ${JSON.stringify(clear)}`);
    return { atSeconds, clear: String(clear) };
  }
  if (note !== undefined) {
    if (!isText(note)) say('note', `must be a text of at most ${textCharactersMax} characters`);
    return { atSeconds, note: String(note) };
  }
  if (typeof as === 'string') known.add(as);
  return { atSeconds, inject: readInjection(inject, `${place}.inject`, errors), as: as as string | undefined };
}

/** Whether there are such markets and assets, and what the bounds are, is asked when it is injected. */
function readInjection(sent: unknown, place: string, errors: FieldError[]): InjectFaultRequest {
  if (sent === undefined) return new InjectFaultRequest();
  if (typeof sent !== 'object' || sent === null) {
    errors.push({ field: place, message: 'must be a fault, such as { kind: halt, durationSeconds: 60 }' });
    return new InjectFaultRequest();
  }
  const found: FieldError[] = [];
  try {
    const request = validated(InjectFaultRequest, sent);
    found.push(...readParts(request).errors);
    return request;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    found.push(...(problem.context.errors ?? []));
    return new InjectFaultRequest();
  } finally {
    errors.push(...found.map((error) => ({ ...error, field: `${place}.${error.field}` })));
  }
}

function assertInOrder(steps: readonly ScenarioStep[], errors: FieldError[]): void {
  steps.forEach(({ atSeconds }, at) => {
    const before = steps[at - 1]?.atSeconds ?? 0;
    if (atSeconds < before)
      errors.push({ field: `steps[${at}].at`, message: `must not be before the step above it (${before})` });
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= textCharactersMax;
}
