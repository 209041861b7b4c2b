import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import type { FaultBoard } from './chaos/fault-board.js';
import { fixedDefinition, fixedValues } from './config/remote/fixed-values.js';
import { remoteOrigin } from './config/remote/remote-origin.js';
import type { Settings } from './config/settings.js';
import { readVenueConfiguration } from './config/venue-definition.js';
import type { VenueDefinition } from './engine/instrument.js';
import type { Journal } from './journal/journal.js';
import { SnapshotStore } from './journal/snapshots.js';
import { MemoryJournal } from './journal/sqlite/memory-journal.js';
import { SqliteJournal } from './journal/sqlite/sqlite-journal.js';
import type { Outside } from './outside.js';
import { systemClock } from './venue/clock.js';
import { choosePriceSource } from './venue/price-source/choose-price-source.js';
import { DisturbedPrices } from './venue/price-source/disturbed-prices.js';
import { LivePrices } from './venue/price-source/live-prices.js';
import { Venue } from './venue/venue.js';

/** Called once, when the venue cannot go on: after this nothing may be acknowledged, so the process has to end. */
export type OnFailure = (error: unknown) => void;

/** Opens the venue that the settings describe, before Nest is there: what stops it is for the operator, not for Nest. */
export async function openVenue(
  settings: Settings,
  outside: Outside,
  board: FaultBoard,
  onFailure: OnFailure,
): Promise<Venue> {
  const { peers, remoteSettings } = outside;
  const { venue, pricing } = readVenueConfiguration(settings.marketsFile, settings.liquidity);
  const configured: VenueDefinition = {
    ...venue,
    ...(settings.stalePrice === 'halt' ? { stalePrice: settings.stalePrice } : {}),
    ...(settings.settlementCustodian === null ? {} : { instructsTransfers: true }),
  };
  const fixed = fixedDefinition(configured, fixedValues(settings));
  const definition = remoteSettings?.definitionOf(configured) ?? fixed;
  const { seed, priceIntervalMs: beatMs, replaySpeed, queueCommandsMax, snapshotEvery } = settings;
  const options = { seed, beatMs, replaySpeed, staleMs: settings.priceStaleMs };
  const source = choosePriceSource(settings.priceSource, definition, pricing, options);
  if (settings.priceSource.kind === 'peer' && source instanceof LivePrices) {
    peers?.bringPrices(source, settings.priceSource.serviceName);
  }
  if (board.isEnabled) board.prices = new DisturbedPrices(source, () => systemClock.now());
  const priceSource = board.prices ?? source;
  const { journal, snapshots } = await openStore(settings);
  const log = new Logger('venue');
  try {
    return await Venue.open({
      journal,
      snapshots,
      definition,
      definedBy: isDeepStrictEqual(definition, fixed) ? undefined : remoteOrigin,
      priceSource,
      clock: systemClock,
      beatMs,
      queueCommandsMax,
      snapshotEvery,
      log,
      onFailure,
    });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function openStore({ store, dataDir }: Settings): Promise<{ journal: Journal; snapshots?: SnapshotStore }> {
  if (store === 'memory') return { journal: new MemoryJournal() };
  return { journal: await SqliteJournal.open(dataDir), snapshots: new SnapshotStore(dataDir) };
}
