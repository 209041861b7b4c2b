import type { Frame } from '../streams/frame.js';
import { StreamFault } from '../streams/stream-fault.js';
import type { StreamReader } from '../streams/stream-reader.js';
import type { MarketChannel, MarketMessage, MarketMessageBase, MarketSubscription } from './market-message.js';

export const marketStreamPath = '/ws/v1/market';

/** Several subscriptions over one connection. No message of any of them is missing, or the stream begins anew. */
export class MarketStreamReader<Channel extends MarketChannel> implements StreamReader<MarketMessage<Channel>> {
  readonly path = marketStreamPath;
  readonly isPrivate = false;
  /** The `lastSequence` of each subscription's last message. */
  private readonly last = new Map<string, number>();

  constructor(private readonly wanted: readonly MarketSubscription<Channel>[]) {}

  subscriptions(): readonly object[] {
    return this.wanted.map((subscription) => ({ ...subscription }));
  }

  begin(): void {
    this.last.clear();
  }

  read(frame: Frame): MarketMessage<Channel> {
    const message = frame as unknown as MarketMessage<Channel>;
    const key = `${message.channel} ${message.symbol}`;
    checkContinues(message, this.last.get(key) ?? null);
    this.last.set(key, message.lastSequence);
    return message;
  }
}

/** Throws a `StreamFault` if another message stands between this one and that which ended with `last`. */
export function checkContinues({ type, symbol, previousLastSequence }: MarketMessageBase, last: number | null): void {
  const beginsAnew = type === 'snapshot' && previousLastSequence === null;
  if (beginsAnew || (previousLastSequence === last && last !== null)) return;
  throw new StreamFault(
    'GAP',
    `The message before this one of ${symbol} ended with ${previousLastSequence}, not ${last}`,
  );
}
