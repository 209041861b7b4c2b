/** What cancels on disconnect: an account's open orders, or those in one market. */
export interface GuardedOrders {
  readonly accountId: number;
  readonly symbol?: string;
}

/** Somebody asked that orders are canceled once no connection of theirs has been there for `graceMs`. */
export interface DisconnectGuard extends GuardedOrders {
  readonly graceMs: number;
}

/**
 * The orders that are canceled on disconnect. The exchange knows of no connections: it only keeps what was asked
 * for, so that it outlives a restart. There are at most as many for an account as there are markets, and one more.
 */
export class DisconnectGuards {
  private readonly guards = new Map<string, DisconnectGuard>();

  get(orders: GuardedOrders): DisconnectGuard | undefined {
    return this.guards.get(guardKey(orders));
  }

  /** Every guard by account, and then by market; the one over all markets comes first. */
  all(): DisconnectGuard[] {
    return [...this.guards.values()].sort(
      (a, b) => a.accountId - b.accountId || ((a.symbol ?? '') < (b.symbol ?? '') ? -1 : 1),
    );
  }

  /** The newest word counts, where several connections ask for different times. */
  arm({ accountId, symbol, graceMs }: DisconnectGuard): void {
    this.guards.set(guardKey({ accountId, symbol }), { accountId, symbol, graceMs });
  }

  disarm(orders: GuardedOrders): void {
    this.guards.delete(guardKey(orders));
  }
}

/** Equal for the same orders, and different for others. */
export function guardKey({ accountId, symbol = '' }: GuardedOrders): string {
  return `${accountId} ${symbol}`;
}
