import type { Side } from '../src/engine/command.js';

/** One step of a stream of orders, in ticks and lots; a cancel names an earlier limit order by its place in the stream. */
export type Operation =
  | { readonly kind: 'limit'; readonly side: Side; readonly ticks: number; readonly lots: number }
  | { readonly kind: 'market'; readonly side: Side; readonly lots: number }
  | { readonly kind: 'cancel'; readonly target: number };

export const midTicks = 2_000_000;

/** A seeded stream: half limit orders around the middle, a tenth market orders, the rest cancels of earlier limit orders. */
export function operations(count: number, seed: number): Operation[] {
  const random = seededRandom(seed);
  const open: number[] = [];
  const stream: Operation[] = [];
  while (stream.length < count) {
    const dice = random();
    const side: Side = random() < 0.5 ? 'BUY' : 'SELL';
    const lots = 1 + Math.floor(random() * 1_000);
    if (dice < 0.5 || open.length === 0) {
      open.push(stream.length);
      const away = Math.floor(random() * 500) - 50;
      stream.push({ kind: 'limit', side, ticks: side === 'BUY' ? midTicks - away : midTicks + away, lots });
    } else if (dice < 0.6) stream.push({ kind: 'market', side, lots });
    else {
      const index = Math.floor(random() * open.length);
      stream.push({ kind: 'cancel', target: open[index]! });
      open[index] = open.at(-1)!;
      open.pop();
    }
  }
  return stream;
}

export function perSecond(count: number, startedMs: number): number {
  return (count / (performance.now() - startedMs)) * 1_000;
}

/** mulberry32: small, seeded, the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
