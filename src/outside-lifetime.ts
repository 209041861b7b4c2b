import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { EventPusher, type EventPusherStatus } from './audit/correlation/event-pusher.js';
import { Settings } from './config/settings.js';
import { MetricsRegistry } from './edge/metrics-registry.js';
import type { Finding, HealthIndicator } from './health/health-indicator.js';
import { HealthIndicators } from './health/health-indicators.js';
import { LogLevel } from './observability/log-level.js';
import { type Outside, outsideToken } from './outside.js';
import { Dispatcher } from './settlement/dispatcher.js';
import { Venue } from './venue/venue.js';

/** Has the venue and the log follow the configuration service, and shows how it, Redis, the custodian and the correlator are on the health page. */
@Injectable()
export class OutsideLifetime implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(outsideToken) private readonly outside: Outside,
    private readonly settings: Settings,
    private readonly venue: Venue,
    private readonly logLevel: LogLevel,
    private readonly metrics: MetricsRegistry,
    private readonly indicators: HealthIndicators,
    private readonly dispatcher: Dispatcher,
    private readonly pusher: EventPusher,
  ) {}

  async onModuleInit(): Promise<void> {
    const { registry, remoteSettings, peers } = this.outside;
    const redis = { name: 'redis', required: false, check: () => redisFinding(registry.status()) };
    if (registry.status().adapter === 'redis') this.indicators.add(() => [redis]);
    if (peers !== undefined) this.indicators.add(() => peers.health());
    peers?.measure(this.metrics);
    const settlement = {
      name: 'settlement',
      required: false,
      check: () => settlementFinding(this.dispatcher.status()),
    };
    if (this.settings.settlementCustodian !== null) this.indicators.add(() => [settlement]);
    this.indicators.add(() => this.correlatorHealth());
    if (remoteSettings === undefined) return;
    const check = (): Finding => remoteFinding(remoteSettings.status());
    this.indicators.add(() => [{ name: 'configuration', required: false, check }]);
    const { registerRemoteMetrics } = await import('./config/remote/remote-metrics.js');
    registerRemoteMetrics(this.metrics, remoteSettings);
  }

  /** There is none before one was discovered. */
  private *correlatorHealth(): Iterable<HealthIndicator> {
    const status = this.pusher.status();
    if (status === undefined) return;
    yield { name: 'correlator', required: false, check: () => correlatorFinding(status) };
  }

  onApplicationBootstrap(): void {
    this.outside.remoteSettings?.follow({
      configure: (definition, origin) => this.venue.configure(definition, origin),
      setLogLevel: (level) => this.logLevel.set(level ?? this.settings.logLevel),
    });
  }

  /** A drain is no time for changes. */
  onModuleDestroy(): void {
    this.outside.remoteSettings?.close();
  }

  onApplicationShutdown(): void {
    this.outside.peers?.close();
  }
}

function redisFinding(status: ReturnType<Outside['registry']['status']>): Finding {
  const { connected, registered, lastRefreshAgeMs, latencyMs, detail: message } = status;
  const state = connected && registered ? 'up' : 'degraded';
  return { state, latencyMs: latencyMs ?? 0, detail: { message, registered, lastRefreshAgeMs } };
}

function settlementFinding({ custodian, lastFailure: message, givenUp }: ReturnType<Dispatcher['status']>): Finding {
  const state = message === undefined && givenUp === 0 ? 'up' : 'degraded';
  return { state, latencyMs: 0, detail: { custodian, message, givenUp } };
}

function correlatorFinding({ lastFailure: message, ...detail }: EventPusherStatus): Finding {
  return { state: message === undefined ? 'up' : 'degraded', latencyMs: 0, detail: { ...detail, message } };
}

type RemoteStatus = ReturnType<NonNullable<Outside['remoteSettings']>['status']>;

function remoteFinding({ state, detail: message, breaker, confirmedAgeMs, latencyMs }: RemoteStatus): Finding {
  const detail = { message, breaker, confirmedAgeMs };
  return { state: state === 'ok' ? 'up' : 'degraded', latencyMs: latencyMs ?? 0, detail };
}
