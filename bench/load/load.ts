import { spawnSync } from 'node:child_process';

export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  /** Sent as JSON; `[<id>]` in it becomes something that was never sent before. */
  readonly body?: object;
}

/** Requests to send over and over, and over how many connections. */
export interface LoadOptions {
  /** Such as `http://127.0.0.1:40123`. */
  readonly address: string;
  /** Sent in turn. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

/** Something that sends load from a process of its own. */
export interface LoadGenerator {
  /** With its version. */
  readonly name: string;
  /** Rejects if anything was answered with something else than a success. */
  run(options: LoadOptions): Promise<LoadResult>;
}

/** Whether a program can be started, by asking it for its version. */
export function versionOf(program: string): string | undefined {
  const { stdout, error } = spawnSync(program, ['-v'], { encoding: 'utf8' });
  return error === undefined ? (/\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'of unknown version') : undefined;
}
