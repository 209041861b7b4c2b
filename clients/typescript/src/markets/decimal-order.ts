/** Compares two decimals of plain digits without leading zeros, exactly: below zero if the first is smaller. */
export function compareDecimals(a: string, b: string): number {
  const [wholeA, wholeB] = [wholeLengthOf(a), wholeLengthOf(b)];
  // With as many digits before the point, the order of the texts is that of the numbers.
  if (wholeA !== wholeB) return wholeA - wholeB;
  return a === b ? 0 : a < b ? -1 : 1;
}

function wholeLengthOf(decimal: string): number {
  const point = decimal.indexOf('.');
  return point === -1 ? decimal.length : point;
}
