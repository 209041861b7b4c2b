/**
 * Money is whole numbers. An `Amount` counts the smallest unit of one asset (a hundred-millionth, at
 * eight decimals) in a bigint, so that no sum is ever rounded. Inside one market prices and quantities
 * are counted in ticks and lots instead, as safe integers: a market is only listed if every price and
 * every quantity that it accepts, and their product, stay within them (see `instrument.ts`).
 */
export type Amount = bigint & { readonly brand?: 'Amount' };

/** The largest amount that the exchange takes: it fits the journal's 64-bit integers. */
export const amountMax: Amount = 2n ** 63n - 1n;

const plainDecimal = /^(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const powersOfTen: readonly bigint[] = Array.from({ length: 19 }, (_, exponent) => 10n ** BigInt(exponent));

/** Ten to the power of a scale; scales go from 0 to 18. */
export function unitsPerWhole(scale: number): bigint {
  const power = powersOfTen[scale];
  if (power === undefined) throw new RangeError(`a scale is a whole number from 0 to 18, not ${scale}`);
  return power;
}

export type DecimalFault = 'not-plain' | 'too-many-decimals' | 'too-large';

/**
 * Reads a decimal of plain digits (`"0.00012"`) as units of the given scale. Nothing is guessed or
 * rounded: signs, exponents, leading zeros, white space and digits beyond the scale are faults.
 */
export function parseDecimal(text: string, scale: number): bigint | DecimalFault {
  if (text.length > 40 || !plainDecimal.test(text)) {
    return /^[0-9]{20,}(\.[0-9]+)?$/.test(text) ? 'too-large' : 'not-plain';
  }
  const point = text.indexOf('.');
  const whole = point === -1 ? text : text.slice(0, point);
  const fraction = point === -1 ? '' : text.slice(point + 1);
  if (fraction.length > scale) return 'too-many-decimals';
  const digits = whole + fraction;
  // So many digits are exact as a number, which is read several times as fast as a bigint.
  const significant = BigInt(digits.length <= 15 ? Number(digits) : digits);
  const units = significant * unitsPerWhole(scale - fraction.length);
  return units > amountMax ? 'too-large' : units;
}

/** Writes units of the given scale as the shortest plain decimal: `12000n` at 8 is `"0.00012"`. */
export function formatDecimal(units: bigint | number, scale: number): string {
  const negative = units < 0;
  // Most amounts are far below 2^53, where a number is written several times as fast as a bigint.
  const isSmall = units <= Number.MAX_SAFE_INTEGER && units >= -Number.MAX_SAFE_INTEGER;
  const size = isSmall ? Math.abs(Number(units)) : negative ? -units : units;
  const digits = size.toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
  const text = end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return negative ? `-${text}` : text;
}
