import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** A venue that halts on stale prices takes no orders in a market until its price source is heard again. */
export const priceCurrent: RiskRule = ({ market, venue }) => {
  if (venue.stalePrice !== 'halt' || market.staleSince === undefined) return undefined;
  const since = new Date(market.staleSince).toISOString();
  return reject(
    'PRICE_STALE',
    `The reference price of ${market.instrument.symbol} is stale since ${since}; orders are taken when there is a new one.`,
  );
};
