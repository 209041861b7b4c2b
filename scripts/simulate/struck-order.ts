import type { FaultDefinition } from '../../src/chaos/fault.js';
import type { FaultKind } from '../../src/chaos/fault-kinds.js';
import type { PlaceOrder } from '../../src/engine/command.js';
import type { Event } from '../../src/engine/event.js';
import { discrepancy } from '../crash/discrepancy.js';

/** What comes in with an order is what those faults that struck it make of it, and the engine does it. */
export function checkStruckOrder(
  sequence: number,
  { quantity, postOnly, fault = {} }: PlaceOrder,
  striking: readonly FaultDefinition[],
  events: readonly Event[],
): void {
  const { rejectCode, fillPercent, matchAfterMs } = fault;
  const [promised, found] = [promisedBy(striking), [rejectCode, fillPercent, matchAfterMs]];
  if (String(promised) !== String(found)) throw discrepancy(`what struck the order at ${sequence}`, promised, found);
  const [first] = events;
  if (rejectCode !== undefined && !(first?.type === 'OrderRejected' && first.rejectCode === rejectCode))
    throw discrepancy(`order ${sequence}`, `OrderRejected with ${rejectCode}`, first);
  if (first?.type !== 'OrderPlaced' || quantity === undefined) return;
  const waits = matchAfterMs !== undefined && !postOnly;
  const lotsMax = waits ? 0 : Math.floor((first.quantityLots * (fillPercent ?? 100)) / 100);
  const lots = lotsTaken(sequence, events);
  if (lots > lotsMax) throw discrepancy(`what order ${sequence} was filled at once`, `at most ${lotsMax} lots`, lots);
}

/** The first code, the smallest part, the longest wait. */
function promisedBy(striking: readonly FaultDefinition[]): unknown[] {
  const of = (kind: FaultKind) => striking.filter((fault) => fault.kind === kind).map(({ parameters }) => parameters);
  const parts = of('partial-fill').map(({ fillPercent }) => fillPercent!);
  const waits = of('ack-delay').map(({ delayMs }) => delayMs!);
  return [of('reject')[0]?.code, parts.sort((a, b) => a - b)[0], waits.sort((a, b) => b - a)[0]];
}

function lotsTaken(orderId: number, events: readonly Event[]): number {
  return events.reduce(
    (sum, event) => (event.type === 'TradeExecuted' && event.takerOrderId === orderId ? sum + event.quantityLots : sum),
    0,
  );
}
