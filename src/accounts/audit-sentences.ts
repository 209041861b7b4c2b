import { assetIn, marketIn } from '../edge/directory.js';
import { limitText } from '../edge/limit-words.js';
import type { Command } from '../engine/command.js';
import type {
  AccountOpened,
  ApiKeyIssued,
  CancelOnDisconnectArmed,
  CancelOnDisconnectDisarmed,
  Event,
  ExpiryReason,
  FundsMoved,
  InstructionStatusesChanged,
  OrderCanceled,
  OrderPlaced,
  OrderRested,
  OrderTerms,
  RiskEased,
  RiskLimitBreached,
  RiskLimitsSet,
  RiskWarningRaised,
  SettlementCycleClosed,
  TradeExecuted,
  TransferKind,
} from '../engine/event.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId, liquidityAccountId } from '../engine/ids.js';
import type { Instrument } from '../engine/instrument.js';
import { type Amount, formatDecimal } from '../engine/money.js';
import { transferInstructions } from '../engine/settlement/transfer-instructions.js';

const expiryReasons: Readonly<Record<ExpiryReason, string>> = {
  PARTIAL_FILL: 'a fault let only a part of it be filled',
  HOLD_TOO_SMALL: 'fees rose before it could be matched, and it held too little for them',
  BALANCE_LIMIT: 'balances rose before it could be matched, and the ledger could not keep what it might bring',
  IMMEDIATE_OR_CANCEL: 'it was IOC, and this part could not be filled at once',
  FILL_OR_KILL: 'it was FOK, and could not be filled whole',
  NO_LIQUIDITY: "the book had no more to give within the price collar, or the account's own price band",
  SELF_TRADE_PREVENTION: 'it would have traded with another order of the account',
};

const movementNames: Readonly<Record<TransferKind, string>> = {
  DEPOSIT: 'deposit',
  WITHDRAWAL: 'withdrawal',
  TRANSFER: 'transfer',
};

/** Tells the events of one command as an account saw them: what happened, why, and with which numbers. */
export class AuditSentences {
  constructor(
    private readonly command: Command,
    private readonly accountId: number,
    private readonly exchange: Exchange,
  ) {}

  of(event: Event): string {
    switch (event.type) {
      case 'AccountOpened':
        return opened(event);
      case 'AccountStatusChanged':
        return `The account became ${event.status}.`;
      case 'FundsMoved':
        return this.moved(event);
      case 'TransferRejected':
        return `A ${movementNames[event.kind]} of ${this.funds(event)} was refused: ${event.reason}`;
      case 'OrderPlaced':
        return this.placed(event);
      case 'OrderRejected':
        return `Order ${formatId('ord', event.orderId)}, ${this.terms(event)}, was refused: ${event.reason}`;
      case 'TradeExecuted':
        return this.traded(event);
      case 'OrderReleased':
        return `Order ${formatId('ord', event.orderId)}, which had waited since it was accepted, came to be matched.`;
      case 'OrderRested':
        return this.rested(event);
      case 'OrderCanceled':
        return this.canceled(event);
      case 'OrderExpired':
        return `What was open of order ${formatId('ord', event.orderId)} expired: ${expiryReasons[event.reason]}.`;
      case 'CancelOnDisconnectArmed':
        return armed(event);
      case 'CancelOnDisconnectDisarmed':
        return this.disarmed(event);
      case 'ApiKeyIssued':
        return issued(event);
      case 'ApiKeyRevoked':
        return `API key ${formatId('key', event.keyId)} was revoked.`;
      case 'RiskLimitsSet':
        return this.limitsSet(event);
      case 'RiskWarningRaised':
        return `A limit is almost used up: ${this.limitUse(event)}.`;
      case 'RiskLimitBreached':
        return this.breached(event);
      case 'RiskEased':
        return `The use of a limit came back to ${event.level}: ${this.limitUse(event)}.`;
      case 'KillSwitchEngaged':
        return `The kill switch of the account was engaged: ${event.reason}`;
      case 'KillSwitchReleased':
        return 'The kill switch of the account was released.';
      case 'SettlementCycleClosed':
        return this.netted(event);
      case 'InstructionStatusesChanged':
        return this.followed(event);
      case 'ApiKeysUsed':
      case 'VenueConfigured':
      case 'FaultInjected':
      case 'FaultEnded':
      case 'PricesMoved':
      case 'MarketStatusChanged':
        throw new TypeError(`${event.type} concerns no account`);
      default:
        return event satisfies never;
    }
  }

