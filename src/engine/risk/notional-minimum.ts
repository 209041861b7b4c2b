import { opposite } from '../matching/market.js';
import type { Amount } from '../money.js';
import { reject } from '../reject.js';
import type { OrderCheck, RiskRule } from './order-check.js';

export const notionalMinimum: RiskRule = (check) => {
  const notional = notionalOf(check);
  const { minNotional } = check.market.instrument;
  if (notional === undefined || notional >= minNotional) return undefined;
  return reject(
    'NOTIONAL_TOO_SMALL',
    `The order is worth ${check.quoteText(notional)}, less than the minimum of ${check.quoteText(minNotional)}.`,
  );
};

/** What the order is worth: at its limit, or at the best price that it would meet; unknown on an empty book. */
export function notionalOf(check: OrderCheck): Amount | undefined {
  const { command, market, taker } = check;
  if (command.quoteQuantity !== undefined) return command.quoteQuantity;
  const ticks = command.price === undefined ? market.bestTicks(opposite(command.side)) : check.priceTicks;
  return ticks === undefined ? undefined : market.instrument.notional(ticks, taker.lots);
}
