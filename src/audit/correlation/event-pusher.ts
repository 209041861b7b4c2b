import { setTimeout as pause } from 'node:timers/promises';
import type { ReadingPace } from '../../edge/reading-pace.js';
import type { EventSource, PushEventsRequest } from '../../peers/correlator.client.js';
import type { Venue } from '../../venue/venue.js';
import type { AcknowledgedMark } from './acknowledged-mark.js';
import type { Correlator } from './correlator.js';
import { nextBatch } from './event-batch.js';

/** What is committed within this time goes along in one batch. */
const gatherMs = 20;
const markEveryMs = 1_000;
/** A correlator that is sent nothing for so long is asked how far it is: it may have lost what it had. */
const askEveryMs = 30_000;
const retryMs = 100;
const retryMsMax = 10_000;

export interface EventPusherOptions {
  readonly source: Omit<EventSource, 'venueId'>;
  readonly mark: AcknowledgedMark;
  readonly pace: ReadingPace;
  readonly log: { log(message: string): void; warn(message: string): void };
}

export interface EventPusherStatus {
  readonly correlator: string;
  /** Up to where the correlator has the journal, and how many committed events it does not have. */
  readonly acknowledgedSequence: number;
  readonly lagEvents: number;
  /** Since the start: events that were sent and answered, those of them that were sent again included, and calls that failed. */
  readonly pushed: number;
  readonly failures: number;
  /** Why the last call failed; `undefined` after one that was answered. */
  readonly lastFailure: string | undefined;
}

/**
 * Pushes the journal to a correlator: what is committed, in order, one batch at a time, each until it is answered,
 * also by the next process after a crash. The journal is the outbox, so nothing is kept for a correlator that is slow
 * or gone. Where none was ever discovered, this only waits to be told of one.
 */
export class EventPusher {
  private readonly ending = new AbortController();
  private begun: { readonly source: EventSource } | undefined = undefined;
  private acknowledged = 0;
  /** Whether it is to be asked, since it may be another one than the one that answered last. */
  private inDoubt = true;
  private marked = { sequence: 0, atMs: Number.NEGATIVE_INFINITY };
  private pushed = 0;
  private failures = 0;
  private failuresInARow = 0;
  private lastFailure: string | undefined = undefined;
  private wakeUp: () => void = () => undefined;
  private unfollow: () => void = () => undefined;
  private running: Promise<void> | undefined = undefined;

  constructor(
    private readonly venue: Venue,
    private readonly correlator: Correlator,
    private readonly options: EventPusherOptions,
  ) {}

  start(): void {
    this.unfollow = this.correlator.onChange(() => this.doubt());
    this.running = this.run();
  }

  /** What was not acknowledged is left to the next process. */
  async stop(): Promise<void> {
    this.unfollow();
    this.ending.abort();
    this.wakeUp();
    await this.running;
    await this.keepMark();
  }

  /** `undefined` while no correlator was ever discovered. */
  status(): EventPusherStatus | undefined {
    if (this.begun === undefined) return undefined;
    const { acknowledged: acknowledgedSequence, lagEvents, pushed, failures, lastFailure } = this;
    return { correlator: this.correlator.name, acknowledgedSequence, lagEvents, pushed, failures, lastFailure };
  }

  private get lagEvents(): number {
    return this.committedSequence - this.acknowledged;
  }

  private get committedSequence(): number {
    return this.venue.status().durableSequence;
  }

  private async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      try {
        await this.step();
      } catch (error) {
        if (this.ending.signal.aborted) return;
        this.failed(error);
        await this.wait(Math.min(retryMsMax, retryMs * 2 ** Math.min(20, this.failuresInARow - 1)));
      }
    }
  }

  private async step(): Promise<void> {
    if (!this.correlator.isKnown()) return this.rest();
    this.begun ??= await this.begin();
    if (this.lagEvents > 0) return this.pushNext(this.begun.source);
    if (this.inDoubt) return this.ask(this.begun.source);
    await this.rest();
    await this.wait(gatherMs);
  }

  private async begin(): Promise<{ source: EventSource }> {
    const venueId = await this.venue.journalId();
    this.acknowledged = Math.min(this.options.mark.read(venueId), this.committedSequence);
    this.marked = { ...this.marked, sequence: this.acknowledged };
    this.venue.observe({ committed: () => this.wakeUp() });
    this.options.log.log(`events are pushed to ${this.correlator.name} from ${this.acknowledged + 1} on`);
    return { source: { venueId, ...this.options.source } };
  }

  private async pushNext(source: EventSource): Promise<void> {
    const before = this.acknowledged;
    const events = await nextBatch(this.venue, before, this.options.pace);
    const first = events[0]?.sequence;
    if (first !== before + 1) throw new Error(`the journal has ${first ?? 'nothing'} after ${before}`);
    await this.send(source, events);
    this.pushed += events.length;
    // What it lost it is sent again; that it does not take what comes next is no answer to go on with.
    if (this.acknowledged === before) throw new Error(`it took none of the events from ${first} on`);
    this.answered();
    if (performance.now() - this.marked.atMs >= markEveryMs) await this.keepMark();
  }

  private async ask(source: EventSource): Promise<void> {
    await this.send(source, []);
    this.answered();
  }

  private async send(source: EventSource, events: PushEventsRequest['events']): Promise<void> {
    this.inDoubt = false;
    this.acknowledged = this.plausible(await this.correlator.push({ source, events }, this.ending.signal));
  }

  private doubt(): void {
    this.inDoubt = true;
    this.wakeUp();
  }

  /** Whoever has more than the journal has another one: of data that was put back from a copy, for example. */
  private plausible(accepted: number): number {
    const { committedSequence } = this;
    if (Number.isSafeInteger(accepted) && accepted >= 0 && accepted <= committedSequence) return accepted;
    throw new Error(`it says that it has events up to ${accepted}, and the journal ends at ${committedSequence}`);
  }

  /** A mark that could not be kept costs the correlator doubles after the next start, and nothing else. */
  private async keepMark(): Promise<void> {
    const { begun, acknowledged: sequence } = this;
    if (begun === undefined || sequence === this.marked.sequence) return;
    this.marked = { ...this.marked, atMs: performance.now() };
    try {
      await this.options.mark.write(begun.source.venueId, sequence);
      this.marked = { ...this.marked, sequence };
    } catch (error) {
      this.options.log.warn(`how far events are pushed was not kept: ${(error as Error).message}`);
    }
  }

  private answered(): void {
    if (this.lastFailure !== undefined) this.options.log.log(`events go to ${this.correlator.name} again`);
    this.failuresInARow = 0;
    this.lastFailure = undefined;
  }

  /** The first failure is told; that it still fails is not news. Nobody knows what it was that did not answer. */
  private failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.lastFailure === undefined) this.options.log.warn(`events wait for ${this.correlator.name}: ${reason}`);
    this.failures += 1;
    this.failuresInARow += 1;
    this.lastFailure = reason;
    this.inDoubt = true;
  }

  /** Until something is committed, discovery has news, it is time to ask, or this ends. */
  private async rest(): Promise<void> {
    if (this.ending.signal.aborted) return;
    const timer = setTimeout(() => this.doubt(), askEveryMs).unref();
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
    });
    clearTimeout(timer);
  }

  private async wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
  }
}
