import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The TypeScript client as it would be published, unpacked in a directory of its own. */
export class PackedClient {
  private constructor(
    /** What is in the package, as paths in it. */
    readonly files: readonly string[],
    /** The package; a module in here finds it by its name. */
    readonly directory: string,
    private readonly parent: string,
  ) {}

  /** Builds and packs it, as `npm pack` does for everybody. */
  static async make(): Promise<PackedClient> {
    const parent = mkdtempSync(join(tmpdir(), 'packed-client-'));
    const { PATH, HOME } = process.env;
    const options = { cwd: resolve('clients/typescript'), env: { PATH, HOME } };
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', parent], options);
    // npm 12 answers with an object that has the packages by name, and npm before with a list.
    const [packed] = Object.values(JSON.parse(stdout)) as { filename: string; files: { path: string }[] }[];
    await run('tar', ['-xzf', join(parent, packed!.filename), '-C', parent]);
    return new PackedClient(packed!.files.map(({ path }) => path).sort(), join(parent, 'package'), parent);
  }

  remove(): void {
    rmSync(this.parent, { recursive: true });
  }
}
