import { ApiKeys } from './access/api-keys.js';
import { assertInvariant } from './assert.js';
import type { Stamp } from './command.js';
import { DisconnectGuards } from './disconnect-guards.js';
import type {
  ApiKeyIssued,
  Event,
  FaultInjected,
  FundsMoved,
  KillSwitchEngaged,
  OrderPlaced,
  OrderRested,
  PricesMoved,
  SettlementCycleClosed,
  TradeExecuted,
  VenueConfigured,
} from './event.js';
import type { FaultInForce } from './fault-in-force.js';
import { Instrument, type VenueDefinition } from './instrument.js';
import type { Account } from './ledger/account.js';
import { Ledger } from './ledger/ledger.js';
import { Market, opposite } from './matching/market.js';
import { Order } from './matching/order.js';
import type { OrderBookFactory } from './matching/order-book.js';
import { OrderTable } from './matching/order-table.js';
import type { Amount } from './money.js';
import type { KillSwitch } from './risk/kill-switch.js';
import type { AccountRisk } from './risk/limits/account-risk.js';
import { noteMovement, noteTrade } from './risk/limits/day-result.js';
import { RiskBook } from './risk/limits/risk-book.js';
import { Settlement } from './settlement/settlement.js';
import { transferInstructions } from './settlement/transfer-instructions.js';

/**
 * Everything that the exchange knows, and `apply`, the only thing that changes it. Deciding and replaying
 * go through the same door, so what was decided is what is replayed.
 */
export class State {
  sequence = 0;
  time = 0;
  tradeCount = 0;
  /** The last beat of the price source; -1 before the first. */
  beat = -1;
  venue: VenueDefinition | undefined = undefined;
  readonly ledger = new Ledger();
  readonly markets = new Map<string, Market>();
  readonly orders = new OrderTable();
  readonly apiKeys = new ApiKeys();
  readonly settlement = new Settlement();
  readonly disconnectGuards = new DisconnectGuards();
  readonly risk = new RiskBook(this.markets);
  /** By their ids, oldest first. They change nothing that the exchange decides. */
  readonly faults = new Map<number, FaultInForce>();
  /** That for all accounts; an account may have one of its own. */
  killSwitch: KillSwitch | undefined = undefined;

  constructor(private readonly createBook: OrderBookFactory) {}

  apply(event: Event, stamp: Stamp): void {
    if (this.risk.limited.size > 0) this.risk.turnDay(stamp.time);
    switch (event.type) {
      case 'VenueConfigured':
        this.configure(event, stamp);
        break;
      case 'AccountOpened':
        this.ledger.open(event.accountId, event.accountType);
        break;
      case 'AccountStatusChanged':
        this.ledger.account(event.accountId).status = event.status;
        break;
      case 'FundsMoved':
        this.moveFunds(event, stamp);
        break;
      case 'TransferRejected':
      case 'OrderRejected':
      case 'OrderReleased':
        break;
      case 'OrderPlaced':
        this.placeOrder(event, stamp);
        break;
      case 'TradeExecuted':
        this.settleTrade(event);
        break;
      case 'OrderRested':
        this.restOrder(event, stamp);
        break;
      case 'OrderCanceled':
      case 'OrderExpired':
        this.endOrder(this.order(event.orderId));
        break;
      case 'CancelOnDisconnectArmed':
        this.disconnectGuards.arm(event);
        break;
      case 'CancelOnDisconnectDisarmed':
        this.disconnectGuards.disarm(event);
        break;
      case 'PricesMoved':
        this.movePrices(event, stamp);
        break;
      case 'MarketStatusChanged':
        this.market(event.symbol).status = event.status;
        break;
      case 'ApiKeyIssued':
        this.issueApiKey(event, stamp);
        break;
      case 'ApiKeyRevoked':
        this.apiKeys.remove(event.keyId);
        break;
      case 'ApiKeysUsed':
        for (const use of event.uses) this.apiKeys.noteUse(use);
        break;
      case 'RiskLimitsSet':
        this.risk.setLimits(this.ledger.account(event.accountId), event, stamp.time);
        break;
      case 'RiskWarningRaised':
        this.limitsOf(event.accountId).setLevel(event, 'WARNING');
        break;
      case 'RiskLimitBreached':
        this.limitsOf(event.accountId).setLevel(event, event.orderId === undefined ? 'BREACHED' : 'REFUSING');
        break;
      case 'RiskEased':
        this.limitsOf(event.accountId).setLevel(event, event.level);
        break;
      case 'KillSwitchEngaged':
        this.switchTrading(event.accountId, killSwitchOf(event, stamp));
        break;
      case 'KillSwitchReleased':
        this.switchTrading(event.accountId, undefined);
        break;
      case 'SettlementCycleClosed':
        this.closeSettlementCycle(event, stamp);
        break;
      case 'InstructionStatusesChanged':
        for (const change of event.changes) this.settlement.change(change);
        break;
      case 'FaultInjected':
        this.faults.set(event.faultId, faultOf(event, stamp));
        break;
      case 'FaultEnded':
        this.faults.delete(event.faultId);
        break;
      default:
        event satisfies never;
    }
  }

