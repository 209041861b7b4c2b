import { ticksOfDecimal, ticksOfNumber, ticksWithin } from './ticks.js';

describe('ticks', () => {
  const cents = { tickSize: 1_000_000, quoteScale: 8, maxTicks: 1_000_000 };

  it.each([
    ['60.01', 6001],
    ['60', 6000],
    ['60.014999999999999999', 6001],
    ['60.015', 6002],
    ['0.005', 1],
    ['10000', 1_000_000],
  ])('%s is %d', (price, ticks) => {
    expect(ticksOfDecimal(price, cents)).toBe(ticks);
  });

  it.each(['0', '0.0049', '10000.01', '', '-1', '1e3', '.5', '5.', ' 5', '５', 'NaN'])('%j is no price', (price) => {
    expect(ticksOfDecimal(price, cents)).toBeUndefined();
  });

  it.each([
    [60.01, 6001],
    [60, 6000],
    [1000, 100_000],
    [60.015, 6002],
    [60.005, 6001],
    [0.1 + 0.2, 30],
    [5e-3, 1],
    [1e4, 1_000_000],
    [9999.994999999999, 999_999],
  ])('the number %d is %d', (price, ticks) => {
    expect(ticksOfNumber(price, cents)).toBe(ticks);
  });

  it('of small numbers are counted as they are written', () => {
    const satoshis = { tickSize: 1, quoteScale: 18, maxTicks: Number.MAX_SAFE_INTEGER };
    expect(ticksOfNumber(1.5e-7, satoshis)).toBe(150_000_000_000);
    expect(ticksOfNumber(2e-18, satoshis)).toBe(2);
    expect(ticksOfNumber(1e-300, satoshis)).toBeUndefined();
  });

  it('need not be one unit, or a power of ten', () => {
    expect(ticksOfDecimal('10.3', { tickSize: 25, quoteScale: 2, maxTicks: 100 })).toBe(41);
  });

  it('stay in the range of the market', () => {
    expect([0.2, 17.5, 2e9].map((ticks) => ticksWithin(ticks, cents))).toEqual([1, 18, 1_000_000]);
  });
});
