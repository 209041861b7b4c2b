import fc from 'fast-check';
import { KeyFilter } from './key-filter.js';

describe('the filter of keys', () => {
  it('never takes a key that was added for a new one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.maxSafeNat(), fc.string({ unit: 'binary' }))), (keys) => {
        const filter = new KeyFilter();
        for (const [owner, key] of keys) filter.add(owner, key);
        return keys.every(([owner, key]) => filter.mayHave(owner, key));
      }),
      { numRuns: 20 },
    );
  });

  it('knows nearly all others to be new, though they differ by a digit or by their owner alone', () => {
    const filter = new KeyFilter();
    const keys = 100_000;
    for (let number = 0; number < keys; number += 1) filter.add(number % 64, `order-${number}`);
    let mistaken = 0;
    for (let number = 0; number < keys; number += 1) {
      if (filter.mayHave((number + 1) % 64, `order-${number}`)) mistaken += 1;
      if (filter.mayHave(number % 64, `order-${keys + number}`)) mistaken += 1;
    }
    expect(mistaken / (2 * keys)).toBeLessThan(0.001);
  });
});
