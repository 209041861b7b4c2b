/** A day, counted from the 1st of January 1970 in UTC. */
export type Day = number;

export const dayMs = 86_400_000;

/** Which days are business days; asked about any day, past or future. */
export type BusinessDays = (day: Day) => boolean;

const always: BusinessDays = () => true;

const weekdays: BusinessDays = (day) => {
  const weekday = new Date(day * dayMs).getUTCDay();
  return weekday !== 0 && weekday !== 6;
};

/**
 * `always`, `weekdays`, or a country or state by its ISO code (`US`, `DE-BY`), whose public holidays are no
 * business days. Rejects with a sentence for the operator where no such calendar is known.
 */
export async function openBusinessDays(calendar: string): Promise<BusinessDays> {
  if (calendar === 'always') return always;
  if (calendar === 'weekdays') return weekdays;
  return withoutHolidays(calendar);
}

/** The calendars of all countries are large: they are loaded where one is asked for. */
async function withoutHolidays(calendar: string): Promise<BusinessDays> {
  const { default: Holidays } = await import('date-holidays');
  const [country = '', state = ''] = calendar.split('-');
  const holidays = new Holidays();
  const options = { types: ['public'] as 'public'[], timezone: 'UTC' };
  const known = state === '' ? country in holidays.getCountries() : state in (holidays.getStates(country) ?? {});
  if (!known)
    throw new Error(`SETTLEMENT_CALENDAR is "${calendar}": there are no holidays known of such a country or state`);
  if (state === '') holidays.init(country, options);
  else holidays.init(country, state, options);
  const years = new Map<number, ReadonlySet<string>>();
  const holidaysOf = (year: number): ReadonlySet<string> => {
    const known = years.get(year) ?? new Set(holidays.getHolidays(year).flatMap(datesOf));
    years.set(year, known);
    return known;
  };
  return (day) => weekdays(day) && !holidaysOf(new Date(day * dayMs).getUTCFullYear()).has(dateText(day));
}

/** A holiday of several days has a first day and an end behind the last. */
function datesOf({ date, start, end }: { date: string; start: Date; end: Date }): string[] {
  const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / dayMs;
  return Array.from({ length: days }, (_, index) => dateText(first + index));
}

/** Such as `2026-01-31`. */
export function dateText(day: Day): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The day of a text such as `2026-01-31`. */
export function dayOfText(text: string): Day {
  return Date.parse(`${text}T00:00:00Z`) / dayMs;
}
