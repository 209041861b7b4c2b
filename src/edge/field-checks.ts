import { ValidateBy, ValidateIf } from 'class-validator';
import { type IdKind, parseId } from '../engine/ids.js';
import { parseDecimal } from '../engine/money.js';

/**
 * The checks of DTO fields, on top of those of class-validator. Each message says what would be right;
 * the name of the field and the value that was given are added where errors are gathered.
 */

/** The field may be left out. Unlike `IsOptional`, this lets no `null` through: nothing is guessed. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** A positive amount of money, as a decimal of plain digits in a string. */
export function IsAmount(): PropertyDecorator {
  return check('isAmount', 'must be a string of plain decimal digits above zero, such as "0.25"', isAmount);
}

/** A public id of this kind, such as `acc-7`. */
export function IsPublicId(kind: IdKind): PropertyDecorator {
  return check(
    'isPublicId',
    `must be an id such as "${kind}-7"`,
    (value) => typeof value === 'string' && parseId(kind, value) !== undefined,
  );
}

/** A whole number within bounds. In a query it is written in plain digits. */
export function IsCount(least: number, most: number): PropertyDecorator {
  return check(
    'isCount',
    `must be a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  );
}

/** A number above zero, as JSON writes numbers. It is never an amount of money. */
export function IsFraction(most: number): PropertyDecorator {
  return check(
    'isFraction',
    `must be a number above 0 and at most ${most}`,
    (value) => typeof value === 'number' && value > 0 && value <= most,
  );
}

/** An object; what is right within it is asked where it is read. */
export function IsObject(): PropertyDecorator {
  return check(
    'isObject',
    'must be an object',
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
}

/** Text for people: some visible character, no control characters, nothing that cannot be written as UTF-8. */
export function IsText(charactersMax: number): PropertyDecorator {
  return check(
    'isText',
    `must be 1 to ${charactersMax} characters of text without control characters`,
    (value) => typeof value === 'string' && value.length <= charactersMax && isText(value),
  );
}

/** Text of many lines. */
export function IsLongText(charactersMax: number): PropertyDecorator {
  return check(
    'isLongText',
    `must be a text of 1 to ${charactersMax} characters`,
    (value) => typeof value === 'string' && value.length <= charactersMax && /\S/.test(value) && value.isWellFormed(),
  );
}

/** A name that a client chose for something of its own: an order, an owner, a request. */
export function IsClientKey(charactersMax = 64): PropertyDecorator {
  return check(
    'isClientKey',
    `must be 1 to ${charactersMax} letters, digits, dots, colons, dashes or underscores`,
    (value) => typeof value === 'string' && value.length <= charactersMax && isClientKey(value),
  );
}

/** The symbol of a market, such as `BTC-USD`. Whether it is listed is not asked here. */
export function IsSymbol(): PropertyDecorator {
  return check('isSymbol', 'must be the symbol of a market, such as "BTC-USD"', isSymbol);
}

/** Symbols of markets, none of them twice; none at all may stand for every market. */
export function IsSetOfSymbols(): PropertyDecorator {
  return check(
    'isSetOfSymbols',
    'must be a list of symbols of markets, such as "BTC-USD", none of them twice',
    (value) => Array.isArray(value) && new Set(value).size === value.length && value.every(isSymbol),
  );
}

/** The code of an asset, such as `BTC`. Whether it is listed is not asked here. */
export function IsAsset(): PropertyDecorator {
  return check('isAsset', 'must be the code of an asset, such as "BTC"', isAsset);
}

/** One of a closed set of words. */
export function IsWord(words: readonly string[]): PropertyDecorator {
  return check(
    'isWord',
    `must be one of ${words.join(', ')}`,
    (value) => typeof value === 'string' && words.includes(value),
  );
}

/** A list of some of a closed set of words: one at least, and none twice. */
export function IsSetOfWords(words: readonly string[]): PropertyDecorator {
  return check(
    'isSetOfWords',
    `must be a list of one or more of ${words.join(', ')}, none of them twice`,
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      new Set(value).size === value.length &&
      value.every((word) => words.includes(word)),
  );
}

/** A list of objects; what is right within each is asked where it is read. */
export function IsListOfObjects(itemsMax: number): PropertyDecorator {
  return check(
    'isListOfObjects',
    `must be a list of at most ${itemsMax} objects`,
    (value) =>
      Array.isArray(value) &&
      value.length <= itemsMax &&
      value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item)),
  );
}

/** True or false, not a word or a number that could be meant for one. */
export function IsFlag(): PropertyDecorator {
  return check('isFlag', 'must be true or false', (value) => typeof value === 'boolean');
}

/** A moment in UTC, to the millisecond at most. */
export function IsTime(): PropertyDecorator {
  return check('isTime', 'must be a time in UTC, such as "2026-01-31T12:00:00Z"', isTime);
}

/** A day of the calendar. */
export function IsDay(): PropertyDecorator {
  return check('isDay', 'must be a day, such as "2026-01-31"', isDay);
}

export function isSymbol(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z0-9]{1,12}-[A-Z0-9]{1,12}$/.test(value);
}

export function isAsset(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z0-9]{1,12}$/.test(value);
}

export function isClientKey(value: string): boolean {
  return /^[A-Za-z0-9._:-]+$/.test(value);
}

function isAmount(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  // Whether the asset has as many decimals is asked where the asset is known (see `AmountReader`).
  const units = parseDecimal(value, 18);
  return units === 'too-large' || (typeof units === 'bigint' && units > 0n);
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [, seconds] = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,3})?Z$/.exec(value) ?? [];
  const time = new Date(value);
  // Writing it again finds the 30th of February, which JavaScript takes for the 2nd of March.
  return seconds !== undefined && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(seconds);
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) && isTime(`${value}T00:00:00Z`);
}

function isText(value: string): boolean {
  return /\S/.test(value) && !/[\p{Cc}\ufffd]/u.test(value) && value.isWellFormed();
}

function check(name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator {
  // Among the constraints `dto-shape.ts` finds the function itself.
  return ValidateBy({ name, constraints: [validate], validator: { validate, defaultMessage: () => message } });
}
