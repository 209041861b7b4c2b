import { externalAccountId, feesAccountId, formatId, liquidityAccountId, parseId } from './ids.js';

describe('ids', () => {
  it('carry their kind in public', () => {
    expect(formatId('acc', 7)).toBe('acc-7');
    expect(formatId('ord', 42)).toBe('ord-42');
    expect([externalAccountId, feesAccountId, liquidityAccountId].map((id) => formatId('acc', id))).toEqual([
      'acc-external',
      'acc-fees',
      'acc-liquidity',
    ]);
    expect(formatId('acc', -9)).toBe('acc--9');
  });

  it('are read as they were written, and nothing else is', () => {
    expect(parseId('ord', 'ord-42')).toBe(42);
    expect(parseId('acc', 'acc-999999999999999')).toBe(999_999_999_999_999);
    for (const text of [
      'acc-42',
      'ord-',
      'ord-0',
      'ord-042',
      'ord--1',
      'ord-1e3',
      'ord-1 ',
      'ord-1234567890123456',
      '42',
    ]) {
      expect(parseId('ord', text)).toBeUndefined();
    }
    expect(parseId('acc', 'acc-fees')).toBeUndefined();
  });
});
