import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** A market order needs somebody to trade with, within the collar. */
export const marketLiquidity: RiskRule = ({ command, market, plan }) => {
  if (command.orderType !== 'MARKET') return undefined;
  if (plan.lots > 0 || plan.end !== 'NO_MORE') return undefined;
  return reject(
    'NO_LIQUIDITY',
    `Nobody ${command.side === 'BUY' ? 'sells' : 'buys'} in ${market.instrument.symbol} now.`,
  );
};
