import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory on the disk of `TMPDIR` that does not outlive the process. */
export class TemporaryDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'exchange-bench-'));
  private readonly delete = () => rmSync(this.path, { recursive: true, force: true });

  constructor() {
    process.on('exit', this.delete);
  }

  remove(): void {
    this.delete();
    process.off('exit', this.delete);
  }
}