  /** A market that an event names: it must be there. */
  market(symbol: string): Market {
    const market = this.markets.get(symbol);
    assertInvariant(market !== undefined, 'an event names a market that is listed');
    return market;
  }

  private order(orderId: number): Order {
    const order = this.orders.get(orderId);
    assertInvariant(order !== undefined, 'an event names an order that is open');
    return order;
  }

  /** The markets stand in the order of the definition, as they do after a restart from a snapshot. */
  private configure({ venue }: VenueConfigured, stamp: Stamp): void {
    this.venue = venue;
    const assets = new Map(venue.assets.map((asset) => [asset.asset, asset]));
    const listed = new Map(this.markets);
    const settledThrough = Math.max(0, ...[...listed.values()].map((market) => market.settledThrough));
    this.markets.clear();
    for (const definition of venue.markets) {
      const instrument = new Instrument(definition, assets.get(definition.base)!, assets.get(definition.quote)!);
      const market = listed.get(definition.symbol);
      market?.redefine(instrument, definition.liquidity ?? venue.liquidity, stamp.sequence);
      this.markets.set(definition.symbol, market ?? this.newMarket(instrument, venue, settledThrough));
    }
  }

  /** A market without a trade goes along with the cycles of the others from its beginning. */
  private newMarket(instrument: Instrument, { liquidity }: VenueDefinition, settledThrough: number): Market {
    const market = new Market(instrument, instrument.definition.liquidity ?? liquidity, this.createBook());
    market.settledThrough = settledThrough;
    return market;
  }

  private closeSettlementCycle(
    { markets, throughSequence, instructions }: SettlementCycleClosed,
    { time }: Stamp,
  ): void {
    for (const { symbol } of markets) this.market(symbol).settledThrough = throughSequence;
    for (const instruction of instructions) this.settlement.add(instruction, time);
  }

  private issueApiKey({ keyId, accountId, label, scopes, secretHash }: ApiKeyIssued, { time }: Stamp): void {
    this.apiKeys.add({ keyId, accountId, label, scopes, secretHash, createdAt: time });
  }

  private limitsOf(accountId: number): AccountRisk {
    const { risk } = this.ledger.account(accountId);
    assertInvariant(risk !== undefined, 'an event names an account that has limits');
    return risk;
  }

  private switchTrading(accountId: number | undefined, killSwitch: KillSwitch | undefined): void {
    if (accountId === undefined) this.killSwitch = killSwitch;
    else this.ledger.account(accountId).killSwitch = killSwitch;
  }

  private moveFunds(event: FundsMoved, { time }: Stamp): void {
    const { fromAccountId, toAccountId, asset, amount } = event;
    const from = this.ledger.account(fromAccountId);
    const to = this.ledger.account(toAccountId);
    this.ledger.post(from, to, asset, amount);
    if (from.risk !== undefined) noteMovement(from, asset, -amount, this.markets);
    if (to.risk !== undefined) noteMovement(to, asset, amount, this.markets);
    for (const instruction of transferInstructions(event)) this.settlement.add(instruction, time);
  }

  private movePrices({ beat, prices }: PricesMoved, stamp: Stamp): void {
    this.beat = beat;
    for (const { symbol, priceTicks, stale } of prices) {
      const market = this.market(symbol);
      const isFirst = market.referenceTicks === 0;
      market.move(priceTicks, stamp.sequence);
      if (isFirst) this.risk.firstPriced(market);
      market.markStale(stale === true, stamp.time);
    }
    for (const market of this.markets.values()) market.refill(stamp.time);
  }

