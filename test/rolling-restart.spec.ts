import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Random } from '../scripts/crash/random.js';
import { RollingRun } from '../scripts/rolling-restart/rolling-run.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(300_000);

it('turns no client away that follows readiness, over three restarts under load (npm run rolling-restart does twenty)', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-rolling-'));
  const environment = { DATA_DIR: dataDirectory, DRAIN_WAIT_MS: '1000', PRICE_SOURCE: 'fixed', LOG_LEVEL: 'warn' };
  const run = new RollingRun({
    server: { program: sourceProgram('src/main.ts'), environment },
    dataDirectory,
    restarts: 3,
    clients: 8,
    random: new Random(Date.now()),
    onRestart: () => undefined,
  });
  try {
    const summary = await run.run();
    expect(summary).toMatchObject({
      restarts: 3,
      stopMs: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    expect(summary.orders).toBeGreaterThan(100);
    expect(summary.ordersOverGrpc).toBeGreaterThan(20);
    // The clients that do not look show that there was something to be turned away from.
    expect(summary.refused + summary.unreachable).toBeGreaterThan(0);
  } finally {
    rmSync(dataDirectory, { recursive: true });
  }
});
