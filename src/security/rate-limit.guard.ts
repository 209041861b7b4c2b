import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../edge/problem.js';
import type { AccessLevels } from './access-levels.js';
import type { Authenticator } from './authenticator.js';

export interface RateLimits {
  readonly requestsPerSecond: number;
  /** What is taken above that within the burst's time. */
  readonly burstRequests: number;
}

const burstSeconds = 10;

/**
 * Counts requests by API key, or by address where there is none, and refuses those beyond the limits, over REST and
 * gRPC together. Probes and the admin are not counted. A counter is forgotten after its ten seconds, so that there
 * are never more of them than callers within that time.
 */
export class RateLimitGuard implements CanActivate {
  private readonly limiter: Pick<BurstyRateLimiter, 'consume'>;

  /** Without an authenticator nobody has a key, and all are counted by address. */
  constructor(
    { requestsPerSecond, burstRequests }: RateLimits,
    private readonly levels: AccessLevels,
    private readonly authenticator: Authenticator | undefined,
  ) {
    this.limiter = new BurstyRateLimiter(
      new RateLimiterMemory({ points: requestsPerSecond, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: burstRequests, duration: burstSeconds }),
    );
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.levels.of(context) === 'probe') return true;
    const caller = this.authenticator?.identify(context);
    if (caller?.principal === 'admin') return true;
    try {
      await this.limiter.consume(caller?.principal ?? addressOf(context));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooMany(caller?.principal ?? 'this address', refusal);
    }
    return true;
  }
}

function tooMany(whose: string, { msBeforeNext }: RateLimiterRes): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
  return new Problem(
    'RATE_LIMITED',
    `Too many requests of ${whose}; the next one is taken in ${retryAfterSeconds} s.`,
    {
      retryAfterSeconds,
    },
  );
}

/** Of gRPC's `127.0.0.1:40123` only the host counts: each connection has another port. */
function addressOf(context: ExecutionContext): string {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>().ip;
  const peer = context.getArgByIndex<{ getPeer(): string }>(2).getPeer();
  return peer.slice(0, peer.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
