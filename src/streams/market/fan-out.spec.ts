import { setTimeout as pause } from 'node:timers/promises';
import { FanOut, type Sender } from './fan-out.js';

/** Keeps the thread busy: what sending to many readers does. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Has so many readers to send to, each of whom takes its time. */
class Crowd implements Sender {
  sent = 0;
  longestTurnMs = 0;
  readonly turns: string[] = [];

  constructor(
    private readonly name: string,
    private readonly log: string[],
    private readonly total: number,
    private readonly eachMs = 0.1,
  ) {}

  send(untilMs: number): boolean {
    const begunMs = performance.now();
    this.log.push(this.name);
    while (this.sent < this.total) {
      work(this.eachMs);
      this.sent += 1;
      if (performance.now() >= untilMs) break;
    }
    this.longestTurnMs = Math.max(this.longestTurnMs, performance.now() - begunMs);
    return this.sent >= this.total;
  }
}

describe('the fan-out', () => {
  it('leaves most of the thread to others while there is more to send than it may', async () => {
    const crowd = new Crowd('crowd', [], Number.POSITIVE_INFINITY);
    const fanOut = new FanOut();
    fanOut.add(crowd);
    await pause(500);
    fanOut.remove(crowd);
    // 0.3 of half a second in steps of 0.1 ms; a busy machine gives less.
    expect(crowd.sent * 0.1).toBeLessThan(500 * 0.4);
    expect(crowd.sent).toBeGreaterThan(20);
  });

  it('sends little at once without a rest', async () => {
    const log: string[] = [];
    const crowd = new Crowd('crowd', log, 3, 0.01);
    new FanOut().add(crowd);
    expect(log).toEqual([]);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(crowd.sent).toBe(3);
  });

  it('lets everybody have a turn, in the order in which they came', async () => {
    const log: string[] = [];
    const fanOut = new FanOut();
    const crowds = ['a', 'b', 'c'].map((name) => new Crowd(name, log, 20));
    for (const crowd of crowds) fanOut.add(crowd);
    fanOut.add(crowds[0]!);
    while (crowds.some(({ sent }) => sent < 20)) await pause(5);
    expect([...new Set(log)]).toEqual(['a', 'b', 'c']);
  });
});
