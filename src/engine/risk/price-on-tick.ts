import { formatDecimal } from '../money.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const priceOnTick: RiskRule = ({ command: { price }, market: { instrument } }) => {
  if (price === undefined || price % instrument.definition.tickSize === 0n) return undefined;
  const given = formatDecimal(price, instrument.quoteScale);
  const tick = formatDecimal(instrument.tickSize, instrument.quoteScale);
  return reject(
    'PRICE_NOT_ON_TICK',
    `Price ${given} is not a multiple of the tick size ${tick} of ${instrument.symbol}.`,
  );
};
