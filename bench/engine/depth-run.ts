import { depthStream } from './depth-stream.js';
import { EngineRun } from './engine-run.js';

/** The engine with so many orders in its book. Prints how many operations a second it did. */
const [resting = 0, count = 0] = process.argv.slice(2).map(Number);
/** What is compiled on the way is compiled by then, however few orders there were to place before. */
const warmUpCount = 200_000;
const stream = depthStream(resting, warmUpCount + count);
const engine = new EngineRun();

engine.over(stream.slice(0, -count));
console.log(`operations/s ${engine.over(stream.slice(-count)).value}`);
