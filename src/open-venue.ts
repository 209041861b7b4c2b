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
 * Recovers the venue that the settings describe; it begins when all is there that serves it. Its store is being opened
 * already, and is closed again if this rejects.
 */
export async function openVenue(
  settings: Settings,
  store: Promise<Store>,
  outside: Outside,
  board: FaultBoard,
  onFailure: OnFailure,
): Promise<Venue> {
  try {
    const trading = tradingOf(settings, outside, board);
    const { queueCommandsMax, snapshotEvery } = settings;
    const log = new Logger('venue');
    const options = { ...trading, clock: systemClock, queueCommandsMax, snapshotEvery, log, onFailure };
    return await Venue.recover({ ...(await store), ...options });
  } catch (error) {
    const opened = await store.catch(() => undefined);
    await opened?.journal.close();
    throw error;
  }
}

/** What is traded, and where its prices come from. */
function tradingOf(settings: Settings, { peers, remoteSettings }: Outside, board: FaultBoard) {
  const { venue, pricing } = readVenueConfiguration(settings.marketsFile, settings.liquidity);
  const configured: VenueDefinition = {
    ...venue,
    ...(settings.stalePrice === 'halt' ? { stalePrice: settings.stalePrice } : {}),
    ...(settings.settlementCustodian === null ? {} : { instructsTransfers: true }),
  };
  const fixed = fixedDefinition(configured, fixedValues(settings));
  const definition = remoteSettings?.definitionOf(configured) ?? fixed;
  const { seed, priceIntervalMs: beatMs, replaySpeed } = settings;
  const options = { seed, beatMs, replaySpeed, staleMs: settings.priceStaleMs };
  const source = choosePriceSource(settings.priceSource, definition, pricing, options);
  if (settings.priceSource.kind === 'peer' && source instanceof LivePrices) {
    peers?.bringPrices(source, settings.priceSource.serviceName);
  }
  if (board.isEnabled) board.prices = new DisturbedPrices(source, () => systemClock.now());
  const definedBy = isDeepStrictEqual(definition, fixed) ? undefined : remoteOrigin;
  return { definition, definedBy, priceSource: board.prices ?? source, beatMs };
}
