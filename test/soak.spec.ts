import { SoakRun } from '../scripts/soak/soak-run.js';
import { sourceProgram } from './server.fixture.js';

it('trades under every fault, over an end and a kill, and everything adds up (npm run soak)', async () => {
  const run = new SoakRun({
    ...{ lives: 3, secondsPerLife: 4, traders: 3, seed: 7 },
    server: sourceProgram('src/main.ts').slice(1),
    onProgress: () => undefined,
  });
  const { lives, told, movements, invariants } = await run.run();
  expect(lives.map(({ endedBy }) => endedBy)).toEqual(['SIGTERM', 'SIGKILL', 'nobody']);
  expect(told.some(({ order, unanswered }) => order !== undefined && unanswered > 0)).toBe(true);
  expect(movements).toBeGreaterThan(20);
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
}, 120_000);
