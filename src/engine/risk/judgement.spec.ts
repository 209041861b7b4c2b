import fc from 'fast-check';
import { Exchange } from '../exchange.js';
import { intents, liquidity, play, propertyRuns, type Turn } from '../properties/session.fixture.js';
import { stateHash } from '../state-hash.js';
import { judgeOrder } from './judgement.js';

describe('an order that is judged once more', () => {
  it('is refused by the same rule for the same reason, rests in the same place, and leaves the same state', () => {
    fc.assert(
      fc.property(liquidity, intents, (preset, wanted) => {
        const exchange = new Exchange();
        const copy = new Exchange();
        play(exchange, preset, wanted, (turn) => {
          const { command, stamp, execution } = turn;
          const { events, reject } = execution;
          if (events.length === 0) return;
          if (command.type !== 'PlaceOrder') {
            copy.apply(events, stamp);
            return;
          }
          const { rules, queue } = judgeOrder(copy, { ...stamp, command, events });
          const [refusing] = rules.filter(({ outcome }) => outcome === 'REFUSED');
          expect([refusing?.rejectCode, refusing?.reason]).toEqual([reject?.rejected, reject?.reason]);
          expect(queue?.ordersAhead).toBe(ordersAhead(turn, exchange));
          expect(stateHash(copy)).toBe(stateHash(exchange));
        });
      }),
      { numRuns: Math.ceil(propertyRuns * 0.1) },
    );
  }, 600_000);
});

/** Counted in the plainest way: what rests on its side at its price, and was there before. */
function ordersAhead({ stamp, execution }: Turn, exchange: Exchange): number | undefined {
  if (!execution.events.some(({ type }) => type === 'OrderRested')) return undefined;
  const own = exchange.state.orders.get(stamp.sequence)!;
  const beside = [...exchange.state.orders.values()].filter(
    ({ instrument, side, priceTicks, state }) =>
      state === 'RESTING' &&
      instrument.symbol === own.instrument.symbol &&
      side === own.side &&
      priceTicks === own.priceTicks,
  );
  return beside.filter(({ restedAt }) => restedAt < own.restedAt).length;
}
