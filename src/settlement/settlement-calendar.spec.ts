import type { CutOffTimes } from '../config/settlement-settings.js';
import { dateText, dayOfText, openBusinessDays } from './business-days.js';
import { SettlementCalendar } from './settlement-calendar.js';

const at = (text: string): number => Date.parse(`${text}Z`);
const minutely: CutOffTimes = { kind: 'every', intervalMs: 60_000 };
const atFive: CutOffTimes = { kind: 'daily', timeOfDayMs: 17 * 3_600_000 };

describe('business days', () => {
  const known = async (calendar: string, ...days: string[]) => {
    const isBusinessDay = await openBusinessDays(calendar);
    return days.filter((day) => isBusinessDay(dayOfText(day)));
  };

  it.each([
    ['always', ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05']],
    ['weekdays', ['2026-01-02', '2026-01-05']],
  ])('%s', async (calendar, expected) => {
    expect(await known(calendar, '2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05')).toEqual(expected);
  });

  it.each([
    ['US', '2026-07-03', '2026-11-26', '2026-12-25'],
    ['DE', '2026-01-01', '2026-04-03', '2026-05-01'],
    ['DE-BY', '2026-01-06', '2026-04-06', '2026-06-04'],
  ])('of %s are not its holidays', async (calendar, ...holidays) => {
    const others = ['2026-01-05', '2026-07-02', '2026-12-24'];
    expect(await known(calendar, ...holidays, ...others)).toEqual(others);
  });

  it('of nowhere are refused by name', async () => {
    await expect(openBusinessDays('XX')).rejects.toThrow('SETTLEMENT_CALENDAR is "XX"');
    await expect(openBusinessDays('DE-XX')).rejects.toThrow('SETTLEMENT_CALENDAR is "DE-XX"');
  });
});

/** The 2nd of January 2026 is a Friday. */
describe('the settlement calendar', () => {
  async function calendar(cutOff: CutOffTimes, days: string): Promise<SettlementCalendar> {
    return new SettlementCalendar(cutOff, await openBusinessDays(days));
  }

  it.each([
    ['always', '2026-01-02T09:00', ['2026-01-02', '2026-01-03', '2026-01-04']],
    ['weekdays', '2026-01-01T09:00', ['2026-01-01', '2026-01-02', '2026-01-05']],
    ['weekdays', '2026-01-02T09:00', ['2026-01-02', '2026-01-05', '2026-01-06']],
    ['weekdays', '2026-01-03T09:00', ['2026-01-05', '2026-01-05', '2026-01-06']],
    ['US', '2026-07-02T23:59:59.999', ['2026-07-02', '2026-07-06', '2026-07-07']],
  ])('%s settles a trade of %s on T+0, T+1 and T+2', async (days, time, expected) => {
    const settles = await calendar(minutely, days);
    expect([0, 1, 2].map((after) => dateText(settles.settlementDay(at(time), after)))).toEqual(expected);
  });

  it('counts what comes after the cut-off of a day to the next one', async () => {
    const settles = await calendar(atFive, 'weekdays');
    const dates = ['2026-01-01T16:59:59.999', '2026-01-01T17:00', '2026-01-02T17:00'].map((time) =>
      dateText(settles.settlementDay(at(time), 0)),
    );
    expect(dates).toEqual(['2026-01-01', '2026-01-02', '2026-01-05']);
    expect(settles.nextCutOff(at('2026-01-01T16:00'))).toBe(at('2026-01-01T17:00'));
    expect(settles.nextCutOff(at('2026-01-01T17:00'))).toBe(at('2026-01-02T17:00'));
  });

  const due = (settles: SettlementCalendar, from: string, now: string, days: number, asOf = now) =>
    [...settles.due(at(from), at(now), days, at(asOf))].map(
      ({ settlementDay, before }) => `${dateText(settlementDay)} before ${new Date(before).toISOString()}`,
    );

  it('has T+0 due at once, day by day', async () => {
    const settles = await calendar(minutely, 'always');
    expect(due(settles, '2026-01-01T23:50', '2026-01-02T00:10', 0)).toEqual([
      '2026-01-01 before 2026-01-02T00:00:00.000Z',
      '2026-01-02 before 2026-01-02T00:10:00.001Z',
    ]);
    expect(settles.nextCutOff(5)).toBe(60_005);
  });

  it('has T+2 due when its day has come, and settles a weekend with its Monday', async () => {
    const settles = await calendar(minutely, 'weekdays');
    expect(due(settles, '2026-01-01T09:00', '2026-01-04T23:59', 2)).toEqual([]);
    expect(due(settles, '2026-01-01T09:00', '2026-01-05T00:00', 2)).toEqual([
      '2026-01-05 before 2026-01-02T00:00:00.000Z',
    ]);
    // The Friday, the Saturday and the Sunday are all two business days from a Tuesday.
    expect(due(settles, '2026-01-02T09:00', '2026-01-06T12:00', 2)).toEqual([
      '2026-01-06 before 2026-01-05T00:00:00.000Z',
    ]);
    expect(due(settles, '2026-01-03T09:00', '2026-01-05T12:00', 0)).toEqual([
      '2026-01-05 before 2026-01-05T12:00:00.001Z',
    ]);
  });

  it('has what is due as of a later time, and nothing that is not made yet', async () => {
    const settles = await calendar(minutely, 'always');
    expect(due(settles, '2026-01-01T09:00', '2026-01-01T12:00', 1)).toEqual([]);
    expect(due(settles, '2026-01-01T09:00', '2026-01-01T12:00', 1, '2026-01-02T00:00')).toEqual([
      '2026-01-02 before 2026-01-01T12:00:00.001Z',
    ]);
  });
});
