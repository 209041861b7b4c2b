import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import type { FaultBoard } from './chaos/fault-board.js';
import { fixedDefinition, fixedValues } from './config/remote/fixed-values.js';
import { remoteOrigin } from './config/remote/remote-origin.js';
import type { Settings } from './config/settings.js';
import { readVenueConfiguration } from './config/venue-definition.js';
import type { VenueDefinition } from './engine/instrument.js';
import type { Store } from './open-store.js';
import type { Outside } from './outside.js';
import { systemClock } from './venue/clock.js';
import { choosePriceSource } from './venue/price-source/choose-price-source.js';
import { DisturbedPrices } from './venue/price-source/disturbed-prices.js';
import { LivePrices } from './venue/price-source/live-prices.js';
import { Venue } from './venue/venue.js';

/** Called once, when the venue cannot go on: after this nothing may be acknowledged, so the process has to end. */
export type OnFailure = (error: unknown) => void;

/**
 * Opens the venue that the settings describe, before Nest is there: what stops it is for the operator, not for Nest.
 * Its store is being opened already, and is closed again if this rejects.
 */
export async function openVenue(
  settings: Settings,
  store: Promise<Store>,
  outside: Outside,
  board: FaultBoard,
  onFailure: OnFailure,
): Promise<Venue> {
  try {
    return await venueOn(settings, store, outside, board, onFailure);
  } catch (error) {
    const opened = await store.catch(() => undefined);
    await opened?.journal.close();
    throw error;
  }
}

async function venueOn(
  settings: Settings,
  store: Promise<Store>,
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
  return Venue.open({
    ...(await store),
    definition,
    definedBy: isDeepStrictEqual(definition, fixed) ? undefined : remoteOrigin,
    priceSource,
    clock: systemClock,
    beatMs,
    queueCommandsMax,
    snapshotEvery,
    log: new Logger('venue'),
    onFailure,
  });
}