  private moved(event: FundsMoved): string {
    const funds = this.funds(event);
    const own = transferInstructions(event).find(({ accountId }) => accountId === this.accountId);
    const instruction = own === undefined ? '' : ` (${formatId('ins', own.instructionId)})`;
    if (event.kind === 'DEPOSIT') return `${funds} was deposited${instruction}.`;
    if (event.kind === 'WITHDRAWAL') return `${funds} was withdrawn${instruction}.`;
    if (event.fromAccountId === this.accountId) {
      return `${funds} went to ${formatId('acc', event.toAccountId)}${instruction}.`;
    }
    return `${funds} came from ${formatId('acc', event.fromAccountId)}${instruction}.`;
  }

  private placed(event: OrderPlaced): string {
    const hold = this.holdOf(event, event.hold);
    return `Order ${formatId('ord', event.orderId)}, ${this.terms(event)}, was accepted and holds ${hold}.`;
  }

  private rested({ orderId, hold }: OrderRested): string {
    const { command } = this;
    if (command.type !== 'PlaceOrder') throw new TypeError('an order rests when it is placed');
    const { quote, quoteScale } = this.instrument(command.symbol);
    const price = `${formatDecimal(command.price!, quoteScale)} ${quote}`;
    const held = this.holdOf(command, hold);
    return `What was open of order ${formatId('ord', orderId)} went into the book at ${price} and holds ${held}.`;
  }

  private traded(trade: TradeExecuted): string {
    const instrument = this.instrument(trade.symbol);
    const { base, quote, baseScale, quoteScale } = instrument;
    const takes = trade.takerAccountId === this.accountId;
    const verb = takes === (trade.takerSide === 'BUY') ? 'bought' : 'sold';
    const quantity = `${formatDecimal(instrument.quantity(trade.quantityLots), baseScale)} ${base}`;
    const price = `${formatDecimal(instrument.price(trade.priceTicks), quoteScale)} ${quote}`;
    const value = `${formatDecimal(trade.notional, quoteScale)} ${quote}`;
    const fee = `${formatDecimal(takes ? trade.takerFee : trade.makerFee, quoteScale)} ${quote}`;
    const order = formatId('ord', takes ? trade.takerOrderId : trade.makerOrderId);
    const why = takes ? 'as taker' : `as maker, because ${this.causeOfMaking(trade, instrument)}`;
    return `Order ${order} ${verb} ${quantity} at ${price} ${why}: ${value} and a fee of ${fee} (trade ${formatId('trd', trade.tradeId)}).`;
  }

  /** Why a waiting order was filled: another order came in, or the reference price came to it. */
  private causeOfMaking(
    { takerAccountId, symbol }: TradeExecuted,
    { tickSize, quote, quoteScale }: Instrument,
  ): string {
    if (takerAccountId !== liquidityAccountId) return 'an order came in that met it';
    const moved = this.command.type === 'MovePrices' && this.command.prices.find((price) => price.symbol === symbol);
    if (!moved || moved.stale) return 'the quotes of the liquidity provider came to it';
    return `the reference price went to ${formatDecimal(moved.priceTicks * tickSize, quoteScale)} ${quote}`;
  }

  /** What the trades of a cycle come to for this account; what others have in it is theirs. */
  private netted({ settlementDate, instructions }: SettlementCycleClosed): string {
    const own = instructions
      .filter(({ accountId }) => accountId === this.accountId)
      .map(({ instructionId, asset, amount }) => {
        const size = this.funds({ asset, amount: amount < 0n ? -amount : amount });
        return `${size} ${amount < 0n ? 'from' : 'to'} the account (${formatId('ins', instructionId)})`;
      });
    return `Its trades are settled on ${settlementDate} by ${own.join(' and ')}.`;
  }

  private followed({ changes }: InstructionStatusesChanged): string {
    const own = changes
      .filter(({ accountId }) => accountId === this.accountId)
      .map(({ instructionId, status, reason }) => {
        const why = reason === undefined ? '' : ` (${reason})`;
        return `${formatId('ins', instructionId)} became ${status}${why}`;
      });
    return `Settlement: ${own.join(', ')}.`;
  }

