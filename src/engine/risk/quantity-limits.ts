import { formatDecimal } from '../money.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const quantityLimits: RiskRule = ({ command: { quantity }, market: { instrument } }) => {
  if (quantity === undefined) return undefined;
  const { minQuantity, maxQuantity } = instrument.definition;
  const text = (amount: bigint) => `${formatDecimal(amount, instrument.baseScale)} ${instrument.base}`;
  if (quantity < minQuantity) {
    return reject('QUANTITY_TOO_SMALL', `Quantity ${text(quantity)} is below the minimum of ${text(minQuantity)}.`);
  }
  if (quantity > maxQuantity) {
    return reject('QUANTITY_TOO_LARGE', `Quantity ${text(quantity)} is above the maximum of ${text(maxQuantity)}.`);
  }
  return undefined;
};
