import { isDeepStrictEqual } from 'node:util';
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
import { Correlator } from './audit/correlation/correlator.js';
import { openCorrelator } from './audit/correlation/open-correlator.js';
import { ChaosModule } from './chaos/chaos.module.js';
import { custodyFaults, losesStatuses } from './chaos/custody-faults.js';
import { FaultBoard } from './chaos/fault-board.js';
import { StruckStreams } from './chaos/struck-streams.js';
import { fixedDefinition, fixedValues } from './config/remote/fixed-values.js';
import { remoteOrigin } from './config/remote/remote-origin.js';
import { Settings } from './config/settings.js';
import { readVenueConfiguration } from './config/venue-definition.js';
import { DiscoveryModule } from './discovery/discovery.module.js';
import { Registry } from './discovery/registry.js';
import { ReadingPace } from './edge/reading-pace.js';
import { StreamFaults } from './edge/stream-faults.js';
import type { VenueDefinition } from './engine/instrument.js';
import { HealthModule } from './health/health.module.js';
import type { Journal } from './journal/journal.js';
import { SnapshotStore } from './journal/snapshots.js';
import { MemoryJournal } from './journal/sqlite/memory-journal.js';
import { SqliteJournal } from './journal/sqlite/sqlite-journal.js';
import { MatchingModule } from './matching/matching.module.js';
import type { Observability } from './observability/observability.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { type Outside, outsideToken } from './outside.js';
import { OutsideLifetime } from './outside-lifetime.js';
import { RiskModule } from './risk/risk.module.js';
import { AccessModule } from './security/access.module.js';
import { ApiKeysModule } from './security/api-keys.module.js';
import { Custodian } from './settlement/custodian.js';
import { openCustodian } from './settlement/open-custodian.js';
import { ReconciliationModule } from './settlement/reconciliation.module.js';
import { SettlementModule } from './settlement/settlement.module.js';
import { StruckCustodian } from './settlement/struck-custodian.js';
import { StreamsModule } from './streams/streams.module.js';
import { systemClock } from './venue/clock.js';
import { choosePriceSource } from './venue/price-source/choose-price-source.js';
import { DisturbedPrices } from './venue/price-source/disturbed-prices.js';
import { LivePrices } from './venue/price-source/live-prices.js';
import { Venue } from './venue/venue.js';

/** What traders use, documented at /docs. */
export const traderModules: readonly Type[] = [
  AccountsModule,
  ApiKeysModule,
  OrdersModule,
  RiskModule,
  MatchingModule,
  SettlementModule,
  HealthModule,
  DiscoveryModule,
];

/** What auditors use, documented at /audit/docs. */
export const auditModules: readonly Type[] = [AuditModule, ReconciliationModule, ChaosModule];

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

/** What every feature may inject: the settings, the venue, and what there is of the world outside. */
@Global()
@Module({})
class ExchangeModule {
  static with(settings: Settings, venue: Venue, { registry, peers }: Outside, board: FaultBoard): DynamicModule {
    return {
      module: ExchangeModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Venue, useValue: venue },
        { provide: Registry, useValue: registry },
        { provide: FaultBoard, useValue: board },
        { provide: StreamFaults, useValue: board.isEnabled ? new StruckStreams(board) : new StreamFaults() },
        {
          provide: Custodian,
          useFactory: async () => {
            const custodian = await openCustodian(settings.settlementCustodian, peers?.clients, venue);
            return board.isEnabled ? strikable(custodian, board) : custodian;
          },
        },
        {
          provide: Correlator,
          useFactory: () => openCorrelator(settings.auditCorrelator, registry, peers?.clients),
        },
        ReadingPace,
        VenueLifetime,
      ],
      exports: [Settings, Venue, Registry, Custodian, Correlator, ReadingPace, FaultBoard, StreamFaults],
    };
  }
}

/** The composition root: the only place that chooses adapters. */
@Module({})
export class AppModule {
  static with(
    settings: Settings,
    venue: Venue,
    outside: Outside,
    observability: Observability,
    board: FaultBoard,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ObservabilityModule.with(observability),
        ExchangeModule.with(settings, venue, outside, board),
        AccessModule.with(settings),
        ...traderModules,
        ...auditModules,
        StreamsModule,
      ],
      providers: [{ provide: outsideToken, useValue: outside }, OutsideLifetime],
    };
  }
}

function strikable(custodian: Custodian, board: FaultBoard): Custodian {
  return new StruckCustodian(custodian, custodyFaults(board), () => losesStatuses(board));
}

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
