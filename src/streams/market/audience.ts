import { Logger } from '@nestjs/common';
import { type Outlet, StreamMessage, type Subscription } from '../../edge/stream.js';
import { timeText } from '../../edge/time-text.js';
import type { FanOut, Sender } from './fan-out.js';
import type { MarketFeed, Portion } from './market-feed.js';
import type { MarketMessageView } from './market-message-views.js';

type Message = StreamMessage<MarketMessageView>;

interface Reader {
  readonly outlet: Outlet<MarketMessageView>;
  /** The last record that it was told of; `undefined` before its first message. */
  lastSequence: number | undefined;
  /** Its network takes nothing now: it is told nothing until it does. */
  isWaiting: boolean;
  /** It was told nothing for a time, so it gets the newest instead of all that it missed. */
  hasMissed: boolean;
}

/**
 * The readers of one feed that want it equally often. They are told in turn, each from where it stands: those
 * who stand at the same place, nearly always all of them, share one message and its bytes. Whoever comes late
 * in a turn gets what is newest by then.
 */
export class Audience implements Sender {
  private readonly readers = new Set<Reader>();
  /** Those who need not wait for the turn of all: the new ones, and those who were too slow for a while. */
  private readonly arrivals = new Set<Reader>();
  /** How far the turn of all has come, while they are told. */
  private turn: Iterator<Reader> | undefined = undefined;
  /** A turn has begun: what is to be told is looked up, or told. */
  private isTurn = false;
  private turnBegunMs = Number.NEGATIVE_INFINITY;
  /** Something came up after the turn of all had begun. */
  private isBehind = false;
  private timer: NodeJS.Timeout | undefined = undefined;

  /** What was made for those who stand at a sequence, as long as the feed stays where it is. */
  private readonly updates = new Map<number, Message>();
  private readonly newest = new Map<number, Message>();
  private whole: Message | undefined = undefined;
  private madeAt: number | undefined = undefined;

  constructor(
    private readonly feed: MarketFeed,
    /** The least time between two messages to the same reader; 0: as soon as there is something to tell. */
    private readonly conflateMs: number,
    private readonly fanOut: FanOut,
    private readonly onEmpty: () => void,
  ) {}

  join(outlet: Outlet<MarketMessageView>): Subscription {
    const reader: Reader = { outlet, lastSequence: undefined, isWaiting: false, hasMissed: false };
    this.readers.add(reader);
    this.arrivals.add(reader);
    this.fanOut.add(this);
    const toldThrough = () => this.toldThrough(reader);
    return {
      get sequence() {
        return toldThrough();
      },
      close: () => this.leave(reader),
    };
  }

  /** The feed has something new, which may wait for this audience's time or may not. */
  tell(cannotWait = false): void {
    if (this.isTurn) {
      this.isBehind = true;
      return;
    }
    const waitMs = cannotWait ? 0 : this.turnBegunMs + this.conflateMs - performance.now();
    if (waitMs <= 0) {
      this.beginTurn();
      return;
    }
    this.timer ??= setTimeout(() => this.beginTurn(), Math.ceil(waitMs)).unref();
  }

  send(untilMs: number): boolean {
    if (this.feed.position === undefined) return true;
    return this.tellArrivals(untilMs) && this.tellAll(untilMs);
  }

  private beginTurn(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.turnBegunMs = performance.now();
    this.isTurn = true;
    const refreshed = this.feed.refresh?.();
    if (refreshed === undefined) this.openTurn();
    else void refreshed.then(() => this.openTurn());
  }

  private openTurn(): void {
    this.turn = this.readers.values();
    this.fanOut.add(this);
  }

  private tellArrivals(untilMs: number): boolean {
    for (const reader of this.arrivals) {
      this.arrivals.delete(reader);
      this.give(reader);
      if (performance.now() >= untilMs) return this.arrivals.size === 0 && this.turn === undefined;
    }
    return true;
  }

  private tellAll(untilMs: number): boolean {
    while (this.turn !== undefined) {
      const next = this.turn.next();
      if (next.done) this.endTurn();
      else this.give(next.value);
      if (performance.now() >= untilMs) return this.turn === undefined;
    }
    return true;
  }

  private endTurn(): void {
    this.turn = undefined;
    this.isTurn = false;
    if (!this.isBehind) return;
    this.isBehind = false;
    this.tell();
  }

  private give(reader: Reader): void {
    const { outlet } = reader;
    const { sequence } = this.feed.position!;
    if (reader.isWaiting || reader.lastSequence === sequence) return;
    if (outlet.congested) {
      this.waitFor(reader);
      return;
    }
    try {
      outlet.send(this.messageFor(reader));
      reader.lastSequence = sequence;
      reader.hasMissed = false;
    } catch (error) {
      // Whatever is wrong with a message, trading goes on, and so do the other streams.
      new Logger('streams').error(error instanceof Error ? error.stack : error);
      this.leave(reader);
      outlet.end('INTERNAL', 'The stream has a fault.');
    }
  }

  private waitFor(reader: Reader): void {
    reader.isWaiting = true;
    void reader.outlet.whenReady().then(() => {
      reader.isWaiting = false;
      reader.hasMissed = true;
      if (!this.readers.has(reader)) return;
      this.arrivals.add(reader);
      this.fanOut.add(this);
    });
  }

  private messageFor({ lastSequence, hasMissed }: Reader): Message {
    const { sequence } = this.feed.position!;
    if (this.madeAt !== sequence) this.forgetMessages(sequence);
    if (lastSequence === undefined) {
      this.whole ??= this.message(this.feed.whole(), null);
      return this.whole;
    }
    const known = hasMissed ? this.newest : this.updates;
    let message = known.get(lastSequence);
    if (message === undefined) {
      const update = hasMissed ? undefined : this.feed.since(lastSequence);
      message = this.message(update ?? { ...this.feed.newest(lastSequence), isConflated: true }, lastSequence);
      known.set(lastSequence, message);
    }
    return message;
  }

  private forgetMessages(sequence: number): void {
    this.madeAt = sequence;
    this.updates.clear();
    this.newest.clear();
    this.whole = undefined;
  }

  private message(portion: Portion, previousLastSequence: number | null): Message {
    const { channel, symbol, position } = this.feed;
    return new StreamMessage({
      type: portion.type,
      channel,
      symbol,
      firstSequence: portion.firstSequence,
      lastSequence: position!.sequence,
      previousLastSequence,
      time: timeText(position!.time),
      ...(portion.isConflated ? { conflated: true as const } : {}),
      ...portion.contents,
    });
  }

  private toldThrough({ lastSequence }: Reader): number {
    if (lastSequence === undefined) return 0;
    return lastSequence === this.feed.position?.sequence ? Math.max(lastSequence, this.feed.through) : lastSequence;
  }

  private leave(reader: Reader): void {
    if (!this.readers.delete(reader)) return;
    this.arrivals.delete(reader);
    if (this.readers.size > 0) return;
    clearTimeout(this.timer);
    this.fanOut.remove(this);
    this.onEmpty();
  }
}
