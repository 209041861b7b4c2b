import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { JournalRecord } from '../../journal/journal.js';
import { Venue } from '../../venue/venue.js';
import type { CommittedBatch, VenueObserver } from '../../venue/venue-observer.js';
import type { AccountEventMessage } from './account-event-message.js';
import { EventTeller } from './event-teller.js';

/** Telling may take this long before whatever else waits, orders above all, has its turn. */
const sliceMs = 4;

/** Somebody who has read everything up to a record, and is told what comes after it. */
export interface LiveReader {
  /** Only events of this account; absent for all. */
  readonly accountId: number | undefined;
  /** What is up to here is not told again. */
  readonly position: number;
  deliver(message: AccountEventMessage): void;
  /** It is told of nothing after this record any more, for there is too much to tell. */
  dismiss(toldSequence: number): void;
  /** The exchange has a fault: nothing can be told any more. */
  fail(): void;
}

/**
 * Tells what is committed to those who read along. Each record is made into events once, for the accounts that
 * somebody reads. It is done after the answers to the commands have left, and never before the commit.
 */
@Injectable()
export class LiveEvents implements VenueObserver {
  /** Beyond so many committed records that are not told yet, readers take the rest from the journal again. */
  waitingRecordsMax = 20_000;
  private readonly logger = new Logger('streams');
  private readonly teller: EventTeller;
  private readonly readersOfAll = new Set<LiveReader>();
  private readonly readersOfOne = new Map<number, Set<LiveReader>>();
  /** Accounts whose last reader has left, since the last record that was told. */
  private readonly left = new Set<number>();
  /** The same of all accounts. */
  private hasAllLeft = false;
  private waiting: JournalRecord[] = [];
  private isTelling = false;
  private told = 0;
  private lastCommitted = 0;

  constructor(venue: Venue) {
    this.teller = new EventTeller(venue);
    venue.observe(this);
  }

  /** Every record up to this one was told to those who read along, or nobody was there to tell. */
  get sequence(): number {
    return this.told;
  }

  /** False if more was told meanwhile than the reader has: then it has to read on in the journal first. */
  attach(reader: LiveReader): boolean {
    if (reader.position < this.told) return false;
    const { accountId } = reader;
    if (accountId === undefined) this.readersOfAll.add(reader);
    else this.readersOfOne.set(accountId, (this.readersOfOne.get(accountId) ?? new Set()).add(reader));
    return true;
  }

  detach(reader: LiveReader): void {
    const { accountId } = reader;
    if (accountId !== undefined) this.leaveAccount(reader, accountId);
    else if (this.readersOfAll.delete(reader)) this.hasAllLeft = this.readersOfAll.size === 0;
    if (!this.isTelling) this.forgetWhatNobodyReads();
  }

  committed({ records }: CommittedBatch): void {
    this.lastCommitted = records.at(-1)!.sequence;
    if (!this.isTelling && !this.hasReaders) this.told = this.lastCommitted;
    else if (this.waiting.length + records.length > this.waitingRecordsMax) this.dismissAll();
    else this.tellSoon(records);
  }

  private get hasReaders(): boolean {
    return this.readersOfAll.size > 0 || this.readersOfOne.size > 0;
  }

  private tellSoon(records: readonly JournalRecord[]): void {
    this.waiting.push(...records);
    if (this.isTelling) return;
    this.isTelling = true;
    setImmediate(() => void this.tellWaiting());
  }

  private async tellWaiting(): Promise<void> {
    try {
      let begunAtMs = performance.now();
      for (let record = this.waiting.shift(); record !== undefined; record = this.waiting.shift()) {
        this.forgetWhatNobodyReads();
        const events = this.teller.tell(record, this.isRead);
        for (const event of events instanceof Promise ? await events : events) this.deliver(event);
        this.told = Math.max(this.told, record.sequence);
        if (performance.now() - begunAtMs < sliceMs) continue;
        await nextTurn();
        begunAtMs = performance.now();
      }
    } catch (error) {
      this.logger.error(error instanceof Error ? error.stack : error);
      for (const reader of this.takeReaders()) reader.fail();
    }
    this.isTelling = false;
    this.forgetWhatNobodyReads();
  }

  private readonly isRead = (accountId: number): boolean =>
    this.readersOfAll.size > 0 || this.readersOfOne.has(accountId);

  private deliver(event: AccountEventMessage): void {
    for (const reader of this.readersOfAll) reader.deliver(event);
    const readers = this.readersOfOne.get(event.accountId);
    if (readers !== undefined) for (const reader of readers) reader.deliver(event);
  }

  /** What waits is in the journal, and so is what was to be added to it. */
  private dismissAll(): void {
    const { told } = this;
    for (const reader of this.takeReaders()) reader.dismiss(told);
  }

  private takeReaders(): LiveReader[] {
    const readers = [...this.readersOfAll, ...[...this.readersOfOne.values()].flatMap((some) => [...some])];
    this.waiting = [];
    this.told = this.lastCommitted;
    this.readersOfAll.clear();
    this.readersOfOne.clear();
    this.hasAllLeft = true;
    return readers;
  }

  private leaveAccount(reader: LiveReader, accountId: number): void {
    const readers = this.readersOfOne.get(accountId);
    if (!readers?.delete(reader) || readers.size > 0) return;
    this.readersOfOne.delete(accountId);
    this.left.add(accountId);
  }

  /** What is remembered of accounts is only true as long as all of their events are told. */
  private forgetWhatNobodyReads(): void {
    if (this.hasAllLeft) this.teller.forgetAll();
    else for (const accountId of this.left) if (!this.isRead(accountId)) this.teller.forget(accountId);
    this.hasAllLeft = false;
    this.left.clear();
  }
}
