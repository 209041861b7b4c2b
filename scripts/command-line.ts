import { InvalidArgumentError } from 'commander';

/** Reads the value of an option. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** What was counted, one line each. */
export function linesOf(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return `\n${rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`).join('\n')}\n`;
}
