import type { Account } from '../../ledger/account.js';
import type { Market } from '../../matching/market.js';
import { type Amount, unitsPerWhole } from '../../money.js';

/**
 * What an account has won or lost today, in a quote asset: what those of its assets are worth that trade against
 * it, at the reference prices, less what they have cost. They cost what they were worth when the UTC day began, or
 * when the account got its limit. What is bought for the quote asset adds its price and fee to that, and a sale
 * takes off what it brought. What comes or goes in any other way does so at the reference price, and so changes
 * nothing. A market counts from its first reference price on. Each worth is rounded down to a unit.
 */
export function dayResult(account: Account, quote: string, markets: Markets): Amount {
  return worth(account, quote, markets) - (account.risk?.costs.get(quote) ?? 0n);
}

/** The reference prices that count: of each pair of assets, the market that is listed first. */
export type Markets = ReadonlyMap<string, Market>;

export function worth(account: Account, quote: string, markets: Markets): Amount {
  let sum = 0n;
  for (const market of markets.values()) {
    const { base, quote: against } = market.instrument;
    if (against !== quote || pricingMarket(markets, base, quote) !== market) continue;
    sum += valueAt(market, account.total(base));
  }
  return sum;
}

/** The account has so much more of an asset, or less, otherwise than by a trade for the quote asset. */
export function noteMovement(account: Account, asset: string, change: Amount, markets: Markets): void {
  for (const quote of account.risk?.costs.keys() ?? []) noteMovementIn(quote, account, asset, change, markets);
}

/** The account has bought so much of the base asset for so much of the quote asset, fees included; a sale is negative. */
export function noteTrade(account: Account, { instrument }: Market, bought: Amount, paid: Amount, markets: Markets) {
  const { base, quote } = instrument;
  for (const [counted, cost] of account.risk?.costs ?? []) {
    if (counted !== quote) {
      noteMovementIn(counted, account, base, bought, markets);
      noteMovementIn(counted, account, quote, -paid, markets);
    } else if (isPriced(pricingMarket(markets, base, quote))) account.risk!.costs.set(quote, cost + paid);
  }
}

/** A market has got its first reference price: what the account has of its asset costs that. */
export function noteFirstPrice(account: Account, market: Market, markets: Markets): void {
  const { base, quote } = market.instrument;
  const cost = account.risk?.costs.get(quote);
  if (cost === undefined || pricingMarket(markets, base, quote) !== market) return;
  account.risk!.costs.set(quote, cost + valueAt(market, account.total(base)));
}

function noteMovementIn(quote: string, account: Account, asset: string, change: Amount, markets: Markets): void {
  const market = pricingMarket(markets, asset, quote);
  if (market === undefined) return;
  const { costs } = account.risk!;
  const total = account.total(asset);
  costs.set(quote, costs.get(quote)! + valueAt(market, total) - valueAt(market, total - change));
}

export function pricingMarket(markets: Markets, base: string, quote: string): Market | undefined {
  for (const market of markets.values()) {
    if (market.instrument.base === base && market.instrument.quote === quote) return market;
  }
  return undefined;
}

function isPriced(market: Market | undefined): boolean {
  return market !== undefined && market.referenceTicks > 0;
}

/** What so much of a market's base asset is worth at its reference price, rounded down to a unit. */
export function valueAt({ instrument, referenceTicks }: Market, amount: Amount): Amount {
  return (amount * instrument.price(referenceTicks)) / unitsPerWhole(instrument.baseScale);
}
