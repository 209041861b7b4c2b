import { MessageAllowance } from './message-allowance.js';

describe('what a connection may send', () => {
  let nowMs = 0;
  const taken = (allowance: MessageAllowance, count: number) => {
    const outcomes = Array.from({ length: count }, () => allowance.take());
    return outcomes.filter((outcome) => outcome === 'taken').length;
  };

  it('is what ten seconds allow at once, and then so much a second', () => {
    const allowance = new MessageAllowance(5, () => nowMs);
    expect(taken(allowance, 60)).toBe(50);
    nowMs += 3_000;
    // The ten that were refused were counted too.
    expect(taken(allowance, 10)).toBe(5);
  });

  it('is never more than that, however long nothing was sent', () => {
    const allowance = new MessageAllowance(5, () => nowMs);
    nowMs += 3_600_000;
    expect(taken(allowance, 100)).toBe(50);
  });

  it('is exhausted for whoever goes on for as long again', () => {
    const allowance = new MessageAllowance(5, () => nowMs);
    const outcomes = Array.from({ length: 101 }, () => allowance.take());
    expect(outcomes[99]).toBe('refused');
    expect(outcomes[100]).toBe('exhausted');
  });
});
