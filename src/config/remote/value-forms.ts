import { formatDecimal, parseDecimal } from '../../engine/money.js';
import type { Form } from '../setting.js';

/** How values of the configuration service are read; `oneOf` and the like of `setting.ts` do as well. */

export const anyText: Form<string> = { allowed: 'a text', read: (text) => text };

/** Signs are taken; what is beyond 2^53 is not. */
export function integer(least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Form<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    read(text) {
      const value = /^(0|-?[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

/** Money and the like: exact, in units of the scale, and never a floating point number. */
export function decimal(scale: number, least = 0n, most?: bigint): Form<bigint> {
  return {
    allowed: `a decimal of plain digits with at most ${scale} decimals, in quotes, such as "7.5"${bounds(scale, least, most)}`,
    read(text) {
      const units = parseDecimal(text, scale);
      return typeof units === 'bigint' && units >= least && (most === undefined || units <= most) ? units : undefined;
    },
  };
}

function bounds(scale: number, least: bigint, most: bigint | undefined): string {
  const shown = (units: bigint) => formatDecimal(units, scale);
  if (most !== undefined) return `, from ${shown(least)} to ${shown(most)}`;
  return least > 0n ? `, at least ${shown(least)}` : '';
}

export const boolean: Form<boolean> = {
  allowed: 'true or false',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds: `250ms`, `30s`, `5m`, `1h30m`; digits alone are milliseconds. */
export const duration: Form<number> = {
  allowed: 'a duration such as 250ms, 30s, 5m, 2h or 1d; digits alone are milliseconds',
  read(text) {
    if (/^[0-9]{1,15}$/.test(text)) return Number(text);
    if (!/^([0-9]{1,9}(ms|s|m|h|d))+$/.test(text)) return undefined;
    const parts = [...text.matchAll(/([0-9]+)(ms|s|m|h|d)/g)];
    return parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * unitMs[unit!]!, 0);
  },
};

/** Any JSON value; who reads it checks its shape. */
export const json: Form<unknown> = {
  allowed: 'JSON',
  read(text) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  },
};

/** Names the key, its value and what would be right. */
export function faultOf(key: string, text: string, allowed: string): string {
  return `${key} is ${JSON.stringify(text.slice(0, 200))}: it must be ${allowed}`;
}
