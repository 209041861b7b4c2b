import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { OrderType } from '../engine/command.js';
import type { Market } from '../engine/matching/market.js';
import { rejectCodes } from '../engine/reject.js';
import { riskLimitKinds } from '../engine/risk/limits/risk-limit.js';
import type { Venue } from '../venue/venue.js';
import { finalStatuses, TradingTally } from './trading-tally.js';

const orderTypes: readonly OrderType[] = ['MARKET', 'LIMIT'];

/** Registers what is told of orders, trades, books and risk. Nothing of it is worked out before somebody asks. */
export function registerTradingMetrics(metrics: MetricsRegistry, venue: Venue): void {
  const tally = new TradingTally(venue.exchange);
  venue.observe(tally);
  registerOrders(metrics, tally);
  registerTrades(metrics, tally, venue);
  registerBooks(metrics, tally, venue);
  registerRisk(metrics, tally, venue);
}

function registerOrders(metrics: MetricsRegistry, tally: TradingTally): void {
  total(metrics, 'exchange_orders_placed_total', 'Orders that passed the risk rules.', ['type'], (set) => {
    for (const type of orderTypes) set(tally.placed[type], { type });
  });
  total(metrics, 'exchange_orders_total', 'Orders that ended, by how they did.', ['type', 'status'], (set) => {
    for (const type of orderTypes) {
      for (const status of finalStatuses) set(tally.ended[type][status], { type, status });
    }
  });
  total(metrics, 'exchange_order_rejects_total', 'Orders that were refused, by the first reason.', ['code'], (set) => {
    for (const code of rejectCodes) set(tally.rejects.get(code) ?? 0, { code });
  });
}

function registerTrades(metrics: MetricsRegistry, tally: TradingTally, venue: Venue): void {
  const eachMarket = (show: (market: Market, symbol: string) => void): void => {
    for (const [symbol, market] of venue.exchange.markets) show(market, symbol);
  };
  total(metrics, 'exchange_trades_total', 'Trades.', ['symbol'], (set) =>
    eachMarket((_, symbol) => set(tally.markets.get(symbol)?.trades ?? 0, { symbol })),
  );
  const quantity = 'Quantity of all trades, in the base asset.';
  total(metrics, 'exchange_matched_quantity_total', quantity, ['symbol'], (set) =>
    eachMarket(({ instrument: { lotSize, baseScale } }, symbol) =>
      set(((tally.markets.get(symbol)?.lots ?? 0) * lotSize) / 10 ** baseScale, { symbol }),
    ),
  );
  const notional = 'Value of all trades, in the quote asset.';
  total(metrics, 'exchange_matched_notional_total', notional, ['symbol'], (set) =>
    eachMarket(({ instrument: { quoteScale } }, symbol) =>
      set((tally.markets.get(symbol)?.notional ?? 0) / 10 ** quoteScale, { symbol }),
    ),
  );
}

function registerBooks(metrics: MetricsRegistry, tally: TradingTally, venue: Venue): void {
  gauge(metrics, 'exchange_open_orders', 'Orders of customers that are open.', ['symbol'], (set) => {
    for (const symbol of venue.exchange.markets.keys()) set(tally.markets.get(symbol)?.openOrders ?? 0, { symbol });
  });
  const best = 'Best price of a side of the book, in the quote asset; absent while the side is empty.';
  gauge(metrics, 'exchange_best_price', best, ['symbol', 'side'], (set) => {
    for (const [symbol, market] of venue.exchange.markets) {
      for (const side of ['BUY', 'SELL'] as const) set(priceAt(market, market.bestTicks(side)), { symbol, side });
    }
  });
  const spread = 'Best price to buy at less best price to sell at, in the quote asset; absent while a side is empty.';
  gauge(metrics, 'exchange_book_spread', spread, ['symbol'], (set) => {
    for (const [symbol, market] of venue.exchange.markets) {
      const [bid, ask] = [market.bestTicks('BUY'), market.bestTicks('SELL')];
      if (bid !== undefined && ask !== undefined) set(priceAt(market, ask - bid), { symbol });
    }
  });
  gauge(metrics, 'exchange_reference_price', 'Reference price, in the quote asset.', ['symbol'], (set) => {
    for (const [symbol, market] of venue.exchange.markets) set(priceAt(market, market.referenceTicks), { symbol });
  });
}

function registerRisk(metrics: MetricsRegistry, tally: TradingTally, venue: Venue): void {
  const warned = 'Limits of accounts whose use came to the share of a warning.';
  total(metrics, 'exchange_risk_warnings_total', warned, ['limit'], (set) => {
    for (const limit of riskLimitKinds) set(tally.warnings.get(limit) ?? 0, { limit });
  });
  const breached = 'Limits of accounts that were exceeded, or that began to refuse orders.';
  total(metrics, 'exchange_risk_breaches_total', breached, ['limit'], (set) => {
    for (const limit of riskLimitKinds) set(tally.breaches.get(limit) ?? 0, { limit });
  });
  const engaged = 'Kill switches that are engaged: that for all, and those of single accounts.';
  gauge(metrics, 'exchange_kill_switches_engaged', engaged, ['scope'], (set) => {
    const { state } = venue.exchange;
    let accounts = 0;
    for (const { killSwitch } of state.ledger.accounts.values()) if (killSwitch !== undefined) accounts += 1;
    set(state.killSwitch === undefined ? 0 : 1, { scope: 'all' });
    set(accounts, { scope: 'account' });
  });
}

function priceAt({ instrument: { tickSize, quoteScale } }: Market, ticks: number | undefined): number | undefined {
  return ticks === undefined ? undefined : (ticks * tickSize) / 10 ** quoteScale;
}

type Labels = Readonly<Record<string, string>>;
type Show = (set: (value: number | undefined, labels: Labels) => void) => void;

/** A counter whose value is counted elsewhere. */
function total(metrics: MetricsRegistry, name: string, help: string, labelNames: string[], show: Show): void {
  new Counter({
    ...{ name, help, labelNames, registers: [metrics] },
    collect() {
      this.reset();
      show((value, labels) => this.inc(labels, value));
    },
  });
}

function gauge(metrics: MetricsRegistry, name: string, help: string, labelNames: string[], show: Show): void {
  new Gauge({
    ...{ name, help, labelNames, registers: [metrics] },
    collect() {
      this.reset();
      show((value, labels) => value !== undefined && this.set(labels, value));
    },
  });
}
