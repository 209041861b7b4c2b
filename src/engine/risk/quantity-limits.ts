import { opposite } from '../matching/market.js';
import { formatDecimal } from '../money.js';
import { reject } from '../reject.js';
import type { OrderCheck, RiskRule } from './order-check.js';

/** An order by quote quantity is as large as what that buys or brings; nobody can tell while the book is empty. */
export const quantityLimits: RiskRule = (check) => {
  const { command, market } = check;
  const { instrument } = market;
  if (command.quantity === undefined && market.bestTicks(opposite(command.side)) === undefined) return undefined;
  const text = (lots: number) => `${check.quantityText(lots)} ${instrument.base}`;
  if (check.lots < instrument.minLots) {
    return reject('QUANTITY_TOO_SMALL', `${sizeOf(check)} below the minimum of ${text(instrument.minLots)}.`);
  }
  if (check.lots > instrument.maxLots) {
    return reject('QUANTITY_TOO_LARGE', `${sizeOf(check)} above the maximum of ${text(instrument.maxLots)}.`);
  }
  return undefined;
};

function sizeOf(check: OrderCheck): string {
  const { quantity, quoteQuantity } = check.command;
  const { base, baseScale } = check.market.instrument;
  if (quantity !== undefined) return `Quantity ${formatDecimal(quantity, baseScale)} ${base} is`;
  return `${check.quoteText(quoteQuantity!)} is worth ${check.quantityText(check.lots)} ${base},`;
}
