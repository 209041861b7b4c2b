import fc from 'fast-check';
import { liquidityPresets } from '../../config/liquidity-presets.js';
import type { Side } from '../command.js';
import { liquidityModels } from '../exchange.fixture.js';
import { Exchange } from '../exchange.js';
import type { LevelRecorder } from '../matching/level-recorder.js';
import { restoreSnapshot, takeSnapshot } from '../snapshot.js';
import { stateHash } from '../state-hash.js';
import { intents, play, propertyRuns, replay, text } from './session.fixture.js';

const sides: readonly Side[] = ['BUY', 'SELL'];
const models = { ...liquidityModels, ...liquidityPresets };
const model = fc.constantFrom(...Object.values(models));

/** Books that are kept up by what the recorders tell, and by nothing else. */
class ToldBooks {
  private readonly told = new Map<string, { recorder: LevelRecorder; levels: Record<Side, Map<number, number>> }>();
  changes = 0;

  constructor(private readonly exchange: Exchange) {
    this.recordNew();
  }

  /** Takes in what was told of one record, and holds it against the whole book. */
  follow(): void {
    for (const [symbol, { recorder, levels }] of this.told) {
      for (const { side, ticks, lots } of recorder.take()) {
        this.changes += 1;
        if (lots === 0) levels[side].delete(ticks);
        else levels[side].set(ticks, lots);
      }
      for (const side of sides) {
        const whole = this.exchange.depth(symbol, side, Infinity).map(({ ticks, lots }) => [ticks, lots]);
        const better = side === 'BUY' ? -1 : 1;
        const told = [...levels[side]].sort(([a], [b]) => better * (a! - b!));
        // Comparing texts first is many times as fast as asking the matcher each time.
        if (text(told) !== text(whole)) expect(told).toEqual(whole);
      }
    }
    this.recordNew();
  }

  /** Markets come with the first definition; whoever begins later begins with the book as it is. */
  private recordNew(): void {
    for (const [symbol, market] of this.exchange.markets) {
      if (this.told.has(symbol)) continue;
      const levels = (side: Side) => new Map(market.depth(side, Infinity).map(({ ticks, lots }) => [ticks, lots]));
      this.told.set(symbol, {
        recorder: market.startRecording(),
        levels: { BUY: levels('BUY'), SELL: levels('SELL') },
      });
    }
  }
}

describe('the changes of levels that a recorder tells', () => {
  it('come, after every command, to the whole book, whatever the liquidity', () => {
    let changes = 0;
    fc.assert(
      fc.property(model, intents, (liquidity, wanted) => {
        const exchange = new Exchange();
        const books = new ToldBooks(exchange);
        play(exchange, liquidity, wanted, () => books.follow());
        changes += books.changes;
      }),
      { numRuns: propertyRuns },
    );
    // A property that holds because nothing happened would be none.
    expect(changes).toBeGreaterThan(propertyRuns * 20);
  }, 600_000);

  it('come to the whole book from a restored snapshot on', () => {
    fc.assert(
      fc.property(model, intents, fc.double({ min: 0, max: 1, noNaN: true }), (liquidity, wanted, where) => {
        const turns = play(new Exchange(), liquidity, wanted);
        const middle = Math.floor(where * turns.length);
        const before = new Exchange();
        replay(turns.slice(0, middle), before);
        const restored = restoreSnapshot(JSON.parse(JSON.stringify(takeSnapshot(before))));
        const books = new ToldBooks(restored);
        for (const turn of turns.slice(middle)) {
          replay([turn], restored);
          books.follow();
        }
      }),
      { numRuns: Math.ceil(propertyRuns * 0.3) },
    );
  }, 600_000);

  it('are no part of what happens: with a recorder everything is as it is without', () => {
    fc.assert(
      fc.property(model, intents, (liquidity, wanted) => {
        const silent = new Exchange();
        const turns = play(silent, liquidity, wanted);
        const recorded = new Exchange();
        const books = new ToldBooks(recorded);
        const executions = turns.map((turn) => {
          const [execution] = replay([turn], recorded);
          books.follow();
          return execution;
        });
        expect(text(executions)).toBe(text(turns.map(({ execution }) => execution)));
        expect(stateHash(recorded)).toBe(stateHash(silent));
      }),
      { numRuns: Math.ceil(propertyRuns * 0.1) },
    );
  }, 600_000);
});
