import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

/** What the order brings must fit the ledger, and so must what the liquidity provider may give for it. */
export const balanceLimit: RiskRule = ({ account, ledger, command, market, lots, hold, priceTicks }) => {
  const { instrument, referenceTicks } = market;
  const base = instrument.quantity(lots);
  const quote = command.side === 'BUY' ? hold : instrument.notional(Math.max(priceTicks, referenceTicks), lots);
  const fits =
    command.side === 'BUY'
      ? ledger.hasRoomFor(account, instrument.base, base) && ledger.hasRoomFor(ledger.liquidity, instrument.base, -base)
      : ledger.hasRoomFor(account, instrument.quote, quote) &&
        ledger.hasRoomFor(ledger.liquidity, instrument.quote, -quote);
  return fits
    ? undefined
    : reject('BALANCE_LIMIT', 'The balances after this order would be larger than the ledger can keep.');
};
