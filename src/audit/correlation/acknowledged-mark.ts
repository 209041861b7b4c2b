import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Mark {
  readonly correlator: string;
  readonly venueId: string;
  readonly sequence: number;
}

/**
 * How far a correlator has acknowledged the journal, in a file of the data directory. It appears under its name only
 * when it is whole and on the disk. It may be older than what was acknowledged, never newer.
 */
export class AcknowledgedMark {
  private readonly path: string | undefined;

  /** Without a directory nothing is kept. */
  constructor(
    private readonly directory: string | undefined,
    private readonly correlator: string,
  ) {
    this.path = directory === undefined ? undefined : join(directory, 'correlator.json');
  }

  /** 0 if there is none of this correlator and this journal; a file that cannot be read is as good as none. */
  read(venueId: string): number {
    if (this.path === undefined) return 0;
    try {
      const mark: Partial<Mark> | null = JSON.parse(readFileSync(this.path, 'utf8'));
      const isOurs = mark?.correlator === this.correlator && mark.venueId === venueId;
      return isOurs && Number.isSafeInteger(mark.sequence) ? Math.max(0, mark.sequence!) : 0;
    } catch {
      return 0;
    }
  }

  async write(venueId: string, sequence: number): Promise<void> {
    if (this.path === undefined || this.directory === undefined) return;
    const mark: Mark = { correlator: this.correlator, venueId, sequence };
    const temporary = `${this.path}.tmp`;
    await mkdir(this.directory, { recursive: true });
    try {
      await writeFile(temporary, `${JSON.stringify(mark)}\n`, { flush: true });
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}
