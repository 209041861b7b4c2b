import { jest } from '@jest/globals';
import { Settings } from '../config/settings.js';
import type { Command } from '../engine/command.js';
import type { FaultInForce } from '../engine/fault-in-force.js';
import { DisturbedPrices } from '../venue/price-source/disturbed-prices.js';
import { VenueUnavailable } from '../venue/unavailable.js';
import type { Venue } from '../venue/venue.js';
import { ChaosService } from './chaos.service.js';
import { FaultBoard } from './fault-board.js';

const daySeconds = 86_400;
const auditor = { transport: 'REST' } as const;

/** A venue that has a disk which can be full, and nothing else. */
class BareVenue {
  readonly commands: Command[] = [];
  readonly exchange = { state: { faults: new Map<number, FaultInForce>() }, markets: new Map() };
  isFull = false;
  commitMs = 0;
  readonly now = Date.now;

  async submit(command: Command) {
    if (this.isFull) throw new VenueUnavailable('JOURNAL_FULL');
    this.commands.push(command);
    return { sequence: this.commands.length, time: Date.now() - this.commitMs };
  }
}

const settings = Settings.from({ CHAOS_ENABLED: 'true', CHAOS_DURATION_MAX_SECONDS: String(60 * daySeconds) });
let venue: BareVenue;
let chaos: ChaosService;

beforeEach(() => {
  jest.useFakeTimers();
  venue = new BareVenue();
  chaos = new ChaosService(venue as unknown as Venue, settings, new FaultBoard(true));
});

afterEach(() => {
  chaos.onModuleDestroy();
  jest.useRealTimers();
});

const ends = () => venue.commands.filter(({ type }) => type === 'EndFault');

it('keeps a fault in force for longer than a timer of Node can wait, and no longer', async () => {
  const fault = await chaos.inject({ kind: 'disconnect', durationSeconds: 40 * daySeconds }, auditor);
  await jest.advanceTimersByTimeAsync(39 * daySeconds * 1_000);
  expect(fault.ended).toBeUndefined();
  await jest.advanceTimersByTimeAsync(daySeconds * 1_000);
  expect(fault.ended).toMatchObject({ reason: 'EXPIRED' });
});

it('tells the journal of an end as soon as the venue takes commands again', async () => {
  const fault = await chaos.inject({ kind: 'disconnect' }, auditor);
  venue.isFull = true;
  await expect(chaos.clear(fault.id, auditor)).rejects.toThrow(VenueUnavailable);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(ends()).toEqual([]);
  venue.isFull = false;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(ends()).toEqual([{ type: 'EndFault', faultId: fault.id, reason: 'CLEARED', struck: 0 }]);
});

it('leaves prices alone where a fault was over before it was in the journal', async () => {
  const source = { pricesAt: () => [{ symbol: 'BTC-USD', priceTicks: 1_000 }] };
  const board = new FaultBoard(true);
  board.prices = new DisturbedPrices(source, Date.now);
  chaos = new ChaosService(venue as unknown as Venue, settings, board);
  venue.commitMs = 2_000;
  await chaos.inject({ kind: 'price-shock', parameters: { percent: 50 }, durationSeconds: 1 }, auditor);
  expect(ends()).toMatchObject([{ reason: 'EXPIRED' }]);
  expect(board.prices.pricesAt(1)).toEqual(source.pricesAt());
});

it('takes no more faults than there may be, however many come at once', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 105 }, () => chaos.inject({ kind: 'disconnect' }, auditor)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
});

it.each([
  [false, 'RESTARTED'],
  [true, 'EXPIRED'],
])('ends at a start what was over meanwhile (%s) as %s', async (over, reason) => {
  const durationSeconds = over ? 10 : 1_000;
  const definition = { kind: 'disconnect', target: {}, parameters: {}, probability: 1, durationSeconds, seed: 1 };
  const known = { faultId: 7, kind: 'disconnect', persistent: over, injectedAt: Date.now() - 20_000 };
  const text = JSON.stringify({ ...definition, persistent: over });
  venue.exchange.state.faults.set(7, { ...known, definition: text });
  await chaos.onApplicationBootstrap();
  expect(ends()).toEqual([{ type: 'EndFault', faultId: 7, reason, struck: 0 }]);
});
