import { Backoff, pause } from './backoff.js';

describe('a backoff', () => {
  it('doubles up to its bound, and begins anew after a success', () => {
    const backoff = new Backoff(100, 1_000, () => 1);
    expect(Array.from({ length: 6 }, () => backoff.nextMs())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(100);
  });

  it('leaves half of the time to chance', () => {
    expect(new Backoff(100, 1_000, () => 0).nextMs()).toBe(50);
  });
});

describe('a pause', () => {
  it('ends with the reason of an abort, before or meanwhile', async () => {
    const reason = new Error('enough');
    await expect(pause(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const paused = pause(60_000, controller.signal);
    controller.abort(reason);
    await expect(paused).rejects.toBe(reason);
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const removed: string[] = [];
    signal.removeEventListener = (type: string) => removed.push(type);
    await pause(1, signal);
    expect(removed).toEqual(['abort']);
  });
});
