import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Problem } from '../edge/problem.js';
import type { FaultEnd } from '../engine/command.js';
import type { FaultInForce } from '../engine/fault-in-force.js';
import { formatId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import { Venue } from '../venue/venue.js';
import { Fault, type FaultDefinition } from './fault.js';
import { FaultBoard } from './fault-board.js';
import type { InjectFaultRequest } from './fault-requests.js';
import { MarketConditions } from './market-conditions.js';
import { readFault } from './read-fault.js';

/** Faults that are in force at the same time. */
export const faultsInForceMax = 100;
/** A timer of Node ends at 24.8 days. */
const timerMsMax = 2_147_483_647;
/** How long an end that the venue could not take waits before it is tried again. */
const endAgainMs = 1_000;

const systemOrigin: Origin = { transport: 'SYSTEM' };

/** What can be done with faults, for REST and gRPC alike. Each beginning and each end is in the journal. */
@Injectable()
export class ChaosService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('chaos');
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly markets: MarketConditions;
  /** Faults that are on their way into the journal. */
  private injecting = 0;
  private isClosing = false;

  constructor(
    private readonly venue: Venue,
    private readonly settings: Settings,
    private readonly board: FaultBoard,
  ) {
    this.markets = new MarketConditions(venue);
    board.onSpent = (fault) => void this.endInBackground(fault, 'SPENT');
  }

  /** Faults end with the process, unless they are to outlive it. */
  async onApplicationBootstrap(): Promise<void> {
    const faults = [...this.venue.exchange.state.faults.values()].map(faultOf);
    for (const fault of faults) this.board.add(fault);
    for (const fault of faults) {
      const over = isOver(fault, this.venue.now());
      if (this.board.isEnabled && fault.definition.persistent && !over) await this.begin(fault, systemOrigin);
      else await this.endInBackground(fault, over ? 'EXPIRED' : 'RESTARTED');
    }
  }

  onModuleDestroy(): void {
    this.isClosing = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Resolves when the fault is in force, and in the journal. */
  async inject(request: InjectFaultRequest, origin: Origin): Promise<Fault> {
    this.assertEnabled();
    const definition = readFault(request, this.venue.exchange, this.settings);
    this.assertRoom();
    this.injecting += 1;
    const fault = await this.journaled(definition, origin).finally(() => {
      this.injecting -= 1;
    });
    this.board.add(fault);
    try {
      await this.begin(fault, origin);
    } catch (error) {
      // Who is told that it could not be injected must not find it in force.
      await this.endInBackground(fault, 'CLEARED');
      throw error;
    }
    return fault;
  }

  list(onlyInForce = false): Fault[] {
    this.assertEnabled();
    return onlyInForce ? this.board.inForce() : this.board.all();
  }

  get(faultId: number): Fault {
    this.assertEnabled();
    const fault = this.board.get(faultId);
    if (fault === undefined) throw new Problem('FAULT_NOT_FOUND', `There is no fault ${formatId('flt', faultId)}.`);
    return fault;
  }

  /** A fault that has ended stays as it is. */
  async clear(faultId: number, origin: Origin): Promise<Fault> {
    const fault = this.get(faultId);
    if (fault.ended === undefined) await this.end(fault, 'CLEARED', origin);
    return fault;
  }

  /** Ends all that are in force, and gives them. */
  async clearAll(origin: Origin): Promise<Fault[]> {
    this.assertEnabled();
    const faults = this.board.inForce();
    for (const fault of faults) await this.end(fault, 'CLEARED', origin);
    return faults;
  }

  private assertRoom(): void {
    if (this.board.inForce().length + this.injecting < faultsInForceMax) return;
    throw new Problem(
      'FAULTS_LIMIT',
      `There are ${faultsInForceMax} faults in force, and no more are taken: clear some.`,
    );
  }

  private async journaled(definition: FaultDefinition, origin: Origin): Promise<Fault> {
    const { kind, persistent } = definition;
    const text = JSON.stringify(definition);
    const { sequence, time } = await this.venue.submit(
      { type: 'InjectFault', kind, definition: text, persistent },
      origin,
    );
    return new Fault(sequence, definition, time);
  }

  private async begin(fault: Fault, origin: Origin): Promise<void> {
    if (fault.place === 'prices') this.board.prices?.begin(fault.id, disturbanceOf(fault));
    // Where the commit took longer than the fault lasts, this ends it at once.
    this.awaitExpiry(fault);
    if (fault.place === 'market') await this.markets.apply(this.board.inForce('market'), undefined, origin);
  }

  private awaitExpiry(fault: Fault): void {
    if (fault.expiresAt === undefined) return;
    const msLeft = fault.expiresAt - this.venue.now();
    if (msLeft <= 0) void this.endInBackground(fault, 'EXPIRED');
    else this.wake(fault, Math.min(timerMsMax, msLeft), () => this.awaitExpiry(fault));
  }

  private async end(fault: Fault, reason: FaultEnd, origin: Origin): Promise<void> {
    this.board.end(fault, reason);
    clearTimeout(this.timers.get(fault.id));
    this.timers.delete(fault.id);
    if (fault.place === 'prices') this.board.prices?.end(fault.id);
    try {
      await this.undo(fault, reason, origin);
    } catch (error) {
      this.undoLater(fault, reason);
      throw error;
    }
  }

  /** Gives markets back what the fault has taken, and tells the journal of its end. */
  private async undo(fault: Fault, reason: FaultEnd, origin: Origin): Promise<void> {
    if (fault.place === 'market') {
      const halted = fault.definition.kind === 'halt' ? fault : undefined;
      await this.markets.apply(this.board.inForce('market'), halted, origin);
    }
    await this.venue.submit({ type: 'EndFault', faultId: fault.id, reason, struck: fault.struck }, origin);
  }

  /** A venue that takes no commands must not leave a market as a fault that is over has made it. */
  private undoLater(fault: Fault, reason: FaultEnd): void {
    this.wake(fault, endAgainMs, () => {
      this.undo(fault, reason, systemOrigin).catch(() => this.undoLater(fault, reason));
    });
  }

  private wake({ id }: Fault, afterMs: number, then: () => void): void {
    if (this.isClosing) return;
    const timer = setTimeout(() => {
      this.timers.delete(id);
      then();
    }, afterMs).unref();
    this.timers.set(id, timer);
  }

  /** What nobody waits for: while the venue takes no commands it is tried again, at the latest by the next start. */
  private async endInBackground(fault: Fault, reason: FaultEnd): Promise<void> {
    if (fault.ended !== undefined) return;
    await this.end(fault, reason, systemOrigin).catch((error: unknown) => {
      this.logger.warn(`the end of fault ${fault.publicId} is not in the journal yet: ${(error as Error).message}`);
    });
  }

  /** Throws a `Problem` where nothing may be injected. */
  assertEnabled(): void {
    if (this.board.isEnabled) return;
    throw new Problem(
      'CHAOS_DISABLED',
      'Faults are injected only where the exchange was started with CHAOS_ENABLED=true.',
    );
  }
}

function faultOf({ faultId, definition, injectedAt }: FaultInForce): Fault {
  return new Fault(faultId, JSON.parse(definition) as FaultDefinition, injectedAt);
}

function isOver({ expiresAt }: Fault, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function disturbanceOf({ definition, injectedAt }: Fault) {
  const { percent = 0, rampSeconds = 0, asset } = definition.parameters;
  return {
    symbol: definition.target.symbol,
    asset,
    percent,
    rampMs: rampSeconds * 1_000,
    begunAt: injectedAt,
    isStale: definition.kind === 'stale-price',
  };
}
