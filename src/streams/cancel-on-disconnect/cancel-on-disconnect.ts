import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Problem } from '../../edge/problem.js';
import type { StreamSource } from '../../edge/stream.js';
import type { CancelOrders, DisarmCancelOnDisconnect } from '../../engine/command.js';
import { type DisconnectGuard, type GuardedOrders, guardKey } from '../../engine/disconnect-guards.js';
import type { Event } from '../../engine/event.js';
import { formatId } from '../../engine/ids.js';
import type { Origin } from '../../journal/journal.js';
import { VenueUnavailable } from '../../venue/unavailable.js';
import { Venue } from '../../venue/venue.js';
import { GuardedSource, type Hold } from './guarded-source.js';

/** How soon the venue is asked again when it could take no commands. */
const retryMs = 1_000;

const systemOrigin: Origin = { transport: 'SYSTEM' };

/** What becomes of it when nobody is there: it happens, or it is taken back. */
type Ending = CancelOrders | DisarmCancelOnDisconnect;

/** Orders that somebody holds a connection for, or whose last connection is gone. */
interface Watch {
  readonly orders: GuardedOrders;
  readers: number;
  /** Runs while nobody is there: the grace, or the time until the venue is asked again. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Knows who is there for which orders, and has them canceled when nobody is any more. What was asked for is in the
 * journal, so that it outlives a crash: then everybody counts as gone from the moment of the start.
 */
@Injectable()
export class CancelOnDisconnect implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('streams');
  private readonly watches = new Map<string, Watch>();

  constructor(
    private readonly venue: Venue,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    for (const guard of this.venue.exchange.state.disconnectGuards.all()) this.wait(this.watchOf(guard));
  }

  /** The venue takes no commands any more. What was running begins anew with the next start. */
  onApplicationShutdown(): void {
    for (const { timer } of this.watches.values()) clearTimeout(timer);
    this.watches.clear();
  }

  /**
   * Arms cancel on disconnect for as long as somebody reads a stream. Resolves when that is durable; rejects with a
   * `Problem` for what cannot be guarded, or with `VenueUnavailable`.
   */
  async guard<View extends object>(
    source: StreamSource<View>,
    { accountId, symbol, graceMs }: DisconnectGuard,
    origin: Origin,
  ): Promise<StreamSource<View>> {
    const { cancelOnDisconnectGraceMaxMs: most } = this.settings;
    if (graceMs > most) {
      const message = `must have a graceMs of at most CANCEL_ON_DISCONNECT_GRACE_MAX_MS (${most}), not ${graceMs}`;
      throw Problem.invalid([{ field: 'cancelOnDisconnect', message }]);
    }
    const hold = this.hold({ accountId, symbol }, origin);
    try {
      const { reject } = await this.venue.submit({ type: 'ArmCancelOnDisconnect', accountId, symbol, graceMs }, origin);
      if (reject !== undefined) throw Problem.rejected(reject);
      return new GuardedSource(source, hold);
    } catch (error) {
      await hold.release(false);
      throw error;
    }
  }

  /** From here on somebody is there: a grace that was running ends. */
  private hold(orders: GuardedOrders, origin: Origin): Hold {
    const watch = this.watchOf(orders);
    watch.readers += 1;
    clearTimeout(watch.timer);
    watch.timer = undefined;
    let released = false;
    return {
      release: async (unsubscribed) => {
        if (released) return;
        released = true;
        watch.readers -= 1;
        if (watch.readers > 0) return;
        if (unsubscribed) await this.disarm(watch, origin);
        else this.wait(watch);
      },
    };
  }

  private watchOf({ accountId, symbol }: GuardedOrders): Watch {
    const orders = { accountId, symbol };
    const key = guardKey(orders);
    let watch = this.watches.get(key);
    if (watch === undefined) {
      watch = { orders, readers: 0, timer: undefined };
      this.watches.set(key, watch);
    }
    return watch;
  }

  /** Nobody is there any more. What is not armed, since it was refused or has happened, needs nobody. */
  private wait(watch: Watch): void {
    const { orders } = watch;
    const guard = this.venue.exchange.state.disconnectGuards.get(orders);
    if (guard === undefined) this.forget(watch);
    else this.later(guard.graceMs, watch, { type: 'CancelOrders', ...orders, cause: 'CANCEL_ON_DISCONNECT' });
  }

  /** Throws `VenueUnavailable` where that can only be done later. */
  private async disarm(watch: Watch, origin: Origin): Promise<void> {
    const unavailable = await this.carryOut({ type: 'DisarmCancelOnDisconnect', ...watch.orders }, watch, origin);
    if (unavailable !== undefined) throw unavailable;
  }

  private later(delayMs: number, watch: Watch, command: Ending): void {
    clearTimeout(watch.timer);
    watch.timer = setTimeout(() => {
      watch.timer = undefined;
      this.carryOut(command, watch, systemOrigin).catch((error: Error) => this.logger.error(error.stack));
    }, delayMs).unref();
  }

  /** While the venue can take no commands it is asked again, unless somebody comes; why not is the answer then. */
  private async carryOut(command: Ending, watch: Watch, origin: Origin): Promise<VenueUnavailable | undefined> {
    try {
      const { events } = await this.venue.submit(command, origin);
      this.tell(watch.orders, events);
      this.forget(watch);
      return undefined;
    } catch (error) {
      if (!(error instanceof VenueUnavailable)) throw error;
      const passes = error.code === 'OVERLOADED' || error.code === 'JOURNAL_FULL';
      if (passes && watch.readers === 0) this.later(retryMs, watch, command);
      return error;
    }
  }

  private tell({ accountId, symbol }: GuardedOrders, events: readonly Event[]): void {
    const canceled = events.filter(({ type }) => type === 'OrderCanceled').length;
    if (canceled === 0) return;
    const account_id = formatId('acc', accountId);
    this.logger.log({ msg: 'canceled on disconnect', account_id, symbol, orders: canceled });
  }

  private forget(watch: Watch): void {
    if (watch.readers === 0 && watch.timer === undefined) this.watches.delete(guardKey(watch.orders));
  }
}
