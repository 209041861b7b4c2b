import { Problem } from '../../edge/problem.js';

export interface ConnectionCountLimits {
  readonly connectionsMax: number;
  /** 0 where there is no such limit. */
  readonly connectionsPerKey: number;
}

/** How many connections are open, in all and of each caller: an API key, or an address without a key. */
export class ConnectionCounts {
  private total = 0;
  private readonly byOwner = new Map<string, number>();

  constructor(private readonly limits: ConnectionCountLimits) {}

  /** Throws a `Problem` if there is no room for one connection more. */
  add(owner: string): void {
    const { connectionsMax } = this.limits;
    if (this.total >= connectionsMax) throw tooMany(`STREAM_CONNECTIONS_MAX (${connectionsMax})`);
    this.addTo(owner);
    this.total += 1;
  }

  remove(owner: string): void {
    this.removeFrom(owner);
    this.total -= 1;
  }

  /** Counts a connection as another's from here on; throws a `Problem`, and changes nothing, if that one has too many. */
  move(from: string, to: string): void {
    this.addTo(to);
    this.removeFrom(from);
  }

  private addTo(owner: string): void {
    const { connectionsPerKey } = this.limits;
    const count = this.byOwner.get(owner) ?? 0;
    if (connectionsPerKey > 0 && count >= connectionsPerKey) {
      throw tooMany(`STREAM_CONNECTIONS_PER_KEY (${connectionsPerKey})`);
    }
    this.byOwner.set(owner, count + 1);
  }

  private removeFrom(owner: string): void {
    const count = this.byOwner.get(owner) ?? 0;
    if (count > 1) this.byOwner.set(owner, count - 1);
    else this.byOwner.delete(owner);
  }
}

function tooMany(limit: string): Problem {
  const retryAfterSeconds = 1;
  return new Problem('RATE_LIMITED', `There are as many connections as ${limit} allows; close some.`, {
    retryAfterSeconds,
  });
}
