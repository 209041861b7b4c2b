import { opposite } from '../../matching/market.js';
import type { Amount } from '../../money.js';
import type { OrderCheck } from '../order-check.js';
import type { LimitRule } from './limit-rule.js';

/**
 * How far an order may reach for a worse price than the market's, in basis points: the market's collar for this
 * account, only tighter. A market order reaches as far as the band, and is refused if nobody is within it.
 */
export const priceBand: LimitRule = {
  withOrder(check) {
    const { command, market } = check;
    const ticks = command.price === undefined ? market.bestTicks(opposite(command.side)) : check.priceTicks;
    return ticks === undefined || market.referenceTicks === 0 ? undefined : distanceBps(check, ticks);
  },
  refusal(check, value, limit) {
    const { command, market } = check;
    const reference = check.priceText(market.referenceTicks);
    const price =
      command.price === undefined
        ? `The best price ${check.priceText(market.bestTicks(opposite(command.side))!)}`
        : `Price ${check.priceText(check.priceTicks)}`;
    return `${price} is ${value} basis points beyond the reference price ${reference}, and the account may go ${limit} beyond it.`;
  },
};

/** Rounded up: a price is within a whole number of basis points exactly if this is. */
function distanceBps({ command, market: { referenceTicks } }: OrderCheck, ticks: number): Amount {
  const beyond = command.side === 'BUY' ? ticks - referenceTicks : referenceTicks - ticks;
  if (beyond <= 0) return 0n;
  const reference = BigInt(referenceTicks);
  return (BigInt(beyond) * 10_000n + reference - 1n) / reference;
}
