import type { Outlet, Subscription } from '../../edge/stream.js';
import type { Stamp } from '../../engine/command.js';
import type { JournalRecord } from '../../journal/journal.js';
import { Audience } from './audience.js';
import type { FanOut } from './fan-out.js';
import type { MarketMessageType, MarketMessageView } from './market-message-views.js';

/** What a channel has to tell somebody, who may not be the only one. */
export interface Portion<Contents extends object = object> {
  readonly type: MarketMessageType;
  /** The first record that it tells of; the last one is the feed's position. */
  readonly firstSequence: number;
  /** Whether something between these records is left out, because it was overtaken. */
  readonly isConflated: boolean;
  readonly contents: Contents;
}

/** What is told to those who read one channel of one market. All of it is durable. */
export interface MarketFeed<Contents extends object = object> {
  readonly channel: string;
  readonly symbol: string;
  /** The last record that its newest state shows, and when that was; `undefined` while it knows nothing yet. */
  readonly position: Stamp | undefined;
  /** Nothing up to this sequence changes what it shows at its position. */
  readonly through: number;
  /** For those who know nothing yet. */
  whole(): Portion<Contents>;
  /** For those who know what it showed at a sequence; `undefined` where that is too long ago. */
  since(sequence: number): Portion<Contents> | undefined;
  /** For those who missed what came after a sequence, as they were too slow or it was too long ago: the newest. */
  newest(sequence: number): Portion<Contents>;
  /** Brings it up to date before it tells, where it does not follow every record. */
  refresh?(): Promise<void>;
}

/** What is common to the feeds: their readers, in audiences, and how they learn what happens. */
export abstract class LiveFeed<Contents extends object = object> implements MarketFeed<Contents> {
  abstract readonly channel: string;
  abstract readonly position: Stamp | undefined;
  abstract readonly through: number;
  private readonly audiences = new Map<string, Audience>();

  protected constructor(
    readonly symbol: string,
    private readonly fanOut: FanOut,
    /** Called when the last reader has left. */
    private readonly onEmpty: () => void,
  ) {}

  abstract whole(): Portion<Contents>;
  abstract since(sequence: number): Portion<Contents> | undefined;
  abstract newest(sequence: number): Portion<Contents>;

  /** Begins to follow the market; called once. */
  abstract start(): void;
  /** Nobody reads it any more. */
  abstract stop(): void;

  /** A command was executed; the exchange is in the state right after it. */
  executed(_record: JournalRecord): void {}

  /** Records are durable, and so is everything before them. */
  abstract committed(records: readonly JournalRecord[]): void;

  /** Sends to an outlet, at most every so often, what `told` says; that is the feed itself or something made of it. */
  subscribe(outlet: Outlet<MarketMessageView>, conflateMs: number, told: MarketFeed = this, form = ''): Subscription {
    const key = `${conflateMs} ${form}`;
    let audience = this.audiences.get(key);
    if (audience === undefined) {
      audience = new Audience(told, conflateMs, this.fanOut, () => this.dismiss(key));
      this.audiences.set(key, audience);
    }
    return audience.join(outlet);
  }

  /** Tells everybody what is new, each audience in its time; what cannot wait for that goes at once. */
  protected tell(cannotWait = false): void {
    for (const audience of this.audiences.values()) audience.tell(cannotWait);
  }

  private dismiss(key: string): void {
    this.audiences.delete(key);
    if (this.audiences.size > 0) return;
    this.stop();
    this.onEmpty();
  }
}
