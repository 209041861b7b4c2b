import {
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { MetricsRegistry } from '../edge/metrics-registry.js';
import { Registry } from './registry.js';
import { registerRegistryMetrics } from './registry-metrics.js';
import { ServicesController } from './services.controller.js';

/** When a drain begins nobody is to find this process any more; it may go on finding others until the end. */
@Injectable()
class RegistryLifetime implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly registry: Registry,
    private readonly metrics: MetricsRegistry,
  ) {}

  onModuleInit(): void {
    registerRegistryMetrics(this.metrics, this.registry);
  }

  async onModuleDestroy(): Promise<void> {
    await this.registry.withdraw();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.registry.close();
  }
}

/** Shows what is in the registry, which the composition root has opened, and ends it with the application. */
@Module({ controllers: [ServicesController], providers: [RegistryLifetime] })
export class DiscoveryModule {}
