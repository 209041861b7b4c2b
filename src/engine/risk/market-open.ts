import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const marketOpen: RiskRule = ({ market }) =>
  market.status === 'OPEN'
    ? undefined
    : reject('MARKET_NOT_OPEN', `${market.instrument.symbol} is ${market.status}; orders are taken while it is OPEN.`);
