import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { MetricsRegistry } from '../../edge/metrics-registry.js';
import { EventPusher } from './event-pusher.js';
import { registerPusherMetrics } from './pusher-metrics.js';

/** Pushes events while the application runs. A drain does not wait for a correlator. */
@Injectable()
export class PusherLifetime implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly pusher: EventPusher,
    private readonly metrics: MetricsRegistry,
  ) {}

  onModuleInit(): void {
    registerPusherMetrics(this.metrics, this.pusher);
  }

  onApplicationBootstrap(): void {
    this.pusher.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.pusher.stop();
  }
}
