import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Values } from './followed-values.js';

/**
 * The values that were accepted last, in a file of the data directory: a start that does not reach the
 * configuration service goes on with them, instead of falling back to other fees and again forth.
 */
export class RememberedValues {
  private readonly path: string | undefined;

  /** Without a directory nothing is remembered. */
  constructor(private readonly directory: string | undefined) {
    this.path = directory === undefined ? undefined : join(directory, 'remote-settings.json');
  }

  /** What was kept, if anything; a file that cannot be read is as good as none. */
  read(): Values {
    if (this.path === undefined) return new Map();
    try {
      const kept: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      const entries = typeof kept === 'object' && kept !== null ? Object.entries(kept) : [];
      return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    } catch {
      return new Map();
    }
  }

  async write(values: Values): Promise<void> {
    if (this.path === undefined || this.directory === undefined) return;
    const temporary = `${this.path}.tmp`;
    await mkdir(this.directory, { recursive: true });
    await writeFile(temporary, `${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`, { flush: true });
    await rename(temporary, this.path);
  }
}
