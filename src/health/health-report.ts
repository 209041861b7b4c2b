import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { Finding, HealthIndicator } from './health-indicator.js';
import { HealthIndicators } from './health-indicators.js';
import { Readiness } from './readiness.js';

export interface HealthReport {
  /** `degraded`: something is not as it should be, and commands are taken all the same. `error`: they are not. */
  readonly status: 'ok' | 'degraded' | 'error';
  /** Each part by its name: its `status` (up, degraded or down), `latencyMs`, and whatever else it tells. */
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** How long one part may take to say how it is. */
const checkTimeoutMs = 1_000;
/** How old an answer may be that is given to the next who asks: probing costs nothing, however often it is done. */
const freshMs = 1_000;

/** Asks every part how it is, within a bound, once for all who ask at the same time. */
@Injectable()
export class HealthReports {
  private readonly running = new Map<string, Promise<Finding>>();
  private latest: { readonly report: Promise<HealthReport>; readonly until: number } | undefined = undefined;

  constructor(
    private readonly indicators: HealthIndicators,
    private readonly terminus: HealthCheckService,
    private readonly results: HealthIndicatorService,
    readiness: Readiness,
  ) {
    readiness.follow(() => {
      this.latest = undefined;
    });
  }

  /** Never rejects: a part that fails is down. */
  current(): Promise<HealthReport> {
    const now = performance.now();
    if (this.latest === undefined || now >= this.latest.until)
      this.latest = { report: this.make(), until: now + freshMs };
    return this.latest.report;
  }

  private async make(): Promise<HealthReport> {
    const checks = this.indicators.all().map((indicator) => () => this.resultOf(indicator));
    const { status, details } = await this.terminus.check(checks).catch(reportWithin);
    return { status: status === 'ok' || status === 'degraded' ? status : 'error', details };
  }

  private async resultOf(indicator: HealthIndicator): Promise<HealthIndicatorResult> {
    const startedAt = performance.now();
    const { state, latencyMs = performance.now() - startedAt, detail } = await this.findingOf(indicator);
    const session = this.results.check(indicator.name);
    const told = { latencyMs: Math.round(latencyMs * 10) / 10, ...detail };
    if (state === 'up') return session.up(told);
    return state === 'down' && indicator.required ? session.down(told) : session.degraded(told);
  }

  /** A check that hangs is not begun a second time: it would only pile up. */
  private findingOf(indicator: HealthIndicator): Promise<Finding> {
    const { name } = indicator;
    let running = this.running.get(name);
    if (running === undefined) {
      running = Promise.resolve()
        .then(() => indicator.check())
        .catch(failed)
        .finally(() => this.running.delete(name));
      this.running.set(name, running);
    }
    return withinTimeout(running);
  }
}

function failed(error: unknown): Finding {
  return { state: 'down', detail: { message: error instanceof Error ? error.message : String(error) } };
}

async function withinTimeout(finding: Promise<Finding>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const message = `no answer within ${checkTimeoutMs} ms`;
    timer = setTimeout(() => resolve({ state: 'down', detail: { message } }), checkTimeoutMs);
  });
  return Promise.race([finding, late]).finally(() => clearTimeout(timer));
}

/** Terminus throws a report that says `error`, for a filter; here it is an answer like any other. */
function reportWithin(error: unknown): Awaited<ReturnType<HealthCheckService['check']>> {
  if (!(error instanceof ServiceUnavailableException)) throw error;
  return error.getResponse() as Awaited<ReturnType<HealthCheckService['check']>>;
}
