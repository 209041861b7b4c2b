import { createHash } from 'node:crypto';
import type { Instruction } from './instruction.ts';

export interface Behaviour {
  /** How long an instruction takes to be settled or to fail. */
  readonly delayMs: number;
  /** From 0 to 1. */
  readonly failureShare: number;
  readonly seed: number;
  /** On nothing, on streams, or on everything. */
  readonly silence: 'none' | 'status' | 'all';
}

export const wellBehaved: Behaviour = { delayMs: 0, failureShare: 0, seed: 1, silence: 'none' };

/** What is wrong with a behaviour, in a sentence. */
export function faultOfBehaviour({ delayMs, failureShare, seed, silence }: Behaviour): string | undefined {
  if (!(Number.isInteger(delayMs) && delayMs >= 0))
    return 'the delay must be a whole number of milliseconds, 0 or more';
  if (!(failureShare >= 0 && failureShare <= 1)) return 'the failure share must be from 0 to 1';
  if (!Number.isInteger(seed)) return 'the seed must be a whole number';
  if (!['none', 'status', 'all'].includes(silence)) return 'the silence must be none, status or all';
  return undefined;
}

/** The same seed fails the same attempts, in whatever order they come. */
export function fails({ seed, failureShare }: Behaviour, { instructionId, attempt }: Instruction): boolean {
  const digest = createHash('sha256').update(`${seed} ${instructionId} ${attempt}`).digest();
  return digest.readUInt32BE() / 2 ** 32 < failureShare;
}
