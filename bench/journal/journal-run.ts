import { perSecond } from '../operations.js';
import { TradingVenue } from './trading-venue.js';

/**
 * A venue with its journal in a new data directory, and nothing around it: so many limit orders that stay open, then
 * so many market orders that are filled, 256 in flight. Prints how many of the latter a second were durable, without
 * the first tenth, and ends as in a crash, without a last snapshot.
 */
const [dataDirectory = '', ...counts] = process.argv.slice(2);
const [open = 0, filled = 0] = counts.map(Number);
const inFlight = 256;
const warmUpCount = Math.floor(filled / 10);

const venue = await TradingVenue.open(dataDirectory);
await venue.place('LIMIT', open, inFlight);
await venue.place('MARKET', warmUpCount, inFlight);
const started = performance.now();
await venue.place('MARKET', filled - warmUpCount, inFlight);
console.log(`records/s ${perSecond(filled - warmUpCount, started)}`);
process.exit(0);
