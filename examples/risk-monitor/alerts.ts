import type { Severity } from './limits.ts';

/** So many cleared alerts are remembered. */
const pastAlertsMax = 10_000;

export type AlertKind =
  | 'EXPOSURE'
  | 'DRAWDOWN'
  | 'BOOKS_DIFFER'
  | 'PRICE_STALE'
  | 'PEG_BROKEN'
  | 'SETTLEMENT_OVERDUE'
  | 'SETTLEMENT_UNSEEN'
  | 'CONNECTION_LOST';

/** What led to an alert: when that was by the exchange's clock, and in which record of its journal, if it is in one. */
export interface Cause {
  readonly atMs: number;
  readonly sequence?: number;
}

export interface Alert {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  /** Whom it is about: an account, a market, an instruction, or the exchange. */
  readonly subject: string;
  readonly detail: string;
  readonly sequence?: number;
  readonly eventAt: string;
  readonly raisedAt: string;
  /** From the event to the alert. */
  readonly latencyMs: number;
  /** Since when what it says is no longer so. */
  readonly clearedAt?: string;
}

export interface AlertChange {
  readonly type: 'raised' | 'cleared';
  readonly alert: Alert;
}

/** How something stands that an alert may be due for. */
export interface Finding {
  readonly kind: AlertKind;
  readonly subject: string;
  /** `undefined` if all is well. */
  readonly severity: Severity | undefined;
  /** Asked for only when there is an alert to raise. */
  readonly detail: () => string;
  readonly cause: Cause;
}

/** All alerts. For each kind and subject there is at most one that is not cleared. */
export class Alerts {
  private readonly alerts = new Map<string, Alert>();
  private readonly active = new Map<string, Alert>();
  private readonly listeners = new Set<(change: AlertChange) => void>();
  private count = 0;

  /** Raises an alert, clears it, or does nothing, if that is how it stood before. */
  report({ kind, subject, severity, detail, cause }: Finding): void {
    const key = `${kind} ${subject}`;
    const standing = this.active.get(key);
    if (standing?.severity === severity) return;
    if (standing !== undefined) this.clear(key, standing);
    if (severity !== undefined) this.raise(key, { kind, severity, subject, detail: detail() }, cause);
  }

  /** Clears those of everything but the connection: what they are about is no more. */
  clearAll(): void {
    for (const [key, alert] of this.active) if (alert.kind !== 'CONNECTION_LOST') this.clear(key, alert);
  }

  /** The subjects of those that are not cleared. */
  activeSubjects(kind: AlertKind): readonly string[] {
    return [...this.active.values()].filter((alert) => alert.kind === kind).map(({ subject }) => subject);
  }

  /** Oldest first. */
  list(): readonly Alert[] {
    return [...this.alerts.values()];
  }

  /** Tells of every change; the result ends that. */
  onChange(listener: (change: AlertChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private raise(
    key: string,
    what: Pick<Alert, 'kind' | 'severity' | 'subject' | 'detail'>,
    { atMs, sequence }: Cause,
  ): void {
    this.count += 1;
    const now = Date.now();
    const alert: Alert = {
      alertId: `alr-${this.count}`,
      ...what,
      ...(sequence !== undefined && { sequence }),
      eventAt: new Date(atMs).toISOString(),
      raisedAt: new Date(now).toISOString(),
      latencyMs: Math.max(0, now - Math.floor(atMs)),
    };
    this.active.set(key, alert);
    this.alerts.set(alert.alertId, alert);
    this.forgetOldest();
    this.tell({ type: 'raised', alert });
  }

  private clear(key: string, standing: Alert): void {
    const alert = { ...standing, clearedAt: new Date().toISOString() };
    this.active.delete(key);
    this.alerts.set(alert.alertId, alert);
    this.tell({ type: 'cleared', alert });
  }

  private forgetOldest(): void {
    if (this.alerts.size - this.active.size <= pastAlertsMax) return;
    for (const { alertId, clearedAt } of this.alerts.values()) {
      if (clearedAt === undefined) continue;
      this.alerts.delete(alertId);
      return;
    }
  }

  private tell(change: AlertChange): void {
    for (const listener of this.listeners) listener(change);
  }
}
