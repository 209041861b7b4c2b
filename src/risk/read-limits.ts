import { AmountReader } from '../edge/amount-reader.js';
import { assetIn, marketIn } from '../edge/directory.js';
import { limitScale } from '../edge/limit-words.js';
import { type FieldError, Problem } from '../edge/problem.js';
import { validated } from '../edge/validation.js';
import type { Exchange } from '../engine/exchange.js';
import { keyOfLimit, type RiskLimit, type RiskLimitKind, subjectsOfLimits } from '../engine/risk/limits/risk-limit.js';
import { RiskLimitRequest } from './risk-requests.js';

/** Where the units of a limit are counted, and not of an asset, more than this would not be a limit. */
const countsMax: Readonly<Partial<Record<RiskLimitKind, bigint>>> = { ORDER_RATE: 1_000_000n, PRICE_BAND: 10_000n };

/** The limits that a request lists; throws a `Problem` that names each field that is wrong, or what is not listed. */
export function readLimits(sent: readonly unknown[], exchange: Exchange): RiskLimit[] {
  const requests = gathered(sent, (item) => validated(RiskLimitRequest, item));
  const limits = gathered(requests, (request) => readLimit(request, exchange));
  const doubles = limits.flatMap((limit, at) => {
    const isFirst = limits.findIndex((other) => keyOfLimit(other) === keyOfLimit(limit)) === at;
    return isFirst ? [] : [{ field: `limits[${at}]`, message: `is a second limit for ${keyOfLimit(limit)}` }];
  });
  if (doubles.length > 0) throw Problem.invalid(doubles);
  return limits;
}

function readLimit(request: RiskLimitRequest, exchange: Exchange): RiskLimit {
  const { kind, limit: text } = request;
  const of = subjectIn(request, exchange);
  const amounts = new AmountReader();
  const limit = amounts.read('limit', text, limitScale({ kind, of }, exchange));
  amounts.check();
  const most = countsMax[kind];
  if (most !== undefined && limit > most) {
    throw Problem.invalid([{ field: 'limit', message: `of ${kind} must be at most ${most}, not ${text}` }]);
  }
  return { kind, of, limit };
}

function subjectIn({ kind, symbol, asset }: RiskLimitRequest, exchange: Exchange): string | undefined {
  const subject = subjectsOfLimits[kind];
  const faults: FieldError[] = [
    ...subjectFaults('symbol', symbol, subject === 'market', kind),
    ...subjectFaults('asset', asset, subject === 'asset', kind),
  ];
  if (faults.length > 0) throw Problem.invalid(faults);
  if (symbol !== undefined) return marketIn(exchange, symbol).instrument.symbol;
  return asset === undefined ? undefined : assetIn(exchange, asset).asset;
}

function subjectFaults(field: string, given: string | undefined, isNeeded: boolean, kind: RiskLimitKind): FieldError[] {
  if (isNeeded === (given !== undefined)) return [];
  return [{ field, message: isNeeded ? `is missing: ${kind} needs it` : `does not belong to ${kind}: leave it out` }];
}

/** Reads each item, and throws one `Problem` for all that are malformed, their fields named by the item's place. */
function gathered<Sent, Read>(items: readonly Sent[], read: (item: Sent) => Read): Read[] {
  const errors: FieldError[] = [];
  const all = items.flatMap((item, at) => {
    try {
      return [read(item)];
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== 'VALIDATION_FAILED') throw problem;
      const found = problem.context.errors ?? [{ field: '', message: problem.detail }];
      errors.push(...found.map(({ field, message }) => ({ field: placed(at, field), message })));
      return [];
    }
  });
  if (errors.length > 0) throw Problem.invalid(errors);
  return all;
}

function placed(at: number, field: string): string {
  return field === '' ? `limits[${at}]` : `limits[${at}].${field}`;
}
