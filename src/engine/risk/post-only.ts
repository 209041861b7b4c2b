import { crosses, opposite } from '../matching/market.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const postOnly: RiskRule = (check) => {
  const { command, market } = check;
  if (!command.postOnly) return undefined;
  const best = market.bestTicks(opposite(command.side));
  if (best === undefined || !crosses(command.side, check.priceTicks, best)) return undefined;
  return reject(
    'POST_ONLY_WOULD_TAKE',
    `A post-only ${command.side} at ${check.priceText(check.priceTicks)} would trade at once with the best price ${check.priceText(best)}.`,
  );
};
