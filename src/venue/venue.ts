import { assertInvariant } from '../engine/assert.js';
import type { Command } from '../engine/command.js';
import type { Exchange } from '../engine/exchange.js';
import type { VenueDefinition } from '../engine/instrument.js';
import type { OrderJudgement } from '../engine/risk/judgement.js';
import { stateHash } from '../engine/state-hash.js';
import { venueToJson } from '../engine/venue-json.js';
import type { Journal, Origin, VerificationReport } from '../journal/journal.js';
import type { Queries } from '../journal/queries.js';
import type { SnapshotStore } from '../journal/snapshots.js';
import type { Clock } from './clock.js';
import { Idempotency } from './idempotency.js';
import { PriceFeed } from './price-feed.js';
import type { PriceSource } from './price-source/price-source.js';
import type { Receipt } from './receipt.js';
import { type Recovered, recover, recoverWhileVerifying } from './recovery.js';
import { Sequencer } from './sequencer.js';
import { SnapshotKeeper } from './snapshot-keeper.js';
import { type UnavailableCode, VenueUnavailable } from './unavailable.js';
import type { VenueObserver } from './venue-observer.js';

/** All that a venue is made of. Nothing of it is shared with another venue in the process. */
export interface VenueOptions {
  readonly journal: Journal;
  readonly snapshots: SnapshotStore | undefined;
  readonly definition: VenueDefinition;
  /** Who is named in the journal for the definition; the exchange itself, if nobody is. */
  readonly definedBy?: Origin | undefined;
  readonly priceSource: PriceSource;
  readonly clock: Clock;
  /** Milliseconds between two beats of the price source. */
  readonly beatMs: number;
  readonly queueCommandsMax: number;
  /** Records between two snapshots. */
  readonly snapshotEvery: number;
  readonly log: VenueLog;
  /** The journal or the engine failed: the process has to end. Called once. */
  onFailure(error: unknown): void;
}

export interface VenueLog {
  log(message: string): void;
  warn(message: string): void;
}

export interface VenueStatus {
  readonly state: 'SERVING' | UnavailableCode;
  /** The last command that was executed, and the last one that is durable. */
  readonly sequence: number;
  readonly durableSequence: number;
  readonly queued: number;
}

/** The markets of a definition cannot replace those of the journal; at the start this stops it. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
}

const systemOrigin: Origin = { transport: 'SYSTEM' };
const roomProbeMs = 1_000;

/** One exchange with its clock, prices and journal, and the single writer around it. */
export class Venue {
  readonly queries: Queries;
  private readonly observers: VenueObserver[] = [];
  private readonly idempotency: Idempotency;
  private readonly feed: PriceFeed;
  private readonly keeper: SnapshotKeeper;
  private readonly verified: Promise<void>;
  private current: { exchange: Exchange; sequencer: Sequencer };
  private recovering: Promise<void> | undefined = undefined;
  private roomProbe: NodeJS.Timeout | undefined = undefined;
  private draining = false;
  private isVerified = false;

  /** A venue that takes commands. */
  static async open(options: VenueOptions): Promise<Venue> {
    const venue = await Venue.recover(options);
    await venue.begin();
    return venue;
  }

  /**
   * A venue as its journal has it, while that is still being checked: what serves the venue can be put around it
   * meanwhile, but it takes no commands and shows nothing to the outside before it has begun.
   */
  static async recover(options: VenueOptions): Promise<Venue> {
    const report = (message: string) => options.log.log(message);
    return new Venue(options, await recoverWhileVerifying({ ...options, report }));
  }

  private constructor(
    private readonly options: VenueOptions,
    { exchange, verified }: Recovered,
  ) {
    this.verified = verified;
    const { journal, snapshots, priceSource, beatMs, snapshotEvery, log } = options;
    this.queries = journal.queries;
    this.idempotency = new Idempotency(journal.queries);
    this.keeper = new SnapshotKeeper(journal, snapshots, snapshotEvery, (message) => log.warn(message));
    this.current = { exchange, sequencer: this.sequencerOf(exchange) };
    this.feed = new PriceFeed(
      priceSource,
      beatMs,
      () => this.exchange,
      (command, origin) => this.submit(command, origin),
    );
  }

  /** Once the whole journal is checked: brings in the configured markets, and asks for the first prices. */
  async begin(): Promise<void> {
    const { definition, definedBy = systemOrigin } = this.options;
    try {
      await this.verified;
      this.isVerified = true;
      await this.configure(definition, definedBy);
      await this.firstBeat();
    } catch (error) {
      await this.settle();
      throw error;
    }
    this.feed.start();
  }

  /**
   * The state after the last executed command, which may not be durable yet: whoever shows something of it
   * to the outside goes through `read`.
   */
  get exchange(): Exchange {
    return this.current.exchange;
  }

  /** Carries a command out; resolves when it is durable. Rejects with `VenueUnavailable` if commands are not taken. */
  submit(command: Command, origin: Origin): Promise<Receipt> {
    assertInvariant(this.isVerified, 'nothing is added to a journal that is not checked');
    return this.idempotency.once(command, () => this.current.sequencer.submit(command, origin));
  }

  /**
   * Brings in another definition, unless it is the one that the exchange has. Rejects with `DefinitionRefused`,
   * or with `VenueUnavailable` if commands are not taken.
   */
  async configure(definition: VenueDefinition, origin: Origin): Promise<void> {
    const { venue } = this.exchange.state;
    if (venue !== undefined && sameDefinition(venue, definition)) return;
    const { reject } = await this.submit({ type: 'ConfigureVenue', venue: definition }, origin);
    if (reject !== undefined) throw new DefinitionRefused(reject.reason);
  }

