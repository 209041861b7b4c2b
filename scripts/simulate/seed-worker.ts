import { parentPort, workerData } from 'node:worker_threads';
import { examine, type SeedOptions } from './examination.js';

/** A simulation takes the clocks and timers of its thread, so it has one of its own; it is given one seed after the other. */
parentPort?.on('message', async (seed: number) => {
  parentPort?.postMessage(await examine(seed, workerData as SeedOptions));
});
