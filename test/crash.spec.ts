import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { CrashRun } from '../scripts/crash/crash-run.js';
import { Random } from '../scripts/crash/random.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(180_000);

it('keeps its word over ten kills under load (npm run crash-test does two hundred)', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-crash-'));
  const environment = { DATA_DIR: dataDirectory, SNAPSHOT_EVERY: '100', PRICE_INTERVAL_MS: '1000', LOG_LEVEL: 'warn' };
  const run = new CrashRun({
    server: { program: sourceProgram('src/main.ts'), environment },
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
