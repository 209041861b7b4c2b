import { createHash } from 'node:crypto';
import { Random } from '../crash/random.js';
import type { Credentials } from './credentials.js';

/** What became of one input. */
export interface Outcome {
  /** As the table has it: an HTTP status, the name of a gRPC status, a close code. */
  readonly status: string;
  /** ACCEPTED was carried out, REFUSED was not, and of UNKNOWN nobody can tell: there was to be no answer. */
  readonly verdict: 'ACCEPTED' | 'REFUSED' | 'UNKNOWN';
  /** What is wrong with it, a sentence each. */
  readonly findings: readonly string[];
  /** What was sent, for people. */
  readonly sent: string;
  /** The public ids that the answer has for what was made: a repeated answer has those of the first. */
  readonly madeIds?: readonly string[];
}

/** Something of the exchange that inputs are sent to: an operation of REST, a method of gRPC, a channel. */
export interface Target {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** The command that the journal has when it was carried out. */
  readonly command?: string;
  /** Whom it asks for credentials, in a server that does; absent where everybody is let in. */
  readonly asks?: 'callers' | 'auditors';
  send(input: Input): Promise<Outcome>;
}

/** What an input is made of. */
export interface Input {
  readonly random: Random;
  /** The name that the exchange knows the request by, in its journal too. */
  readonly requestId: string;
  readonly isBroken: boolean;
  /** Absent where the server asks for none. */
  readonly credentials?: Credentials;
}

/** The choices of one input: they follow from the seed and its index alone, so that it can be made again by itself. */
export function randomOf(seed: number, index: number): Random {
  return new Random(createHash('sha256').update(`${seed}/${index}`).digest().readUInt32BE());
}

/** The inside of the exchange has no business in an answer. */
export function insidesIn(text: string): string[] {
  const found = /\bat (async )?[\w.<>$]+ \(.*:\d+:\d+\)|node_modules|node:internal|\.[jt]s:\d+:\d+/.exec(text);
  return found === null ? [] : [`the answer shows insides: ${found[0]}`];
}

export function shortened(text: string, charactersMax = 600): string {
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}… (${text.length} characters)` : text;
}
