import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const lockFile = 'lock.sqlite';
const pidFile = 'lock.pid';

/** A lock that nobody refers to any more would be collected as garbage, and the connection that holds it closed. */
const held = new Set<DirectoryLock>();

/** The data directory belongs to a running process. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
  constructor(
    readonly directory: string,
    readonly pid: number | undefined,
  ) {
    super(`the data directory ${directory} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}`);
  }
}

/** The data directory cannot be made or written, for a reason that only the operator can change. */
export class DirectoryUnusable extends Error {
  override readonly name = 'DirectoryUnusable';
  constructor(directory: string, cause: unknown) {
    super(`the data directory ${directory} cannot be used: ${(cause as Error).message}; see DATA_DIR`, { cause });
  }
}

/**
 * Keeps a second process, and a second opening within this one, out of a data directory. The lock is the
 * operating system's, on a small SQLite file: it goes when the process goes, however it dies, so there is
 * nothing to clean up by hand. The process id in the file beside it is only there to be named.
 */
export class DirectoryLock {
  /** Makes the directory if there is none. Throws `DirectoryInUse` or `DirectoryUnusable`. */
  static acquire(directory: string): DirectoryLock {
    const database = openLockFile(directory);
    try {
      database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    } catch (error) {
      database.close();
      if (/locked/.test((error as Error).message)) throw new DirectoryInUse(directory, readPid(directory));
      throw error;
    }
    writeFileSync(join(directory, pidFile), `${process.pid}\n`);
    const lock = new DirectoryLock(database);
    held.add(lock);
    return lock;
  }

  private constructor(private readonly database: DatabaseSync) {}

  release(): void {
    held.delete(this);
    this.database.close();
  }
}

function openLockFile(directory: string): DatabaseSync {
  try {
    mkdirSync(directory, { recursive: true });
    return new DatabaseSync(join(directory, lockFile));
  } catch (error) {
    throw new DirectoryUnusable(directory, error);
  }
}

function readPid(directory: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(directory, pidFile), 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}
