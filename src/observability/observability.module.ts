import { type DynamicModule, Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { MetricsRegistry } from '../edge/metrics-registry.js';
import { LogLevel } from './log-level.js';
import { MetricsController } from './metrics.controller.js';
import { Observability } from './observability.js';

@Injectable()
class ObservabilityLifetime implements OnApplicationShutdown {
  constructor(private readonly observability: Observability) {}

  async onApplicationShutdown(): Promise<void> {
    await this.observability.close();
  }
}

/** Serves /metrics, and gives every module the registry that it may add to, and the log level. */
@Global()
@Module({ controllers: [MetricsController] })
export class ObservabilityModule {
  static with(observability: Observability): DynamicModule {
    return {
      module: ObservabilityModule,
      providers: [
        { provide: Observability, useValue: observability },
        { provide: MetricsRegistry, useValue: observability.metrics },
        { provide: LogLevel, useValue: observability.logLevel },
        ObservabilityLifetime,
      ],
      exports: [MetricsRegistry, LogLevel],
    };
  }
}
