import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { CrashRun } from '../scripts/crash/crash-run.js';
import { Random } from '../scripts/crash/random.js';

jest.setTimeout(180_000);

it('keeps its word over ten kills under load (npm run crash-test does two hundred)', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-crash-'));
  const environment = { DATA_DIR: dataDirectory, SNAPSHOT_EVERY: '100', PRICE_INTERVAL_MS: '1000', LOG_LEVEL: 'warn' };
  const program = [
    process.execPath,
    '--import',
    resolve('test/typescript-modules.js'),
    resolve('src/main.ts'),
  ] as const;
  const run = new CrashRun({
    server: { program: [...program], environment },
    dataDirectory,
    kills: 10,
    clients: 8,
    random: new Random(Date.now()),
    wholeEvery: 6,
    onKill: () => undefined,
  });
  try {
    const summary = await run.run();
    expect(summary).toMatchObject({ kills: 10, verifications: 2 });
    expect(summary.orders).toBeGreaterThan(100);
  } finally {
    rmSync(dataDirectory, { recursive: true });
  }
});
