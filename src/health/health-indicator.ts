/** One part that the exchange stands on or works with, as `GET /health` shows it. */
export interface HealthIndicator {
  /** Its key in the answer, such as `redis` or `peer:custodian-simulator`. */
  readonly name: string;
  /** Whether commands stop without it. What is not required can make the exchange degraded, and no worse. */
  readonly required: boolean;
  /** How the part is now. It costs next to nothing; what rejects or takes too long counts as down. */
  check(): Finding | Promise<Finding>;
}

export interface Finding {
  readonly state: 'up' | 'degraded' | 'down';
  /** How long the part itself took to answer, if that is known better than by the time of the check. */
  readonly latencyMs?: number;
  /** What people want to know besides: plain values, and no secrets. */
  readonly detail?: Readonly<Record<string, unknown>> & { readonly status?: never; readonly latencyMs?: never };
}
