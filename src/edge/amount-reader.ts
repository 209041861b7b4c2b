import { type Amount, type DecimalFault, parseDecimal } from '../engine/money.js';
import { type FieldError, Problem } from './problem.js';
import { shownValue } from './shown-value.js';

/**
 * Reads the amounts of a request in units, now that the scales of their assets are known. It gathers what
 * is wrong, so that one answer names every field: call `check` after the last field.
 */
export class AmountReader {
  private readonly errors: FieldError[] = [];

  read(field: string, text: string, scale: number): Amount;
  read(field: string, text: string | undefined, scale: number): Amount | undefined;
  read(field: string, text: string | undefined, scale: number): Amount | undefined {
    if (text === undefined) return undefined;
    const units = parseDecimal(text, scale);
    if (typeof units === 'bigint') return units;
    this.errors.push({ field, message: `${ruleOf(units, scale)}, not ${shownValue(text)}` });
    return 0n;
  }

  /** Throws a `Problem` if a field was wrong; the amounts read before that must not be used. */
  check(): void {
    if (this.errors.length > 0) throw Problem.invalid(this.errors);
  }
}

function ruleOf(fault: DecimalFault, scale: number): string {
  if (fault === 'too-many-decimals') return `must have at most ${scale} decimals`;
  if (fault === 'too-large') return 'must be smaller than the largest amount that the exchange takes';
  return 'must be a string of plain decimal digits';
}
