import { amountMax, formatDecimal, parseDecimal, unitsPerWhole } from './money.js';

describe('money', () => {
  it('reads plain decimals only', () => {
    expect(parseDecimal('0.00012', 8)).toBe(12000n);
    for (const text of ['1e3', '-0', '+1', '0x10', '１', '.5', '5.', '01', '', ' 1', '1 ', '--1', 'NaN']) {
      expect(parseDecimal(text, 8)).toBe('not-plain');
    }
    expect(parseDecimal('0.123456789', 8)).toBe('too-many-decimals');
    expect(parseDecimal('9'.repeat(200), 8)).toBe('too-large');
    expect(parseDecimal('92233720368.54775807', 8)).toBe(2n ** 63n - 1n);
    expect(parseDecimal('92233720368.54775808', 8)).toBe('too-large');
  });

  it('says what is wrong with a text that is too long', () => {
    expect(parseDecimal(`0.${'0'.repeat(38)}`, 8)).toBe('too-many-decimals');
    expect(parseDecimal(`0.${'0'.repeat(39)}`, 8)).toBe('not-plain');
    expect(parseDecimal(`${'9'.repeat(40)}.55`, 8)).toBe('too-large');
    for (const text of [`x${'9'.repeat(40)}`, `${'9'.repeat(40)}x`, `${'9'.repeat(40)}.x`]) {
      expect(parseDecimal(text, 8)).toBe('not-plain');
    }
  });

  it('writes the shortest plain decimal', () => {
    expect(formatDecimal(12000n, 8)).toBe('0.00012');
    expect(formatDecimal(100000000n, 8)).toBe('1');
    expect(formatDecimal(-150000000, 8)).toBe('-1.5');
    expect(formatDecimal(0n, 8)).toBe('0');
    expect(formatDecimal(7n, 0)).toBe('7');
    expect(formatDecimal(amountMax, 8)).toBe('92233720368.54775807');
    expect(formatDecimal(-amountMax, 8)).toBe('-92233720368.54775807');
    expect(formatDecimal(2n ** 53n, 3)).toBe('9007199254740.992');
  });

  it('knows scales from 0 to 18', () => {
    expect([unitsPerWhole(0), unitsPerWhole(18)]).toEqual([1n, 10n ** 18n]);
    for (const scale of [-1, 19, 1.5]) {
      const message = `a scale is a whole number from 0 to 18, not ${scale}`;
      expect(() => unitsPerWhole(scale)).toThrow(new RangeError(message));
    }
  });
});
