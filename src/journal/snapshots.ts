import { hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A state of the exchange, and the record after which it had it. `state` is JSON that only the engine reads. */
export interface KeptSnapshot {
  readonly sequence: number;
  /** The hash of the journal's record at `sequence`. */
  readonly recordHash: string;
  readonly stateHash: string;
  readonly state: string;
}

/** A snapshot that cannot be used, and why. */
export interface DamagedSnapshot {
  readonly sequence: number;
  readonly damaged: string;
}

const keptMax = 2;
const namePattern = /^snapshot-([0-9]{15})\.json$/;
const checksumLength = 64;

/**
 * Snapshots in a folder of the data directory, each one file: a checksum, a line break, and the snapshot
 * as JSON, which the checksum covers. A file appears under its name only when it is whole and on the disk.
 */
export class SnapshotStore {
  private readonly folder: string;

  constructor(dataDirectory: string) {
    this.folder = join(dataDirectory, 'snapshots');
  }

  /** Durable when it resolves. Keeps the one before it too, in case that this one gets damaged. */
  async write(snapshot: KeptSnapshot): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const { sequence, recordHash, stateHash, state } = snapshot;
    const content = JSON.stringify({ sequence, recordHash, stateHash, state });
    const path = this.path(sequence);
    const temporary = `${path}.tmp`;
    try {
      await writeDurably(temporary, `${hash('sha256', content)}\n${content}`);
      await rename(temporary, path);
    } catch (error) {
      // Half a snapshot would keep what little room is left on a full disk.
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(this.folder);
    await this.prune(sequence);
  }

  /** Reads one only when it is asked for; a damaged one is given with its reason, and the next is older. */
  async *newestFirst(): AsyncIterable<KeptSnapshot | DamagedSnapshot> {
    const sequences = (await this.sequences()).sort((a, b) => b - a);
    for (const sequence of sequences) yield await this.read(sequence);
  }

  /** When the newest one was written, in milliseconds since 1970. */
  async newestWrittenAt(): Promise<number | undefined> {
    const sequences = await this.sequences();
    if (sequences.length === 0) return undefined;
    // It may be pruned between the two looks; the next look finds the one that replaced it.
    return stat(this.path(Math.max(...sequences))).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  }

  private async read(sequence: number): Promise<KeptSnapshot | DamagedSnapshot> {
    try {
      const text = await readFile(this.path(sequence), 'utf8');
      const content = text.slice(checksumLength + 1);
      if (text[checksumLength] !== '\n' || hash('sha256', content) !== text.slice(0, checksumLength)) {
        return { sequence, damaged: 'its checksum does not fit its content' };
      }
      const snapshot = JSON.parse(content) as KeptSnapshot;
      return snapshot.sequence === sequence ? snapshot : { sequence, damaged: `it is one of ${snapshot.sequence}` };
    } catch (error) {
      return { sequence, damaged: (error as Error).message };
    }
  }

  /** One with a later sequence than the one just written belongs to a journal that is gone. */
  private async prune(written: number): Promise<void> {
    const older = (await this.sequences()).filter((sequence) => sequence <= written).sort((a, b) => b - a);
    const kept = new Set(older.slice(0, keptMax).map((sequence) => this.path(sequence)));
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (!kept.has(path)) await rm(path, { force: true });
    }
  }

  private async sequences(): Promise<number[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.flatMap((name) => {
      const digits = namePattern.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    });
  }

  private path(sequence: number): string {
    return join(this.folder, `snapshot-${String(sequence).padStart(15, '0')}.json`);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
