import type { Amount } from '../money.js';
import { reject } from '../reject.js';
import type { OrderCheck, RiskRule } from './order-check.js';

/** What the order brings must fit the ledger, and so must what the liquidity provider may give for it. */
export const balanceLimit: RiskRule = (check) => {
  const { account, ledger, command, market, lots } = check;
  const { instrument } = market;
  const buys = command.side === 'BUY';
  const asset = buys ? instrument.base : instrument.quote;
  const brings = buys ? instrument.quantity(lots) : soldFor(check);
  return ledger.hasRoomFor(account, asset, brings) && ledger.hasRoomFor(ledger.liquidity, asset, -brings)
    ? undefined
    : reject('BALANCE_LIMIT', 'The balances after this order would be larger than the ledger can keep.');
};

/** What a sale may bring, at its own price or at the market's, whichever is more. */
export function soldFor({ market, lots, priceTicks }: OrderCheck): Amount {
  return market.instrument.notional(Math.max(priceTicks, market.referenceTicks), lots);
}
