const scale = 8;
const unitsPerWhole = 10n ** BigInt(scale);

/** Reads a decimal of the exchange, such as `0.00012`, as a whole number of hundred-millionths: money is never a float. */
export function unitsOf(decimal: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(decimal) ?? [];
  if (whole === undefined) throw new TypeError(`${decimal} is not a decimal`);
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -units : units;
}

/** Writes units for people: `1,234.50`, with at least `decimals` of them and no more than the amount has. */
export function formatUnits(units: bigint, decimals = 2): string {
  const size = units < 0n ? -units : units;
  const fraction = String(size % unitsPerWhole).padStart(scale, '0');
  const digits = fraction.replace(/0+$/, '').padEnd(decimals, '0');
  return `${units < 0n ? '-' : ''}${(size / unitsPerWhole).toLocaleString('en')}${digits === '' ? '' : `.${digits}`}`;
}

/** What a quantity costs at a price, all three in units. Exact for every fill, because of the exchange's ticks and lots. */
export function notionalOf(price: bigint, quantity: bigint): bigint {
  return (price * quantity) / unitsPerWhole;
}
