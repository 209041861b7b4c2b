import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { JournalDamaged } from '../journal.js';

/** Versions before this one can lose a write in WAL mode when two connections checkpoint at once. */
const sqliteVersionMin = '3.51.3';
const busyTimeoutMs = 5_000;

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** How many KiB of pages the connection keeps in memory. */
  readonly cacheKib: number;
}

/** The primary result codes of SQLite that are told apart here. */
export const resultCode = {
  busy: 5,
  noMemory: 7,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The primary result code of an error that came out of SQLite; `undefined` for any other error. */
export function resultCodeOf(error: unknown): number | undefined {
  const extended = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof extended === 'number' ? extended & 0xff : undefined;
}

/** SQLite found its own file to be malformed. */
export function isCorruption(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code === resultCode.corrupt || code === resultCode.notADatabase;
}

/** Opens a journal's file in some way; that it is malformed becomes a `JournalDamaged` that names it. */
export function openReadable<Opened>(path: string, open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    if (!isCorruption(error)) throw error;
    throw new JournalDamaged(`${path} cannot be read: ${(error as Error).message}`, 0);
  }
}

/** One connection, and its statements, each prepared once. Every integer comes out as a bigint. */
export class Database {
  readonly connection: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(
    readonly path: string,
    options: DatabaseOptions,
  ) {
    this.connection = new DatabaseSync(path, {
      readOnly: options.readOnly ?? false,
      enableForeignKeyConstraints: false,
      timeout: busyTimeoutMs,
    });
    try {
      this.assertVersion();
      this.connection.exec(`PRAGMA cache_size = -${options.cacheKib}; PRAGMA temp_store = MEMORY;`);
    } catch (error) {
      this.connection.close();
      throw error;
    }
  }

  /**
   * The texts are written in the code, never made from input, so their number is bounded. They say `LIMIT +?`: SQLite
   * plans by the value that a bare `?` has there, and prepares the statement anew each time that one is bound.
   */
  statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      statement.setReadBigInts(true);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  pragma(text: string): unknown {
    const row = this.connection.prepare(`PRAGMA ${text}`).get();
    return row === undefined ? undefined : Object.values(row)[0];
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private assertVersion(): void {
    const version = String(this.connection.prepare('SELECT sqlite_version() AS version').get()?.version);
    if (compareVersions(version, sqliteVersionMin) < 0) {
      throw new Error(`SQLite ${version} is too old for the journal: ${sqliteVersionMin} or later is needed`);
    }
  }
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : a[at]! - (b[at] ?? 0);
}
