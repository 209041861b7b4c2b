import type { ProblemCode } from '../problem-code.js';
import type { Decimal, Liquidity, Side, Time } from '../words.js';

export type OrderType = 'MARKET' | 'LIMIT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type SelfTradePrevention = 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH';
/** NEW and PARTIALLY_FILLED are open; the others are final. */
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** One execution of an order. */
export interface Fill {
  readonly tradeId: string;
  /** In the quote asset for one whole base asset. */
  readonly price: Decimal;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** What the exchange charged for it, in `feeAsset`. */
  readonly fee: Decimal;
  readonly feeAsset: string;
  readonly liquidity: Liquidity;
  readonly executedAt: Time;
}

/** An order without its fills, as streams tell of it. */
export interface OrderState {
  readonly orderId: string;
  /** The caller's own id. */
  readonly clientOrderId: string | null;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly status: OrderStatus;
  /** In the base asset; of an order by `quoteQuantity`, what that bought or sold. */
  readonly quantity: Decimal;
  /** In the quote asset, of an order by quote quantity. */
  readonly quoteQuantity?: Decimal;
  /** The limit, in the quote asset for one whole base asset. */
  readonly price?: Decimal;
  readonly filledQuantity: Decimal;
  /** What is not filled, and of a final order never will be. */
  readonly remainingQuantity: Decimal;
  /** Of all fills, in the quote asset; null before the first. */
  readonly averagePrice: Decimal | null;
  /** Why it was REJECTED. */
  readonly rejectCode?: ProblemCode;
  readonly postOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly createdAt: Time;
  readonly updatedAt: Time;
}

/** An order, as REST answers it. */
export interface Order extends OrderState {
  /** Oldest first. */
  readonly fills: readonly Fill[];
}

/** An order to place: a LIMIT needs `quantity` and `price`, a MARKET `quantity` or `quoteQuantity`. */
export interface PlaceOrderRequest {
  readonly accountId: string;
  /** Your own name for it, unique for the account for ever; by default a new one. */
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity?: Decimal;
  /** MARKET only: the most that a buy may cost, fees included, or that a sell brings before fees. */
  readonly quoteQuantity?: Decimal;
  readonly price?: Decimal;
  /** GTC by default of LIMIT; MARKET is always IOC. */
  readonly timeInForce?: TimeInForce;
  /** LIMIT GTC only: refuse the order if it would trade at once. */
  readonly postOnly?: boolean;
  readonly selfTradePrevention?: SelfTradePrevention;
}

export interface CancelOrdersRequest {
  readonly accountId: string;
  /** Only those in this market. */
  readonly symbol?: string;
}
