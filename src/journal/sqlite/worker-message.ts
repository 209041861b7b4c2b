import { JournalDamaged, JournalFailed, JournalFull } from '../journal.js';

/** What crosses between the main thread and the journal's worker threads. */
export interface Request {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly id: number; readonly progress: number };

/** An error in parts, since an error's class is lost between threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly sequence?: number;
  /** SQLite's. */
  readonly errcode?: number;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof JournalDamaged) return { name: error.name, message: error.message, sequence: error.sequence };
  const { name, message, errcode } = error as Error & { errcode?: number };
  return { name, message, errcode };
}

export function errorOf(failure: Failure): Error {
  const { name, message, sequence = 0, errcode } = failure;
  if (name === 'JournalDamaged') return new JournalDamaged(message, sequence);
  if (name === 'JournalFull') return new JournalFull(message);
  if (name === 'JournalFailed') return new JournalFailed(message);
  return Object.assign(new Error(message), errcode === undefined ? {} : { errcode });
}
