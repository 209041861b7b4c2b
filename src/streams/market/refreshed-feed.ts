import type { Stamp } from '../../engine/command.js';
import type { Exchange } from '../../engine/exchange.js';
import type { JournalRecord } from '../../journal/journal.js';
import type { Venue } from '../../venue/venue.js';
import type { FanOut } from './fan-out.js';
import { LiveFeed } from './market-feed.js';

/**
 * A feed that does not follow every record, but looks things up again when readers are to be told: what it tells
 * is a sum over many records, which the read model knows already.
 */
export abstract class RefreshedFeed<Contents extends object, Seen> extends LiveFeed<Contents> {
  private shown: Stamp | undefined = undefined;
  private lookedThrough = 0;
  private isStale = true;
  private refreshing: Promise<void> | undefined = undefined;

  constructor(
    protected readonly venue: Venue,
    symbol: string,
    fanOut: FanOut,
    onEmpty: () => void,
  ) {
    super(symbol, fanOut, onEmpty);
  }

  get position(): Stamp | undefined {
    return this.shown;
  }

  get through(): number {
    return this.lookedThrough;
  }

  start(): void {
    this.tell();
    void this.refresh().then(() => this.tell());
  }

  stop(): void {}

  override committed(_records: readonly JournalRecord[]): void {
    this.isStale = true;
    this.tell();
  }

  /** Looks things up once for all audiences that ask meanwhile; if that fails, the next time may be better. */
  refresh(): Promise<void> {
    if (!this.isStale) return Promise.resolve();
    this.refreshing ??= this.lookUp().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  /** What is seen of the exchange at one moment, before the rest is asked for. */
  protected abstract look(exchange: Exchange): Seen;

  /** Takes in what is known at a moment; false if there is nothing to tell of it. */
  protected abstract takeIn(seen: Seen, stamp: Stamp): Promise<boolean>;

  private async lookUp(): Promise<void> {
    this.isStale = false;
    try {
      const { seen, stamp } = await this.venue.read((exchange) => ({
        seen: this.look(exchange),
        stamp: { sequence: exchange.sequence, time: exchange.time },
      }));
      const isNew = await this.takeIn(seen, stamp);
      if (isNew || this.shown === undefined) this.shown = stamp;
      this.lookedThrough = stamp.sequence;
    } catch {
      this.isStale = true;
    }
  }
}
