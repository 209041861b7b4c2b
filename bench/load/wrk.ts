import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LoadGenerator, LoadOptions, LoadRequest, LoadResult } from './load.js';

const script = resolve('bench/load/wrk.lua');

interface Summary {
  readonly requests: number;
  readonly durationUs: number;
  readonly failures: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
}

/** wrk, in C: it takes the least of the processor that the server is measured on. */
export class Wrk implements LoadGenerator {
  readonly name: string;

  constructor(version: string) {
    this.name = `wrk ${version}`;
  }

  async run({ address, requests, connections, seconds }: LoadOptions): Promise<LoadResult> {
    const directory = mkdtempSync(join(tmpdir(), 'exchange-load-'));
    try {
      const file = join(directory, 'requests');
      writeFileSync(file, requests.map(lineOf).join(''));
      const how = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, address];
      const { stdout } = await promisify(execFile)('wrk', [...how, file, Date.now().toString(36)]);
      return resultOf(stdout);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}

function lineOf({ method, path, body }: LoadRequest): string {
  return `${[method, path, ...(body === undefined ? [] : [JSON.stringify(body)])].join(' ')}\n`;
}

function resultOf(output: string): LoadResult {
  const json = /^JSON (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new Error(`wrk printed no summary, but:\n${output}`);
  const { requests, durationUs, failures, p50Us, p99Us, p999Us } = JSON.parse(json) as Summary;
  if (failures > 0) throw new Error(`${failures} of ${requests} requests failed`);
  const perSecond = requests / (durationUs / 1_000_000);
  return { requests, perSecond, p50Ms: p50Us / 1_000, p99Ms: p99Us / 1_000, p999Ms: p999Us / 1_000 };
}
