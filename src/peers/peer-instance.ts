import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { ServiceInstance } from '../discovery/registry.js';
import { grpcAddress } from '../discovery/registry.js';
import { isFault } from './peer-call-error.js';
import type { PeerLimits } from './peer-limits.js';

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** One instance of a peer, and what experience says of it. */
export class PeerInstance {
  readonly address: string;
  private readonly breaker: CircuitBreakerPolicy;
  private probeDueAt = 0;

  constructor(
    readonly instance: ServiceInstance,
    { breakerFailures, breakerOpenMs }: PeerLimits,
    onBreak: (instance: ServiceInstance) => void,
  ) {
    this.address = grpcAddress(instance);
    this.breaker = circuitBreaker(handleWhen(isFault), {
      halfOpenAfter: breakerOpenMs,
      breaker: new ConsecutiveBreaker(breakerFailures),
    });
    this.breaker.onBreak(() => {
      this.probeDueAt = Date.now() + breakerOpenMs;
      onBreak(instance);
    });
  }

  get breakerState(): BreakerState {
    if (this.breaker.state === CircuitState.Closed) return 'CLOSED';
    return this.breaker.state === CircuitState.HalfOpen ? 'HALF_OPEN' : 'OPEN';
  }

  /** Whether a call may go there now: the breaker is closed, or it is time for a call that probes. */
  get callable(): boolean {
    const { state } = this.breaker;
    return state === CircuitState.Closed || (state === CircuitState.Open && Date.now() >= this.probeDueAt);
  }

  /** Makes a call whose outcome the breaker learns from. Never call it while it is not `callable`. */
  attempt<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.breaker.execute(call);
  }
}
