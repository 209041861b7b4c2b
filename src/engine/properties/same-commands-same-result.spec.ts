import fc from 'fast-check';
import { Exchange } from '../exchange.js';
import { NaiveOrderBook } from '../matching/naive-order-book.js';
import { restoreSnapshot, type Snapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';
import { intents, liquidity, play, propertyRuns, replay, text } from './session.fixture.js';

function holdsAlways<Values extends unknown[]>(property: fc.IProperty<Values>, share = 1): void {
  fc.assert(property, { numRuns: Math.ceil(propertyRuns * share) });
}

describe('the same commands', () => {
  it('lead to the same events and answers in the fast book and in the slow one, and when they are replayed', () => {
    holdsAlways(
      fc.property(liquidity, intents, (preset, wanted) => {
        const turns = play(new Exchange(), preset, wanted);
        const heard = text(turns.map(({ execution }) => execution));
        expect(text(replay(turns, new Exchange(() => new NaiveOrderBook())))).toBe(heard);
        expect(text(replay(turns, new Exchange()))).toBe(heard);
      }),
    );
  }, 600_000);

  it('lead to the same state, after each of them, as applying what they came to', () => {
    holdsAlways(
      fc.property(liquidity, intents, (preset, wanted) => {
        const exchange = new Exchange();
        const copy = new Exchange();
        play(exchange, preset, wanted, ({ stamp, execution: { events, balances } }) => {
          if (events.length > 0) expect(text(copy.apply(events, stamp))).toBe(text(balances));
          expect(stateHash(copy)).toBe(stateHash(exchange));
        });
      }),
      0.3,
    );
  }, 600_000);

  it('lead to the same from a snapshot that was taken in between, written and read', () => {
    holdsAlways(
      fc.property(liquidity, intents, fc.double({ min: 0, max: 1, noNaN: true }), (preset, wanted, where) => {
        const turns = play(new Exchange(), preset, wanted);
        const middle = Math.floor(where * turns.length);
        const exchange = new Exchange();
        replay(turns.slice(0, middle), exchange);

        const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(exchange))));

        expect(stateHash(restored)).toBe(stateHash(exchange));
        const rest = turns.slice(middle);
        expect(text(replay(rest, restored))).toBe(text(rest.map(({ execution }) => execution)));
        replay(rest, exchange);
        expect(stateHash(restored)).toBe(stateHash(exchange));
      }),
    );
  }, 600_000);
});

/** Without what a refusal may change: that it was told of, and the day that losses are counted for. */
function withoutMemory(snapshot: Snapshot): string {
  const memory = ['levels', 'costs'];
  const unstamped = { ...snapshot, sequence: 0, time: 0 };
  return JSON.stringify(unstamped, (field, value) => (memory.includes(field) ? undefined : value));
}

describe('a refused command', () => {
  it('changes nothing but the sequence and the time, and those only if it is kept', () => {
    holdsAlways(
      fc.property(liquidity, intents, (preset, wanted) => {
        const exchange = new Exchange();
        let before = '';
        play(exchange, preset, wanted, ({ stamp, execution: { events, reject } }) => {
          const after = takeSnapshot(exchange);
          if (reject !== undefined) expect(withoutMemory(after)).toBe(before);
          expect(exchange.sequence).toBe(events.length > 0 ? stamp.sequence : stamp.sequence - 1);
          before = withoutMemory(after);
        });
      }),
      0.3,
    );
  }, 600_000);
});