  private placeOrder(event: OrderPlaced, { time }: Stamp): void {
    const account = this.ledger.account(event.accountId);
    const order = new Order(
      event.orderId,
      account,
      this.market(event.symbol).instrument,
      event.side,
      event.orderType,
      event.timeInForce,
      event.selfTradePrevention,
      event.priceTicks,
      event.quantityLots,
      event.hold,
    );
    this.ledger.hold(account, order.holdAsset, event.hold);
    this.orders.add(order);
    account.openOrders.add(order);
    if (account.risk === undefined) return;
    account.risk.orderChanged(order, order.remainingLots);
    account.risk.countOrder(time);
  }

  private restOrder({ orderId, hold }: OrderRested, { sequence }: Stamp): void {
    const order = this.order(orderId);
    order.state = 'RESTING';
    order.restedAt = sequence;
    this.lowerHold(order, hold);
    this.market(order.instrument.symbol).rest(order);
  }

  private endOrder(order: Order): void {
    if (order.state === 'RESTING') this.market(order.instrument.symbol).withdraw(order);
    order.account.risk?.orderChanged(order, -order.remainingLots);
    this.lowerHold(order, 0n);
    this.forget(order);
  }

  private settleTrade(trade: TradeExecuted): void {
    const market = this.market(trade.symbol);
    const { base, quote } = market.instrument;
    const quantity = market.instrument.quantity(trade.quantityLots);
    const takerBuys = trade.takerSide === 'BUY';
    const buyerFee = takerBuys ? trade.takerFee : trade.makerFee;
    const sellerFee = takerBuys ? trade.makerFee : trade.takerFee;
    const taker = this.fillSide(market, trade.takerOrderId, trade, takerBuys, buyerFee, quantity);
    const maker = this.fillSide(market, trade.makerOrderId, trade, !takerBuys, buyerFee, quantity);
    const buyer = takerBuys ? taker : maker;
    const seller = takerBuys ? maker : taker;

    this.ledger.post(seller, buyer, base, quantity);
    this.ledger.post(buyer, seller, quote, trade.notional);
    if (buyerFee > 0n) this.ledger.post(buyer, this.ledger.fees, quote, buyerFee);
    if (sellerFee > 0n) this.ledger.post(seller, this.ledger.fees, quote, sellerFee);
    if (buyer.risk !== undefined) noteTrade(buyer, market, quantity, trade.notional + buyerFee, this.markets);
    if (seller.risk !== undefined) noteTrade(seller, market, -quantity, sellerFee - trade.notional, this.markets);
    this.tradeCount = trade.tradeId;
  }

  /** Takes a trade off one side's order, or off the liquidity provider's level, and answers whose account it is. */
  private fillSide(
    market: Market,
    orderId: number,
    trade: TradeExecuted,
    buys: boolean,
    buyerFee: Amount,
    quantity: Amount,
  ): Account {
    if (orderId === 0) {
      const side = trade.makerOrderId === 0 ? opposite(trade.takerSide) : trade.takerSide;
      market.give(side, trade.liquidityLevel!, trade.quantityLots);
      return this.ledger.liquidity;
    }
    const order = this.order(orderId);
    assertInvariant(trade.quantityLots <= order.remainingLots, 'no order is filled beyond its quantity');
    if (order.state === 'RESTING') market.fill(order, trade.quantityLots);
    else order.remainingLots -= trade.quantityLots;
    order.account.risk?.orderChanged(order, -trade.quantityLots);
    this.lowerHold(order, order.holdAfter(buys ? trade.notional + buyerFee : quantity));
    if (order.remainingLots === 0) this.forget(order);
    return order.account;
  }

  private lowerHold(order: Order, hold: Amount): void {
    this.ledger.release(order.account, order.holdAsset, order.hold - hold);
    order.hold = hold;
  }

  private forget(order: Order): void {
    this.orders.remove(order);
    order.account.openOrders.remove(order);
  }
}

function killSwitchOf({ reason }: KillSwitchEngaged, { time }: Stamp): KillSwitch {
  return { reason, engagedAt: time };
}

function faultOf({ faultId, kind, definition, persistent }: FaultInjected, { time }: Stamp): FaultInForce {
  return { faultId, kind, definition, persistent, injectedAt: time };
}
