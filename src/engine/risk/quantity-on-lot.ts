import { formatDecimal } from '../money.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const quantityOnLot: RiskRule = ({ command: { quantity }, market: { instrument } }) => {
  if (quantity === undefined || quantity % instrument.definition.lotSize === 0n) return undefined;
  const given = formatDecimal(quantity, instrument.baseScale);
  const lot = formatDecimal(instrument.lotSize, instrument.baseScale);
  return reject(
    'QUANTITY_NOT_ON_LOT',
    `Quantity ${given} is not a multiple of the lot size ${lot} of ${instrument.symbol}.`,
  );
};