  private canceled({ orderId, reason }: OrderCanceled): string {
    const order = formatId('ord', orderId);
    if (this.command.type === 'EngageKillSwitch') {
      const whose = this.command.accountId === undefined ? 'all accounts' : 'the account';
      return `Order ${order} was canceled by the kill switch of ${whose}: ${this.command.reason}`;
    }
    if (this.command.type !== 'CancelOrders') return `Order ${order} was canceled on request.`;
    const why = reason === undefined ? 'on request' : 'because the connection was lost (cancel on disconnect)';
    return `Order ${order} was canceled with every open order of the account${within(this.command)}, ${why}.`;
  }

  private disarmed(event: CancelOnDisconnectDisarmed): string {
    const why = this.command.type === 'CancelOrders' ? 'since it has happened' : 'on request';
    return `Cancel on disconnect${within(event)} was disarmed, ${why}.`;
  }

  private limitsSet({ limits, warnAtPercent }: RiskLimitsSet): string {
    if (limits.length === 0) return 'The account has no risk limits any more.';
    const each = limits.map(({ kind, of, limit }) => {
      const name = of === undefined ? kind : `${kind} in ${of}`;
      return `${name} ${limitText({ kind, of }, limit, this.exchange)}`;
    });
    return `The account's risk limits were set: ${each.join(', ')}; a warning is raised at ${warnAtPercent}%.`;
  }

  private breached(event: RiskLimitBreached): string {
    const use = this.limitUse(event);
    if (event.orderId === undefined) return `A limit was exceeded: ${use}.`;
    return `A limit was reached: order ${formatId('ord', event.orderId)} was refused, which would have made it ${use}.`;
  }

  private limitUse(use: RiskWarningRaised | RiskLimitBreached | RiskEased): string {
    const of = use.of === undefined ? '' : ` in ${use.of}`;
    const [value, limit] = [use.value, use.limit].map((amount) => limitText(use, amount, this.exchange));
    return `${use.kind}${of} ${value} of ${limit}`;
  }

  private terms(terms: Omit<OrderTerms, 'orderId'>): string {
    const { side, orderType, timeInForce, symbol, quantity, quoteQuantity, price, postOnly } = terms;
    const { base, quote, baseScale, quoteScale } = this.instrument(symbol);
    const size =
      quantity === undefined
        ? `for ${formatDecimal(quoteQuantity ?? 0n, quoteScale)} ${quote}`
        : `of ${formatDecimal(quantity, baseScale)} ${base}`;
    const limit = price === undefined ? '' : ` at ${formatDecimal(price, quoteScale)} ${quote}`;
    return `${orderType} ${side} ${size}${limit} in ${symbol} (${timeInForce}${postOnly ? ', post-only' : ''})`;
  }

  private holdOf({ symbol, side }: Pick<OrderTerms, 'symbol' | 'side'>, hold: Amount): string {
    const { base, quote, baseScale, quoteScale } = this.instrument(symbol);
    return side === 'BUY' ? `${formatDecimal(hold, quoteScale)} ${quote}` : `${formatDecimal(hold, baseScale)} ${base}`;
  }

  private funds({ asset, amount }: Pick<FundsMoved, 'asset' | 'amount'>): string {
    return `${formatDecimal(amount, assetIn(this.exchange, asset).scale)} ${asset}`;
  }

  private instrument(symbol: string): Instrument {
    return marketIn(this.exchange, symbol).instrument;
  }
}

function opened({ accountId, name, ownerId, accountType }: AccountOpened): string {
  const owner = ownerId === undefined ? '' : ` of owner ${ownerId}`;
  return `Account ${formatId('acc', accountId)} (${name}) was opened as ${accountType}${owner}.`;
}

function armed({ symbol, graceMs }: CancelOnDisconnectArmed): string {
  const orders = `every open order of the account${within({ symbol })}`;
  return `Cancel on disconnect was armed: ${orders} is canceled when the connection has been lost for ${graceMs} ms.`;
}

function within({ symbol }: { readonly symbol?: string }): string {
  return symbol === undefined ? '' : ` in ${symbol}`;
}

function issued({ keyId, label, scopes }: ApiKeyIssued): string {
  const name = label === undefined ? '' : ` (${label})`;
  return `API key ${formatId('key', keyId)}${name} was issued with the scopes ${scopes.join(', ')}.`;
}
