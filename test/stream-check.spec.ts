import { jest } from '@jest/globals';
import { Random } from '../scripts/crash/random.js';
import { StreamCheckRun, streamCheckEnvironment } from '../scripts/stream-check/stream-check-run.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(120_000);

it('streams the books that REST has, also to who loses a message (npm run stream-check does it for ten minutes)', async () => {
  const seed = Date.now() % 2 ** 31;
  const run = new StreamCheckRun({
    server: { program: sourceProgram('src/main.ts'), environment: { ...streamCheckEnvironment, STORE: 'memory' } },
    ...{ seconds: 10, traders: 6, drops: true, random: new Random(seed) },
    onProgress: () => undefined,
  });
  const summary = await run.run().catch((error) => {
    throw new Error(`seed ${seed}: ${error.message}`);
  });
  expect(summary.orders).toBeGreaterThan(200);
  expect(summary.equal).toBeGreaterThan(50);
  expect(summary.recovered).toBeGreaterThan(2);
});