  /** Looks at the exchange, and answers what was seen once that is durable. */
  async read<Seen>(look: (exchange: Exchange) => Seen): Promise<Seen> {
    for (;;) {
      await this.recovering;
      const { exchange, sequencer } = this.current;
      const seen = look(exchange);
      if (await sequencer.durable(exchange.sequence)) return seen;
      if (sequencer.closed === 'STOPPED') throw new VenueUnavailable('STOPPED');
    }
  }

  /** Waits until everything that was executed is durable, and with that in the read model; answers its sequence. */
  durable(): Promise<number> {
    return this.read(({ sequence }) => sequence);
  }

  /** Checks the journal in every way, up to what was executed when this was called; trading goes on meanwhile. */
  async verify(signal?: AbortSignal): Promise<VerificationReport> {
    const live = await this.read((exchange) => ({ sequence: exchange.sequence, stateHash: stateHash(exchange) }));
    return this.options.journal.verify({ live, signal });
  }

  /** How an order stood to the rules and the book when it was placed, found out anew; trading goes on meanwhile. */
  judge(orderId: number, signal?: AbortSignal): Promise<OrderJudgement> {
    return this.options.journal.judge(orderId, signal);
  }

  /** Has an observer told of every command from here on. */
  observe(observer: VenueObserver): void {
    this.observers.push(observer);
  }

  /** Names this journal among all others, for as long as it is kept: the first 16 digits of its first record's hash. */
  async journalId(): Promise<string> {
    return (await this.options.journal.hashAt(1)).slice(0, 16);
  }

  /** When the newest snapshot was written, in milliseconds since 1970; `undefined` while there is none. */
  async snapshotWrittenAt(): Promise<number | undefined> {
    return this.options.snapshots?.newestWrittenAt();
  }

  /** The venue's time, which never goes back. */
  now(): number {
    return Math.max(this.exchange.time, this.options.clock.now());
  }

  status(): VenueStatus {
    const { exchange, sequencer } = this.current;
    return {
      state: sequencer.closed ?? 'SERVING',
      sequence: exchange.sequence,
      durableSequence: this.options.journal.head().sequence,
      queued: sequencer.queued,
    };
  }

  /** Takes no more commands; those in flight are finished and answered. */
  drain(): void {
    this.draining = true;
    this.feed.stop();
    clearInterval(this.roomProbe);
    this.current.sequencer.closed ??= 'DRAINING';
  }

  /** Finishes what is in flight, keeps a snapshot, and closes the journal. Nothing is kept of one that was not checked. */
  async close(): Promise<void> {
    if ((await this.settle()) && this.isVerified) {
      const { exchange, sequencer } = this.current;
      await this.keeper.keep(exchange, (sequence) => sequencer.durable(sequence));
    }
    await this.options.journal.close();
  }

  /** Drains until nothing goes on any more, not even the way back from a full disk. False if the venue has failed. */
  private async settle(): Promise<boolean> {
    this.drain();
    return this.durable().then(
      () => true,
      () => false,
    );
  }

  /** The first prices; if the disk is full, those of the journal stand until there is room. */
  private async firstBeat(): Promise<void> {
    try {
      await this.feed.beat();
    } catch (error) {
      if (!(error instanceof VenueUnavailable) || error.code !== 'JOURNAL_FULL') throw error;
    }
  }

  private sequencerOf(exchange: Exchange): Sequencer {
    const { journal, clock, queueCommandsMax } = this.options;
    return new Sequencer(exchange, {
      journal,
      clock,
      queueCommandsMax,
      observers: this.observers,
      onCommit: () => this.keepSnapshotIfDue(),
      onFull: () => {
        this.recovering = this.goBackToCommitted().catch((error) => this.fail(error));
      },
      onFailure: (error) => this.fail(error),
    });
  }

  private keepSnapshotIfDue(): void {
    const { exchange, sequencer } = this.current;
    if (this.keeper.isDue(exchange)) void this.keeper.keep(exchange, (sequence) => sequencer.durable(sequence));
  }

  /** The disk is full: what was executed and not committed is undone, by recovering what was. */
  private async goBackToCommitted(): Promise<void> {
    const { log, journal, snapshots } = this.options;
    log.warn('the disk is full: commands are refused until there is room');
    this.current.sequencer.fail('JOURNAL_FULL');
    const exchange = await recover({ journal, snapshots, report: (message) => log.log(message) });
    const sequencer = this.sequencerOf(exchange);
    sequencer.closed = 'JOURNAL_FULL';
    this.current = { exchange, sequencer };
    if (this.draining) return;
    this.roomProbe = setInterval(() => void this.reopenIfRoom(), roomProbeMs).unref();
  }

  private async reopenIfRoom(): Promise<void> {
    try {
      if (this.current.sequencer.closed !== 'JOURNAL_FULL' || !(await this.options.journal.hasRoom())) return;
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.draining || this.current.sequencer.closed !== 'JOURNAL_FULL') return;
    clearInterval(this.roomProbe);
    this.current.sequencer.closed = undefined;
    this.options.log.log('there is room again: commands are taken');
  }

  private fail(error: unknown): void {
    const { sequencer } = this.current;
    if (sequencer.closed === 'STOPPED') return;
    this.feed.stop();
    clearInterval(this.roomProbe);
    sequencer.fail('STOPPED');
    this.options.onFailure(error);
  }
}

function sameDefinition(a: VenueDefinition, b: VenueDefinition): boolean {
  return JSON.stringify(venueToJson(a)) === JSON.stringify(venueToJson(b));
}
