import { existsSync } from 'node:fs';

/** One entry of the settings table: an environment variable, what it means, and how its text is read. */
export interface Setting<Value> {
  readonly name: string;
  /** The text that stands for the variable where it is absent or empty. */
  readonly fallback: string;
  /** For the person who sets it: what it does, with its unit. */
  readonly meaning: string;
  readonly form: Form<Value>;
  /** A secret's value is never repeated in a message. */
  readonly secret?: boolean;
}

/** How a value is written. `read` gives `undefined` for everything that `allowed` does not describe. */
export interface Form<Value> {
  readonly allowed: string;
  read(text: string): Value | undefined;
  /** What is wrong with a text that looks right, such as a file that is not there; `undefined` if there is nothing to say. */
  fault?(text: string): string | undefined;
}

export function define<Value>(name: string, fallback: string, meaning: string, form: Form<Value>, secret = false) {
  return { name, fallback, meaning, form, secret } satisfies Setting<Value>;
}

export function wholeNumber(least: number, most: number): Form<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    read: (text) => within(/^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN, least, most),
  };
}

export function decimalNumber(least: number, most: number): Form<number> {
  return {
    allowed: `a number from ${least} to ${most}`,
    read: (text) => within(/^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text) ? Number(text) : Number.NaN, least, most),
  };
}

export function oneOf<const Choice extends string>(...choices: Choice[]): Form<Choice> {
  return {
    allowed: `one of ${choices.join(', ')}`,
    read: (text) => choices.find((choice) => choice === text),
  };
}

export function text(allowed: string, pattern: RegExp): Form<string> {
  return { allowed, read: (value) => (pattern.test(value) ? value : undefined) };
}

/** A value that may be left out; it is then `null`, which no text stands for. */
export function optional<Value>(form: Form<Value>): Form<Value | null> {
  return {
    allowed: `${form.allowed}, or nothing`,
    read: (value) => (value === '' ? null : form.read(value)),
  };
}

export const existingFile: Form<string> = {
  allowed: 'the path of a file that exists',
  read: (path) => (existsSync(path) ? path : undefined),
};

function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}
