import type { OrderType, SelfTradePrevention, Side, TimeInForce } from '../command.js';
import { feeOf, type Instrument } from '../instrument.js';
import type { Account } from '../ledger/account.js';
import type { Amount } from '../money.js';
import type { PriceLevel } from './price-level.js';

/** Where an open order is: on its way through the book as a taker, or not there yet, or resting in it. */
export type OrderState = 'WORKING' | 'RESTING';

/** An open order. Closed orders leave memory; the read model keeps them. */
export class Order {
  state: OrderState = 'WORKING';
  remainingLots: number;
  /** Its place in time among what rests at its price: its own sequence, or that of its release if it waited. */
  restedAt: number;

  /** Its place among those that its account has open: the account's own. */
  place = 0;

  /** Its neighbours in the queue at its price, while it rests: the book's own. */
  level: PriceLevel | undefined = undefined;
  ahead: Order | undefined = undefined;
  behind: Order | undefined = undefined;

  constructor(
    readonly orderId: number,
    readonly account: Account,
    readonly instrument: Instrument,
    readonly side: Side,
    readonly orderType: OrderType,
    readonly timeInForce: TimeInForce,
    readonly selfTradePrevention: SelfTradePrevention,
    readonly priceTicks: number,
    readonly quantityLots: number,
    /** What the account holds for this order, in units of `holdAsset`. */
    public hold: Amount,
    /** The fee of a maker when the order was placed: a later change of fees must not make it cost more than it holds. */
    readonly makerFeePpm: bigint = instrument.makerFeePpm,
  ) {
    this.remainingLots = quantityLots;
    this.restedAt = orderId;
  }

  get holdAsset(): string {
    return this.side === 'BUY' ? this.instrument.quote : this.instrument.base;
  }

  /**
   * What the order must hold once `cost` more of its hold is spent: for a limit order exactly what the
   * rest could cost, a market order keeps what it has left of its reckoned cost.
   */
  holdAfter(cost: Amount): Amount {
    if (this.remainingLots === 0) return 0n;
    if (this.orderType === 'MARKET') return this.hold - cost;
    return worstCost(this.instrument, this.side, this.priceTicks, this.remainingLots, this.feePpm);
  }

  /** A resting order can only be filled as maker; on its way in it may meet either fee. */
  private get feePpm(): bigint {
    return this.state === 'RESTING' ? this.makerFeePpm : this.instrument.maxFeePpm;
  }
}

/** The most that a quantity can cost at a limit: a buy the notional and its fee, a sell the quantity itself. */
export function worstCost(
  instrument: Instrument,
  side: Side,
  priceTicks: number,
  lots: number,
  feePpm: bigint,
): Amount {
  if (side === 'SELL') return instrument.quantity(lots);
  const notional = instrument.notional(priceTicks, lots);
  return notional + feeOf(notional, feePpm);
}
