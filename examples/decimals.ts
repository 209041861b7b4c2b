const scale = 18;
const unitsPerWhole = 10n ** BigInt(scale);

/** Exact sums of decimals with up to 18 places, as the shortest text. */
export function addDecimals(a: string, b: string): string {
  return decimalOf(unitsOf(a) + unitsOf(b));
}

/** A decimal with up to 18 places, as a whole number of its smallest unit: money is never a floating point number. */
export function unitsOf(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(scale, '0'));
  return decimal.startsWith('-') ? -size : size;
}

/** Units as the shortest text. */
export function decimalOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** What a quantity is worth at a price, all in units, rounded towards zero. */
export function worthAt(price: bigint, quantity: bigint): bigint {
  return (price * quantity) / unitsPerWhole;
}
