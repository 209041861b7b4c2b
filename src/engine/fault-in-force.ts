/** A fault that was injected and has not ended: kept so that it is known after a restart. */
export interface FaultInForce {
  readonly faultId: number;
  readonly kind: string;
  /** The whole fault as JSON, for whom it concerns. */
  readonly definition: string;
  readonly persistent: boolean;
  /** By the venue's clock, in milliseconds since 1970. */
  readonly injectedAt: number;
}
