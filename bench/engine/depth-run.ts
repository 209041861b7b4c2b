import { midTicks, type Operation, perSecond, seededRandom } from '../operations.js';
import { EngineRun } from './engine-run.js';

/**
 * The engine with so many orders in its book: half limit orders, a tenth market orders, the rest cancels, each of
 * any order that rests. There stay as many: while some are missing, another comes instead of a cancel. Prints how
 * many operations a second it did.
 */
const [resting = 0, count = 0] = process.argv.slice(2).map(Number);
/** What is compiled on the way is compiled by then, however few orders there were to place before. */
const warmUpCount = 200_000;
const awayTicksMax = 500;
const lotsMax = 1_000;
const random = seededRandom(7);
const engine = new EngineRun();
const open: number[] = [];
let performed = 0;

while (open.length < resting) perform(limitOrder(1));
for (let done = 0; done < warmUpCount; done += 1) perform(nextOperation());
const started = performance.now();
for (let done = 0; done < count; done += 1) perform(nextOperation());
console.log(`operations/s ${perSecond(count, started)}`);

function perform(operation: Operation): void {
  engine.perform(operation);
  if (operation.kind === 'limit' && engine.isOpen(performed)) open.push(performed);
  performed += 1;
}

function nextOperation(): Operation {
  const dice = random();
  if (dice < 0.5) return limitOrder(-50);
  if (dice < 0.6) return { kind: 'market', side: anySide(), lots: anyLots() };
  return engine.openOrders < resting ? limitOrder(1) : { kind: 'cancel', target: takeOpen() };
}

/** So many ticks behind the middle at least; below zero it may trade at once. */
function limitOrder(awayTicksMin: number): Operation {
  const side = anySide();
  const away = awayTicksMin + Math.floor(random() * (awayTicksMax - awayTicksMin));
  return { kind: 'limit', side, ticks: side === 'BUY' ? midTicks - away : midTicks + away, lots: anyLots() };
}

/** Those that were filled meanwhile are passed over. */
function takeOpen(): number {
  for (;;) {
    const index = Math.floor(random() * open.length);
    const target = open[index]!;
    open[index] = open.at(-1)!;
    open.pop();
    if (engine.isOpen(target)) return target;
  }
}

function anySide() {
  return random() < 0.5 ? 'BUY' : 'SELL';
}

function anyLots(): number {
  return 1 + Math.floor(random() * lotsMax);
}
