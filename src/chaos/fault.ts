import type { FaultEnd } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import { chance } from './chance.js';
import { type FaultKind, type FaultParameters, type FaultTarget, kindRules } from './fault-kinds.js';

/** A fault as it was asked for. It is journaled as it stands, in public words. */
export interface FaultDefinition {
  readonly kind: FaultKind;
  readonly target: FaultTarget;
  readonly parameters: FaultParameters;
  /** From above 0 to 1: the part of those that fit the target that is struck. */
  readonly probability: number;
  /** So many are struck at most, and then the fault is spent. */
  readonly next?: number;
  /** Absent: until it is cleared. */
  readonly durationSeconds?: number;
  readonly seed: number;
  readonly persistent: boolean;
}

/** Somebody or something that a fault may strike. */
export interface Subject {
  readonly accountId?: string;
  readonly symbol?: string;
  readonly operation?: string;
  readonly transport?: 'REST' | 'GRPC';
  readonly asset?: string;
  readonly channel?: string;
  readonly requestId?: string;
}

/** One that was struck: the `place`-th that fitted the target. */
export interface Strike extends Subject {
  readonly place: number;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** Of those that it struck, a fault remembers so many, the last. */
export const strikesKeptMax = 200;

/** One fault, in force or ended, with what it did. */
export class Fault {
  /** How many fitted the target, and how many of them were struck. */
  matched = 0;
  struck = 0;
  readonly strikes: Strike[] = [];
  ended: { readonly reason: FaultEnd; readonly at: number } | undefined = undefined;

  constructor(
    readonly id: number,
    readonly definition: FaultDefinition,
    /** By the venue's clock, in milliseconds since 1970. */
    readonly injectedAt: number,
  ) {}

  get publicId(): string {
    return formatId('flt', this.id);
  }

  get place() {
    return kindRules[this.definition.kind].place;
  }

  get expiresAt(): number | undefined {
    const { durationSeconds } = this.definition;
    return durationSeconds === undefined ? undefined : this.injectedAt + durationSeconds * 1_000;
  }

  get isSpent(): boolean {
    return this.definition.next !== undefined && this.struck >= this.definition.next;
  }

  fits(subject: Subject): boolean {
    const { target } = this.definition;
    return (Object.keys(target) as (keyof FaultTarget)[]).every((field) => target[field] === subject[field]);
  }

  /** The place of the subject among all that fitted, if it is struck. Which places are, follows from the seed alone. */
  strike(subject: Subject, now: number): number | undefined {
    const place = this.matched;
    this.matched += 1;
    const { seed, probability } = this.definition;
    if (this.isSpent || chance(seed, place) >= probability) return undefined;
    this.struck += 1;
    this.strikes.push({ ...subject, place, at: now });
    if (this.strikes.length > strikesKeptMax) this.strikes.shift();
    return place;
  }
}
