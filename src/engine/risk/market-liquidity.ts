import { opposite } from '../matching/market.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** A market order needs a price, and a quote quantity has to buy at least the smallest order at it. */
export const marketLiquidity: RiskRule = (check) => {
  const { command, market } = check;
  if (command.orderType !== 'MARKET') return undefined;
  const { instrument } = market;
  if (
    market.bestTicks(opposite(command.side)) === undefined ||
    (check.plan.lots === 0 && check.plan.end === 'NO_MORE')
  ) {
    return reject('NO_LIQUIDITY', `Nobody ${command.side === 'BUY' ? 'sells' : 'buys'} in ${instrument.symbol} now.`);
  }
  if (command.quoteQuantity === undefined) return undefined;
  const { lots } = check;
  const gets = `${check.quoteText(command.quoteQuantity)} is worth ${check.quantityText(lots)} ${instrument.base}`;
  if (lots < instrument.minLots) {
    return reject('QUANTITY_TOO_SMALL', `${gets}, below the minimum of ${check.quantityText(instrument.minLots)}.`);
  }
  if (lots > instrument.maxLots) {
    return reject(
      'QUANTITY_TOO_LARGE',
      `${gets} or more, above the maximum of ${check.quantityText(instrument.maxLots)}.`,
    );
  }
  return undefined;
};
