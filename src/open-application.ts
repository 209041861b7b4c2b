import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { Application } from './application.js';
import { FaultBoard } from './chaos/fault-board.js';
import type { Settings } from './config/settings.js';
import { Observability } from './observability/observability.js';
import { openStore, type Store } from './open-store.js';
import { type OnFailure, openVenue } from './open-venue.js';
import { closeOutside, type Outside, openOutside } from './outside.js';
import { systemClock } from './venue/clock.js';

/** Rejects if the exchange cannot start: its message says what the operator can do. */
export async function openApplication(
  settings: Settings,
  onFailure: OnFailure,
  store: Promise<Store> = openStore(settings),
): Promise<Application> {
  const observability = await Observability.open(settings);
  Logger.overrideLogger(observability.logger);
  const outside = await openOutside(settings);
  try {
    return await openAround(settings, store, outside, observability, onFailure);
  } catch (error) {
    await closeOutside(outside);
    throw error;
  }
}

async function openAround(
  settings: Settings,
  store: Promise<Store>,
  outside: Outside,
  observability: Observability,
  onFailure: OnFailure,
): Promise<Application> {
  const board = new FaultBoard(settings.chaos === 'true', () => systemClock.now());
  // All that serves the venue takes longer to load than the journal's thread to start and to open a journal.
  const [venue, { applicationOf }] = await Promise.all([
    openVenue(settings, store, outside, board, onFailure),
    import('./application.js'),
  ]);
  observability.watch(venue);
  try {
    return await applicationOf(settings, venue, outside, observability, board);
  } catch (error) {
    await venue.close();
    throw error;
  }
}
