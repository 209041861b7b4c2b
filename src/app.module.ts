import {
  type DynamicModule,
  Global,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { Settings } from './config/settings.js';
import { readVenueConfiguration } from './config/venue-definition.js';
import { HealthModule } from './health/health.module.js';
import type { Journal } from './journal/journal.js';
import { SnapshotStore } from './journal/snapshots.js';
import { MemoryJournal } from './journal/sqlite/memory-journal.js';
import { SqliteJournal } from './journal/sqlite/sqlite-journal.js';
import { MatchingModule } from './matching/matching.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { systemClock } from './venue/clock.js';
import { choosePriceSource } from './venue/price-source/choose-price-source.js';
import { Venue } from './venue/venue.js';

/** What traders use, documented at /docs. */
export const traderModules: readonly Type[] = [AccountsModule, OrdersModule, MatchingModule, HealthModule];

/** What auditors use, documented at /audit/docs. */
export const auditModules: readonly Type[] = [AuditModule];

/** Ends the venue with the application: first it refuses commands, and after the last answer its journal is closed. */
@Injectable()
class VenueLifetime implements OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly venue: Venue) {}

  onModuleDestroy(): void {
    this.venue.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.venue.close();
  }
}

/** What every feature may inject: the settings and the venue. */
@Global()
@Module({})
class ExchangeModule {
  static with(settings: Settings, venue: Venue): DynamicModule {
    return {
      module: ExchangeModule,
      providers: [{ provide: Settings, useValue: settings }, { provide: Venue, useValue: venue }, VenueLifetime],
      exports: [Settings, Venue],
    };
  }
}

/** The composition root: the only place that chooses adapters. */
@Module({})
export class AppModule {
  static with(settings: Settings, venue: Venue): DynamicModule {
    return {
      module: AppModule,
      imports: [ExchangeModule.with(settings, venue), ...traderModules, ...auditModules],
    };
  }
}

/** Called once, when the venue cannot go on: after this nothing may be acknowledged, so the process has to end. */
export type OnFailure = (error: unknown) => void;

/** Opens the venue that the settings describe, before Nest is there: what stops it is for the operator, not for Nest. */
export async function openVenue(settings: Settings, onFailure: OnFailure): Promise<Venue> {
  const { venue: definition, pricing } = readVenueConfiguration(settings.marketsFile, settings.liquidity);
  const { seed, priceIntervalMs: beatMs, replaySpeed, queueCommandsMax, snapshotEvery } = settings;
  const priceSource = choosePriceSource(settings.priceSource, definition, pricing, { seed, beatMs, replaySpeed });
  const { journal, snapshots } = await openStore(settings);
  const log = new Logger('venue');
  try {
    return await Venue.open({
      journal,
      snapshots,
      definition,
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
