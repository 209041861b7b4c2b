import { formatDecimal } from '../money.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const priceRange: RiskRule = (check) => {
  const { price } = check.command;
  const { instrument } = check.market;
  if (price === undefined || price <= instrument.maxPrice) return undefined;
  const given = formatDecimal(price, instrument.quoteScale);
  const highest = check.priceText(instrument.maxTicks);
  return reject(
    'PRICE_TOO_HIGH',
    `Price ${given} is above ${highest}, the highest that ${instrument.symbol} can take.`,
  );
};
