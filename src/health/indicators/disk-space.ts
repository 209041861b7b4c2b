import { statfs } from 'node:fs/promises';
import type { Finding, HealthIndicator } from '../health-indicator.js';

/** The room that is left where the journal is. Too little is a warning: commands are taken until there is none. */
export class DiskSpaceHealth implements HealthIndicator {
  readonly name = 'disk';
  readonly required = false;

  constructor(private readonly options: { readonly dataDir: string; readonly diskFreeBytesMin: number }) {}

  async check(): Promise<Finding> {
    const { dataDir, diskFreeBytesMin } = this.options;
    const { bavail, blocks, bsize } = await statfs(dataDir);
    const freeBytes = bavail * bsize;
    const detail = { freeBytes, totalBytes: blocks * bsize };
    if (freeBytes >= diskFreeBytesMin) return { state: 'up', detail };
    return { state: 'degraded', detail: { message: `less than DISK_FREE_BYTES_MIN (${diskFreeBytesMin})`, ...detail } };
  }
}
