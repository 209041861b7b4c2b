import { midTicks, type Operation, seededRandom } from '../operations.js';
import { EngineRun } from './engine-run.js';

const awayTicksMax = 500;
const lotsMax = 1_000;
const random = seededRandom(7);

/**
 * So many limit orders that rest, and after them so many operations: half limit orders, a tenth market orders, the
 * rest cancels, each of any order that rests. There stay as many: while some are missing, another comes instead of a
 * cancel.
 */
export function depthStream(resting: number, count: number): readonly Operation[] {
  const choice = new Choice(resting);
  for (let placed = 0; placed < resting; placed += 1) choice.add(limitOrder(1));
  for (let added = 0; added < count; added += 1) choice.add(choice.next());
  return choice.stream;
}

/** Only an engine knows what rests, so what is chosen is done at once. */
class Choice {
  readonly stream: Operation[] = [];
  private readonly engine = new EngineRun();
  private readonly open: number[] = [];

  constructor(private readonly resting: number) {}

  add(operation: Operation): void {
    const index = this.stream.push(operation) - 1;
    this.engine.perform(operation);
    if (operation.kind === 'limit' && this.engine.isOpen(index)) this.open.push(index);
  }

  next(): Operation {
    const dice = random();
    if (dice < 0.5) return limitOrder(-50);
    if (dice < 0.6) return { kind: 'market', side: anySide(), lots: anyLots() };
    return this.engine.openOrders < this.resting ? limitOrder(1) : { kind: 'cancel', target: this.takeOpen() };
  }

  /** Those that were filled meanwhile are passed over. */
  private takeOpen(): number {
    const { open } = this;
    for (;;) {
      const index = Math.floor(random() * open.length);
      const target = open[index]!;
      open[index] = open.at(-1)!;
      open.pop();
      if (this.engine.isOpen(target)) return target;
    }
  }
}

/** So many ticks behind the middle at least; below zero it may trade at once. */
function limitOrder(awayTicksMin: number): Operation {
  const side = anySide();
  const away = awayTicksMin + Math.floor(random() * (awayTicksMax - awayTicksMin));
  return { kind: 'limit', side, ticks: side === 'BUY' ? midTicks - away : midTicks + away, lots: anyLots() };
}

function anySide() {
  return random() < 0.5 ? 'BUY' : 'SELL';
}

function anyLots(): number {
  return 1 + Math.floor(random() * lotsMax);
}
