import type { ChangeMarketStatus, ConfigureVenue, MovePrices, Side } from '../command.js';
import type { Decision } from '../exchange.js';
import { liquidityAccountId } from '../ids.js';
import { faultOfDefinition, feeOf, type VenueDefinition } from '../instrument.js';
import { crosses, type Market, opposite } from '../matching/market.js';
import { formatDecimal } from '../money.js';
import { type Reject, reject } from '../reject.js';

/**
 * Fees, limits and liquidity may change at any time. What balances and open orders are counted in, scales,
 * ticks and lots, may not, and nothing that was listed goes away.
 */
export function configureVenue({ venue }: ConfigureVenue, decision: Decision): Reject | undefined {
  const { state, emit } = decision;
  const fault = faultOfDefinition(venue) ?? (state.venue && faultOfChange(state.venue, venue));
  if (fault !== undefined) return reject('DEFINITION_INVALID', `The venue cannot be run like this: ${fault}.`);
  emit({ type: 'VenueConfigured', venue });
  for (const market of state.markets.values()) fillCrossed(market, decision);
  return undefined;
}

/**
 * One beat of the price source: the quotes move and what was eaten of them grows back. Where they now
 * meet customers' resting orders the liquidity provider trades with them, at the customers' prices.
 */
export function movePrices({ beat, prices }: MovePrices, decision: Decision): Reject | undefined {
  const { state, emit } = decision;
  for (const { symbol, priceTicks } of prices) {
    const market = state.markets.get(symbol);
    if (market === undefined) return reject('MARKET_NOT_FOUND', `There is no market ${symbol}.`);
    const { maxTicks, tickSize, quoteScale } = market.instrument;
    if (!Number.isSafeInteger(priceTicks) || priceTicks < 1 || priceTicks > maxTicks) {
      const highest = formatDecimal(maxTicks * tickSize, quoteScale);
      return reject('PRICE_TOO_HIGH', `A reference price of ${symbol} must be from one tick to ${highest}.`);
    }
  }
  emit({ type: 'PricesMoved', beat, prices });
  for (const market of state.markets.values()) fillCrossed(market, decision);
  return undefined;
}

export function changeMarketStatus({ symbol, status }: ChangeMarketStatus, decision: Decision): Reject | undefined {
  const { state, emit } = decision;
  const market = state.markets.get(symbol);
  if (market === undefined) return reject('MARKET_NOT_FOUND', `There is no market ${symbol}.`);
  if (market.status === status) return undefined;
  emit({ type: 'MarketStatusChanged', symbol, status });
  fillCrossed(market, decision);
  return undefined;
}

function fillCrossed(market: Market, decision: Decision): void {
  if (!market.trades(decision.state.venue?.stalePrice)) return;
  takeCrossed('BUY', market, decision);
  takeCrossed('SELL', market, decision);
}

/** The liquidity provider takes, on one side, every customer's order that its quotes have reached, as long as the ledger can keep what it owes. */
function takeCrossed(takerSide: Side, market: Market, { state, emit }: Decision): void {
  const { book, instrument, liquidity } = market;
  const { ledger } = state;
  for (;;) {
    const maker = book.best(opposite(takerSide));
    const quote = liquidity.quote(takerSide);
    if (maker === undefined || quote === undefined || !crosses(takerSide, quote.ticks, maker.priceTicks)) return;
    const lots = Math.min(maker.remainingLots, quote.lots);
    const notional = instrument.notional(maker.priceTicks, lots);
    const [asset, spent] =
      takerSide === 'BUY' ? [instrument.quote, notional] : [instrument.base, instrument.quantity(lots)];
    if (!ledger.hasRoomFor(ledger.liquidity, asset, -spent)) return;
    emit({
      type: 'TradeExecuted',
      tradeId: state.tradeCount + 1,
      symbol: instrument.symbol,
      priceTicks: maker.priceTicks,
      quantityLots: lots,
      takerSide,
      takerOrderId: 0,
      takerAccountId: liquidityAccountId,
      makerOrderId: maker.orderId,
      makerAccountId: maker.account.accountId,
      liquidityLevel: quote.level,
      notional,
      takerFee: 0n,
      makerFee: feeOf(notional, maker.makerFeePpm),
    });
  }
}

function faultOfChange(before: VenueDefinition, after: VenueDefinition): string | undefined {
  for (const asset of before.assets) {
    const same = after.assets.find((candidate) => candidate.asset === asset.asset);
    if (same === undefined) return `asset ${asset.asset} is in the ledger and must stay listed`;
    if (same.scale !== asset.scale) return `asset ${asset.asset} has ${asset.scale} decimals in the ledger`;
  }
  for (const market of before.markets) {
    const same = after.markets.find((candidate) => candidate.symbol === market.symbol);
    if (same === undefined) return `market ${market.symbol} is in the journal and must stay listed`;
    for (const field of ['base', 'quote', 'tickSize', 'lotSize'] as const) {
      if (same[field] !== market[field]) {
        return `${field} of market ${market.symbol} is ${market[field]} in the journal and cannot become ${same[field]}; list a new symbol instead`;
      }
    }
  }
  return undefined;
}
