import { JournalFailed } from '../journal.js';
import { WorkerThread } from './worker-thread.js';

/** Answers with the question's argument, or dies of it. */
const body = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, method, argument }) => {
    if (method === 'die') setImmediate(() => { throw new Error('it was asked to'); });
    else if (method === 'tell') parentPort.postMessage({ id, value: argument });
  });
`)}`,
);

it('stays ended after a failure, and rejects what waited and what comes', async () => {
  const thread = new WorkerThread(body, undefined);
  expect(await thread.ask('tell', 1)).toBe(1);
  const silent = thread.ask('wait');
  await expect(thread.ask('die')).rejects.toThrow('a thread of the journal failed: Error: it was asked to');
  await expect(silent).rejects.toThrow(JournalFailed);
  await expect(thread.ask('tell', 2)).rejects.toThrow(JournalFailed);
  await thread.terminate();
});

it('starts anew with the next question where it may', async () => {
  const thread = new WorkerThread(body, undefined, { startsAnew: true });
  await expect(thread.ask('die')).rejects.toThrow(JournalFailed);
  expect(await thread.ask('tell', 2)).toBe(2);
  await thread.terminate();
  await expect(thread.ask('tell', 3)).rejects.toThrow(JournalFailed);
});
