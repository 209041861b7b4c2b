import type { OrderType } from '../engine/command.js';
import type { Event, OrderPlaced, TradeExecuted } from '../engine/event.js';
import type { Exchange } from '../engine/exchange.js';
import type { RejectCode } from '../engine/reject.js';
import type { RiskLimitKind } from '../engine/risk/limits/risk-limit.js';
import type { JournalRecord } from '../journal/journal.js';
import type { CommittedBatch, VenueObserver } from '../venue/venue-observer.js';

/** How an order ends. */
export const finalStatuses = ['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'] as const;
export type FinalStatus = (typeof finalStatuses)[number];

export class MarketTally {
  trades = 0;
  lots = 0;
  /** In units of the quote asset, as exact as a sum for a chart has to be. */
  notional = 0;
  openOrders = 0;
}

interface OpenOrder {
  readonly orderId: number;
  readonly market: MarketTally;
  readonly orderType: OrderType;
  remainingLots: number;
}

/**
 * Counts orders, trades and what is told of limits as their events become durable. Plain numbers, since each event of each order
 * passes here; what is shown of them is made when somebody looks. Memory grows with the open orders alone.
 */
export class TradingTally implements VenueObserver {
  readonly placed: Record<OrderType, number> = { MARKET: 0, LIMIT: 0 };
  readonly ended: Record<OrderType, Record<FinalStatus, number>> = { MARKET: noneEnded(), LIMIT: noneEnded() };
  readonly rejects = new Map<RejectCode, number>();
  readonly warnings = new Map<RiskLimitKind, number>();
  readonly breaches = new Map<RiskLimitKind, number>();
  readonly markets = new Map<string, MarketTally>();
  private readonly open = new Map<number, OpenOrder>();
  /** The order that the record under way places: most are filled within it, and nothing of them is kept. */
  private incoming: OpenOrder | undefined = undefined;
  /** What this record and those before it led to is in the state that the tally began with. */
  private readonly beganAt: number;

  constructor(exchange: Exchange) {
    this.beganAt = exchange.sequence;
    for (const { orderId, orderType, instrument, remainingLots } of exchange.state.orders.values()) {
      this.open.set(orderId, this.opened(orderId, orderType, instrument.symbol, remainingLots));
    }
  }

  /** The answers go first. */
  committed({ records }: CommittedBatch): void {
    setImmediate(this.count, records);
  }

  private readonly count = (records: readonly JournalRecord[]): void => {
    for (const { sequence, events } of records) {
      if (sequence <= this.beganAt) continue;
      for (const event of events) this.add(event);
      if (this.incoming !== undefined) this.open.set(this.incoming.orderId, this.incoming);
      this.incoming = undefined;
    }
  };

  private add(event: Event): void {
    switch (event.type) {
      case 'OrderPlaced':
        this.place(event);
        break;
      case 'TradeExecuted':
        this.trade(event);
        break;
      case 'OrderCanceled':
        this.end(event.orderId, 'CANCELED');
        break;
      case 'OrderExpired':
        this.end(event.orderId, 'EXPIRED');
        break;
      case 'OrderRejected':
        this.ended[event.orderType].REJECTED += 1;
        count(this.rejects, event.rejectCode);
        break;
      case 'RiskWarningRaised':
        count(this.warnings, event.kind);
        break;
      case 'RiskLimitBreached':
        count(this.breaches, event.kind);
        break;
      default:
      // Nothing else is counted.
    }
  }

  private place({ orderId, orderType, symbol, quantityLots }: OrderPlaced): void {
    this.placed[orderType] += 1;
    this.incoming = this.opened(orderId, orderType, symbol, quantityLots);
  }

  private opened(orderId: number, orderType: OrderType, symbol: string, remainingLots: number): OpenOrder {
    const market = this.market(symbol);
    market.openOrders += 1;
    return { orderId, market, orderType, remainingLots };
  }

  private trade({ symbol, quantityLots, notional, takerOrderId, makerOrderId }: TradeExecuted): void {
    const market = this.market(symbol);
    market.trades += 1;
    market.lots += quantityLots;
    market.notional += Number(notional);
    this.fill(takerOrderId, quantityLots);
    this.fill(makerOrderId, quantityLots);
  }

  /** Order 0 is the liquidity provider, whose quotes are no orders. */
  private fill(orderId: number, lots: number): void {
    const order = orderId === 0 ? undefined : this.find(orderId);
    if (order === undefined) return;
    order.remainingLots -= lots;
    if (order.remainingLots === 0) this.end(orderId, 'FILLED');
  }

  private find(orderId: number): OpenOrder | undefined {
    return this.incoming?.orderId === orderId ? this.incoming : this.open.get(orderId);
  }

  private end(orderId: number, status: FinalStatus): void {
    const order = this.find(orderId);
    if (order === undefined) return;
    if (order === this.incoming) this.incoming = undefined;
    else this.open.delete(orderId);
    order.market.openOrders -= 1;
    this.ended[order.orderType][status] += 1;
  }

  private market(symbol: string): MarketTally {
    const known = this.markets.get(symbol);
    if (known !== undefined) return known;
    const market = new MarketTally();
    this.markets.set(symbol, market);
    return market;
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function noneEnded(): Record<FinalStatus, number> {
  return { FILLED: 0, CANCELED: 0, REJECTED: 0, EXPIRED: 0 };
}
