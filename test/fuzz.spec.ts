import { jest } from '@jest/globals';
import { type FuzzReport, FuzzRun } from '../scripts/fuzz/fuzz-run.js';
import { phases } from '../scripts/fuzz/phases.js';
import { findingLines } from '../scripts/fuzz/report.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(180_000);

const inputs = { exchange: 2_000, access: 600, faults: 300 };

describe('whatever is sent to it (npm run fuzz sends a hundred thousand inputs)', () => {
  it.each(phases)(
    'in the phase $name the exchange answers as documented, and keeps what it accepted alone',
    async ({ name, share: _, ...phase }) => {
      const seed = Date.now() % 2 ** 31;
      const [, ...server] = sourceProgram('src/main.ts');
      const run = new FuzzRun({
        ...{ ...phase, server, seed, inputs: inputs[name], secondsMax: 150 },
        onProgress: () => undefined,
      });
      const report = await run.run();
      const again = `--phase ${name} --inputs ${inputs[name]} --seed ${seed}`;
      expect(findingLines(report.findings, again)).toBe('Nothing was found.');
      expect(report.sent).toBe(inputs[name]);
      expect(report.verified).toMatch(/^ok/);
      expect(partAccepted(report)).toBeGreaterThan(0.2);
    },
  );
});

/** Inputs that are all refused would try little. */
function partAccepted({ rows }: FuzzReport): number {
  const all = [...rows.values()];
  const sum = (count: (row: (typeof all)[number]) => number) => all.reduce((total, row) => total + count(row), 0);
  return sum(({ accepted }) => accepted) / sum(({ sent }) => sent);
}
