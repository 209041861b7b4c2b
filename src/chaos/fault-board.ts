import type { FaultEnd } from '../engine/command.js';
import type { DisturbedPrices } from '../venue/price-source/disturbed-prices.js';
import type { Fault, Subject } from './fault.js';
import type { FaultKind, FaultPlace } from './fault-kinds.js';

/** Ended faults that are still shown. */
const endedKeptMax = 100;

/** A fault that strikes, and the place of what it strikes among all that it could have struck. */
export interface Striking {
  readonly fault: Fault;
  readonly place: number;
}

/**
 * The faults in force, asked by whatever they may strike. There is one for each process; where chaos is not enabled,
 * nothing asks it.
 */
export class FaultBoard {
  private readonly active = new Map<number, Fault>();
  private readonly ended: Fault[] = [];
  private readonly struckTotals = new Map<FaultKind, number>();
  /** The prices of the venue, where faults can disturb them. */
  prices: DisturbedPrices | undefined = undefined;
  /** Is told of a fault that has struck as often as it may. */
  onSpent: (fault: Fault) => void = () => undefined;

  constructor(
    readonly isEnabled: boolean,
    readonly now: () => number = Date.now,
  ) {}

  add(fault: Fault): void {
    this.active.set(fault.id, fault);
  }

  get(id: number): Fault | undefined {
    return this.active.get(id) ?? this.ended.find((fault) => fault.id === id);
  }

  inForce(place?: FaultPlace): Fault[] {
    return [...this.active.values()].filter((fault) => place === undefined || fault.place === place);
  }

  /** Those in force first, each oldest first. */
  all(): Fault[] {
    return [...this.active.values(), ...this.ended];
  }

  end(fault: Fault, reason: FaultEnd): void {
    if (!this.active.delete(fault.id)) return;
    fault.ended = { reason, at: this.now() };
    this.ended.push(fault);
    if (this.ended.length > endedKeptMax) this.ended.shift();
  }

  /** The faults that strike a subject, oldest first. Each that it fits counts it, whether or not it strikes. */
  strike(place: FaultPlace, subject: Subject): Striking[] {
    const now = this.now();
    const striking: Striking[] = [];
    for (const fault of this.active.values()) {
      if (fault.place !== place || isOver(fault, now) || !fault.fits(subject)) continue;
      const at = fault.strike(subject, now);
      if (at === undefined) continue;
      striking.push({ fault, place: at });
      const { kind } = fault.definition;
      this.struckTotals.set(kind, (this.struckTotals.get(kind) ?? 0) + 1);
      if (fault.isSpent) this.onSpent(fault);
    }
    return striking;
  }

  /** How often faults of each kind have struck since the start. */
  struckByKind(): ReadonlyMap<FaultKind, number> {
    return this.struckTotals;
  }
}

/** A timer may be late; what is over strikes nobody. */
function isOver({ expiresAt }: Fault, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt;
}
