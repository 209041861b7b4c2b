import type { ReferencePrice } from '../engine/command.js';
import type { VenueDefinition } from '../engine/instrument.js';
import { type Journal, JournalFull, type JournalHead, type JournalRecord, type Origin } from '../journal/journal.js';
import { MemoryJournal } from '../journal/sqlite/memory-journal.js';
import type { PriceSource } from './price-source/price-source.js';
import { Venue, type VenueOptions } from './venue.js';

export const origin: Origin = { transport: 'REST', requestId: 'spec' };

/** One market at 100.00 USD, where any quantity can be had one cent away. */
export const definition: VenueDefinition = {
  assets: [
    { asset: 'BTC', scale: 8 },
    { asset: 'USD', scale: 8 },
  ],
  markets: [
    {
      symbol: 'BTC-USD',
      base: 'BTC',
      quote: 'USD',
      tickSize: 1_000_000n,
      lotSize: 1_000n,
      minQuantity: 1_000n,
      maxQuantity: 10_000_000_000n,
      minNotional: 100_000_000n,
      makerFeePpm: 1_000,
      takerFeePpm: 2_000,
      collarBps: 1_000,
      liquidityQuantity: 100_000_000n,
    },
  ],
  liquidity: {
    name: 'frictionless',
    halfSpreadTicks: 1,
    halfSpreadBps: 0,
    spacingBps: 0,
    quantityPercent: [100],
    refillMs: 0,
  },
  openOrdersMax: 1_000,
};

/** Prices that stand still, or go where a spec says, beat by beat. */
export function priceSource(pricesTicks: readonly number[] = [10_000]): PriceSource {
  return {
    pricesAt(beat): ReferencePrice[] {
      return [{ symbol: 'BTC-USD', priceTicks: pricesTicks[Math.min(beat, pricesTicks.length - 1)]! }];
    },
  };
}

export interface OpenedVenue {
  readonly venue: Venue;
  readonly log: string[];
  readonly failures: unknown[];
}

export async function openVenue(options: Partial<VenueOptions> = {}): Promise<OpenedVenue> {
  const opened = await recoverVenue(options);
  await opened.venue.begin();
  return opened;
}

/** One that has not begun. */
export async function recoverVenue(options: Partial<VenueOptions> = {}): Promise<OpenedVenue> {
  const log: string[] = [];
  const failures: unknown[] = [];
  const venue = await Venue.recover({
    journal: new MemoryJournal(),
    snapshots: undefined,
    definition,
    priceSource: priceSource(),
    clock: { now: () => 1_700_000_000_000 },
    beatMs: 60_000,
    queueCommandsMax: 1_000,
    snapshotEvery: 1_000,
    log: { log: (message) => log.push(message), warn: (message) => log.push(message) },
    onFailure: (error) => failures.push(error),
    ...options,
  });
  return { venue, log, failures };
}

/** An account with 10,000 USD; answers its id. */
export async function fundedAccount(venue: Venue): Promise<number> {
  const { sequence } = await venue.submit({ type: 'OpenAccount', name: 'Alice', accountType: 'CUSTOMER' }, origin);
  await venue.submit({ type: 'Deposit', accountId: sequence, asset: 'USD', amount: 1_000_000_000_000n }, origin);
  return sequence;
}

/**
 * The journal in memory with a gate before its commit: a spec can hold a commit back, or let it fail as a
 * full or a broken disk would, at a moment of its choice. (Real full disks and real I/O errors are in test/.)
 */
export class GatedJournal extends MemoryJournal implements Journal {
  readonly batches: number[] = [];
  private failure: Error | undefined;
  private gate: Promise<void> = Promise.resolve();
  private openGate: () => void = () => undefined;
  full = false;

  hold(): void {
    this.gate = new Promise((resolve) => {
      this.openGate = resolve;
    });
  }

  release(): void {
    this.openGate();
  }

  failNext(error: Error): void {
    this.failure = error;
  }

  override async append(batch: readonly JournalRecord[]): Promise<JournalHead> {
    await this.gate;
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    if (this.full) throw new JournalFull('no room');
    this.batches.push(batch.length);
    return super.append(batch);
  }

  override async hasRoom(): Promise<boolean> {
    return !this.full;
  }
}
