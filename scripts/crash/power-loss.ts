import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a folder holds, by name. */
type Folder = Map<string, Buffer | Folder>;

/** Turns the death of a server into a power cut: of its data directory only what was synced is left. It needs Linux and gcc. */
export class PowerLoss {
  /** Bytes that were written and not synced, over all cuts. */
  lostBytes = 0;
  /** Cuts at which that was so of the journal's log. */
  cutCommits = 0;
  private readonly workspace = mkdtempSync(join(tmpdir(), 'exchange-power-loss-'));
  private readonly kept = join(this.workspace, 'kept');
  private readonly library = join(this.workspace, 'power-loss.so');
  private readonly directory: string;

  constructor(dataDirectory: string) {
    this.directory = realpathSync(dataDirectory);
    mkdirSync(this.kept);
    const source = resolve('test/faults/power-loss.c');
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', this.library, source, '-ldl']);
  }

  /** What the server has to be started with. */
  get environment(): Record<string, string> {
    return { LD_PRELOAD: this.library, POWER_LOSS_OF: this.directory, POWER_LOSS_KEPT: this.kept };
  }

  /** To be called when the server is dead. What is left is on the disk for good. */
  cut(): void {
    const left = this.keptOf(this.directory);
    for (const name of readdirSync(this.directory)) rmSync(join(this.directory, name), { recursive: true });
    rmSync(this.kept, { recursive: true });
    mkdirSync(this.kept);
    this.restore(this.directory, left);
  }

  remove(): void {
    rmSync(this.workspace, { recursive: true });
  }

  /** The names that a folder had at its last sync, each with what was synced of it. */
  private keptOf(path: string): Folder {
    const folder: Folder = new Map();
    for (const line of this.keptAs(statSync(path).ino).toString().split('\n').slice(0, -1)) {
      const [, inode, name] = /^(\d+) (.*)$/.exec(line)!;
      const present = statSync(join(path, name!), { throwIfNoEntry: false });
      const isFolder = present?.isDirectory() && present.ino === Number(inode);
      folder.set(name!, isFolder ? this.keptOf(join(path, name!)) : this.keptFile(Number(inode), join(path, name!)));
    }
    return folder;
  }

  private keptFile(inode: number, path: string): Buffer {
    const content = this.keptAs(inode);
    const written = existsSync(path) ? readFileSync(path) : content;
    if (!written.equals(content)) {
      this.lostBytes += Math.max(0, written.length - content.length);
      if (path.endsWith('-wal')) this.cutCommits += 1;
    }
    return content;
  }

  private keptAs(inode: number): Buffer {
    const path = join(this.kept, String(inode));
    return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  }

  private restore(path: string, folder: Folder): void {
    const names = [...folder].map(([name, content]) => {
      const at = join(path, name);
      if (content instanceof Map) {
        mkdirSync(at);
        this.restore(at, content);
      } else {
        writeFileSync(at, content);
        writeFileSync(join(this.kept, String(statSync(at).ino)), content);
      }
      return `${statSync(at).ino} ${name}\n`;
    });
    writeFileSync(join(this.kept, String(statSync(path).ino)), names.join(''));
  }
}
