import {
  type DynamicModule,
  Global,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { Settings } from './config/settings.js';
import { HealthModule } from './health/health.module.js';
import { Venue } from './venue/venue.js';

/** What traders use, documented at /docs. */
export const traderModules: readonly Type[] = [HealthModule];

/** What auditors use, documented at /audit/docs. */
export const auditModules: readonly Type[] = [];

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
  static with(settings: Settings): DynamicModule {
    return {
      module: ExchangeModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Venue, useFactory: () => openVenue(settings) },
        VenueLifetime,
      ],
      exports: [Settings, Venue],
    };
  }
}

/** The composition root: the only place that chooses adapters. */
@Module({})
export class AppModule {
  static with(settings: Settings): DynamicModule {
    return { module: AppModule, imports: [ExchangeModule.with(settings), ...traderModules, ...auditModules] };
  }
}

function openVenue(settings: Settings): Promise<Venue> {
  return Venue.open(settings);
}
