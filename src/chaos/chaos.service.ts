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

const systemOrigin: Origin = { transport: 'SYSTEM' };

/** What can be done with faults, for REST and gRPC alike. Each beginning and each end is in the journal. */
@Injectable()
export class ChaosService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('chaos');
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly markets: MarketConditions;

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
    for (const known of [...this.venue.exchange.state.faults.values()]) {
      const fault = faultOf(known);
      this.board.add(fault);
      const goesOn = this.board.isEnabled && known.persistent && !isOver(fault, this.venue.now());
      if (goesOn) await this.begin(fault, systemOrigin);
      else await this.endInBackground(fault, 'RESTARTED');
    }
  }

  onModuleDestroy(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Resolves when the fault is in force, and in the journal. */
  async inject(request: InjectFaultRequest, origin: Origin): Promise<Fault> {
    this.assertEnabled();
    const definition = readFault(request, this.venue.exchange, this.settings);
    if (this.board.inForce().length >= faultsInForceMax) {
      throw new Problem(
        'FAULTS_LIMIT',
        `There are ${faultsInForceMax} faults in force, and no more are taken: clear some.`,
      );
    }
    const { kind, persistent } = definition;
    const text = JSON.stringify(definition);
    const { sequence, time } = await this.venue.submit(
      { type: 'InjectFault', kind, definition: text, persistent },
      origin,
    );
    const fault = new Fault(sequence, definition, time);
    this.board.add(fault);
    await this.begin(fault, origin);
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

  private async begin(fault: Fault, origin: Origin): Promise<void> {
    const { expiresAt } = fault;
    if (expiresAt !== undefined) {
      const delayMs = Math.min(timerMsMax, Math.max(0, expiresAt - this.venue.now()));
      this.timers.set(fault.id, setTimeout(() => void this.endInBackground(fault, 'EXPIRED'), delayMs).unref());
    }
    if (fault.place === 'prices') this.board.prices?.begin(fault.id, disturbanceOf(fault));
    if (fault.place === 'market') await this.markets.apply(this.board.inForce('market'), undefined, origin);
  }

  private async end(fault: Fault, reason: FaultEnd, origin: Origin): Promise<void> {
    this.board.end(fault, reason);
    clearTimeout(this.timers.get(fault.id));
    this.timers.delete(fault.id);
    if (fault.place === 'prices') this.board.prices?.end(fault.id);
    if (fault.place === 'market') {
      const halted = fault.definition.kind === 'halt' ? fault : undefined;
      await this.markets.apply(this.board.inForce('market'), halted, origin);
    }
    await this.venue.submit({ type: 'EndFault', faultId: fault.id, reason, struck: fault.struck }, origin);
  }

  /** What nobody waits for: if the venue takes no commands, the next start tells the journal. */
  private async endInBackground(fault: Fault, reason: FaultEnd): Promise<void> {
    if (fault.ended !== undefined) return;
    await this.end(fault, reason, systemOrigin).catch((error: unknown) => {
      this.logger.warn(`the end of fault ${fault.publicId} is not in the journal yet: ${(error as Error).message}`);
    });
  }

  private assertEnabled(): void {
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
