import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { probedArguments } from '../scripts/scenario/heap-probe.js';
import { eventsPerOrder, SlowReaderRun } from '../scripts/slow-reader/slow-reader-run.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(420_000);

it('a stopped reader costs the others nothing, is told why it was closed, and has everything in the end', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'exchange-slow-reader-'));
  const lagMessagesMax = 1_000;
  const [node, ...args] = sourceProgram('src/main.ts');
  const run = new SlowReaderRun({
    server: {
      program: [node, ...probedArguments, ...args],
      environment: {
        ...{ DATA_DIR: dataDirectory, LOG_LEVEL: 'warn' },
        // In a few seconds a reader falls no further behind (npm run slow-reader stops it for a minute).
        STREAM_LAG_MESSAGES_MAX: `${lagMessagesMax}`,
      },
    },
    stoppedMs: 9_000,
    beforeMs: 5_000,
    ordersPerSecond: 2_000 / eventsPerOrder,
    otherReaders: 3,
    memory: 'kept',
    onProgress: () => undefined,
  });
  try {
    const report = await run.run();
    const { memoryBeforeBytes, memoryStoppedBytes, lastEvent, slow, others, market } = report;
    expect(slow.closes).toEqual([{ code: 4409, reason: expect.stringContaining('STREAM_LAG_MESSAGES_MAX (1000)') }]);
    expect(lastEvent).toBeGreaterThan(5_000);
    expect({ last: slow.last, breaks: slow.breaks }).toEqual({ last: lastEvent, breaks: 0 });
    expect({ last: others.last, breaks: others.breaks, closes: others.closes }).toEqual({
      ...{ last: lastEvent, breaks: 0, closes: [] },
    });
    expect(others.messages).toBeGreaterThan(3 * 5_000);
    expect(market.conflated).toBeGreaterThan(0);
    expect({ breaks: market.breaks, closes: market.closes }).toEqual({ breaks: 0, closes: [] });
    // Ten of them are the thread for checkpoints, which comes meanwhile.
    expect(memoryStoppedBytes - memoryBeforeBytes).toBeLessThan(25 * 2 ** 20);
  } finally {
    rmSync(dataDirectory, { recursive: true });
  }
});
