import { define, type Form, optional, text, wholeNumber } from './setting.js';

/** When trades are netted into instructions: again and again, or once a day at a time in UTC. */
export type CutOffTimes =
  | { readonly kind: 'every'; readonly intervalMs: number }
  | { readonly kind: 'daily'; readonly timeOfDayMs: number };

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const intervalMsMax = 86_400_000;

const cutOffTimes: Form<CutOffTimes> = {
  allowed: 'an interval from 1s to 24h, such as 30s, 5m or 1h, or a time of day in UTC, such as 17:00',
  read(value) {
    const [, count, unit] = /^([1-9][0-9]{0,4})([smh])$/.exec(value) ?? [];
    const intervalMs = Number(count) * unitsMs[unit as keyof typeof unitsMs];
    if (count !== undefined) return intervalMs <= intervalMsMax ? { kind: 'every', intervalMs } : undefined;
    const [, hours, minutes] = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(value) ?? [];
    if (hours === undefined) return undefined;
    return { kind: 'daily', timeOfDayMs: Number(hours) * unitsMs.h + Number(minutes) * unitsMs.m };
  },
};

/** When trades settle, and with whom. */
export const settlementSettings = {
  settlementCutOff: define(
    'SETTLEMENT_CUTOFF',
    '1m',
    'When the trades that are due are netted into settlement instructions: at an interval, or once a day.',
    cutOffTimes,
  ),
  settlementCalendar: define(
    'SETTLEMENT_CALENDAR',
    'always',
    'Which days are business days, that T+1 and T+2 count: every day (always), Monday to Friday (weekdays), or those without the public holidays of a country or state (US, DE-BY).',
    text('always, weekdays, or the ISO code of a country or state', /^(always|weekdays|[A-Z]{2}(-[A-Z0-9]{1,3})?)$/),
  ),
  settlementCustodian: define(
    'SETTLEMENT_CUSTODIAN',
    '',
    'Name of the custodian service that is instructed of trades, deposits, withdrawals and transfers; empty: the exchange settles trades itself, at once.',
    optional(text('1 to 63 letters, digits, dots, dashes or underscores', /^[A-Za-z0-9._-]{1,63}$/)),
  ),
  settlementRetryMs: define(
    'SETTLEMENT_RETRY_MS',
    '1000',
    'Milliseconds before an instruction that failed is sent again; each further time it is twice as long, up to a minute.',
    wholeNumber(10, 60_000),
  ),
  settlementAttemptsMax: define(
    'SETTLEMENT_ATTEMPTS_MAX',
    '10',
    'How often an instruction is sent that the custodian fails; after that it stays FAILED.',
    wholeNumber(1, 1_000),
  ),
  settlementSilenceMs: define(
    'SETTLEMENT_SILENCE_MS',
    '5000',
    'Milliseconds that a custodian may be silent about an instruction before it is asked.',
    wholeNumber(50, 3_600_000),
  ),
};

/** What is wrong with the custodian together with other settings. */
export function custodianFaults(values: {
  readonly settlementCustodian: string | null;
  readonly redisUrl: string | null;
  readonly peers: readonly unknown[];
}): string[] {
  const { settlementCustodian: name, redisUrl, peers } = values;
  if (name === null || redisUrl !== null || peers.length > 0) return [];
  return [`SETTLEMENT_CUSTODIAN is "${name}": set PEERS to ${name}=host:port, or REDIS_URL, so that it is found`];
}
