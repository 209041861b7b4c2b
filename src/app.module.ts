import {
  type DynamicModule,
  Global,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
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
import { Settings } from './config/settings.js';
import { DiscoveryModule } from './discovery/discovery.module.js';
import { Registry } from './discovery/registry.js';
import { ReadingPace } from './edge/reading-pace.js';
import { StreamFaults } from './edge/stream-faults.js';
import { HealthModule } from './health/health.module.js';
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

/**
 * Has the venue begin when the application is put together, which goes on while its journal is checked, and end with it:
 * first it refuses commands, and after the last answer its journal is closed.
 */
@Injectable()
class VenueLifetime implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly venue: Venue) {}

  /** Whatever asks something of the venue when the application begins does so later, `onApplicationBootstrap`. */
  async onModuleInit(): Promise<void> {
    await this.venue.begin();
  }

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

/** The parts around the venue, put together; what they are adapted to is chosen here and in `open-venue.ts`. */
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
