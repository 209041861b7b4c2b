import { crosses } from '../matching/market.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** Keeps out limits that reach too far for a better price than the market's; a limit that waits is never too far. */
export const priceCollar: RiskRule = (check) => {
  const { command, market } = check;
  if (command.price === undefined || market.referenceTicks === 0) return undefined;
  if (crosses(command.side, check.collarTicks, check.priceTicks)) return undefined;
  const limit = command.side === 'BUY' ? 'above' : 'below';
  return reject(
    'PRICE_OUTSIDE_COLLAR',
    `Price ${check.priceText(check.priceTicks)} is ${limit} ${check.priceText(check.collarTicks)}, ` +
      `${market.instrument.definition.collarBps} basis points from the reference price ` +
      `${check.priceText(market.referenceTicks)}.`,
  );
};
