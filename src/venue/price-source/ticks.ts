import type { Instrument } from '../../engine/instrument.js';
import { unitsPerWhole } from '../../engine/money.js';

/** What of an instrument decides how its prices are counted. */
export type TickScale = Pick<Instrument, 'tickSize' | 'quoteScale' | 'maxTicks'>;

const decimalForm = /^([0-9]{1,20})(?:\.([0-9]{1,30}))?$/;

/**
 * A price in plain decimal digits, in ticks, rounded once, half a tick upwards. `undefined` where the text
 * is no such price, or one that the market cannot have: none below one tick, none above `maxTicks`.
 */
export function ticksOfDecimal(price: string, scale: TickScale): number | undefined {
  const match = decimalForm.exec(price);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  const numerator = BigInt(whole + fraction) * unitsPerWhole(scale.quoteScale);
  const denominator = 10n ** BigInt(fraction.length) * BigInt(scale.tickSize);
  const ticks = (2n * numerator + denominator) / (2n * denominator);
  return ticks >= 1n && ticks <= BigInt(scale.maxTicks) ? Number(ticks) : undefined;
}

/**
 * A price that came as a floating-point number, in ticks: its shortest decimal is what the sender meant, and
 * that is rounded once, half a tick upwards. `undefined` where it is no price that the market can have.
 */
export function ticksOfNumber(price: number, scale: TickScale): number | undefined {
  if (!(price > 0 && price < Infinity)) return undefined;
  const [digits = '', exponent = ''] = price.toExponential().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const decimals = fraction.length - Number(exponent);
  const unscaled = (whole + fraction).padEnd(whole.length + fraction.length - Math.min(decimals, 0), '0');
  if (decimals <= 0) return ticksOfDecimal(unscaled, scale);
  const padded = unscaled.padStart(decimals + 1, '0');
  return ticksOfDecimal(`${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`, scale);
}

/** The nearest count of ticks that a market can have; a price that has drifted out of its range stays at its end. */
export function ticksWithin(ticks: number, scale: TickScale): number {
  return Math.min(Math.max(Math.round(ticks), 1), scale.maxTicks);
}
