import { formatDecimal } from '../money.js';
import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const sufficientFunds: RiskRule = (check) => {
  const { account, holdAsset, hold, market } = check;
  const available = account.available(holdAsset);
  if (hold <= available) return undefined;
  const { instrument } = market;
  const scale = holdAsset === instrument.quote ? instrument.quoteScale : instrument.baseScale;
  const fees = check.command.side === 'BUY' ? ', fees included,' : '';
  return reject(
    'INSUFFICIENT_FUNDS',
    `The order could cost ${formatDecimal(hold, scale)} ${holdAsset}${fees} and ` +
      `${formatDecimal(available, scale)} ${holdAsset} is available.`,
  );
};
