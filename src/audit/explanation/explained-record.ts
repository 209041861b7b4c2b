import { timeText } from '../../edge/time-text.js';
import type { Event, OrderCanceled, OrderTerms, TradeExecuted } from '../../engine/event.js';
import { formatId, liquidityAccountId } from '../../engine/ids.js';
import type { OrderJudgement, QueuePosition } from '../../engine/risk/judgement.js';
import type { Origin, SealedRecord } from '../../journal/journal.js';
import type { PublicWords } from '../public-words.js';
import { balanceAfterView } from '../record-view.js';
import type { FactView } from './explanation-view.js';
import { faultName, type InjectedFault } from './injected-faults.js';

/** The order that is explained, by its number and that of its account. */
export interface Explained {
  readonly orderId: number;
  readonly accountId: number;
}

type Told = Pick<FactView, 'kind' | 'sentence'> & Partial<FactView>;

/** What one record of the journal tells of an order, in the order in which it happened. */
export class ExplainedRecord {
  private readonly facts: FactView[] = [];

  constructor(
    private readonly record: SealedRecord,
    private readonly order: Explained,
    private readonly words: PublicWords,
    private readonly judgement: OrderJudgement | undefined,
    private readonly faults: ReadonlyMap<string, InjectedFault | undefined>,
  ) {}

  tell(): readonly FactView[] {
    const { record, order, words } = this;
    for (const event of record.events) this.tellEvent(event);
    const balances = record.balances.filter(({ accountId }) => accountId === order.accountId);
    if (balances.length > 0) {
      const views = balances.map((balance) => balanceAfterView(balance, words));
      const shown = views.map(({ asset, available, held }) => `${available} ${asset} available and ${held} held`);
      this.add({ kind: 'BALANCES', sentence: `The account has ${shown.join(', ')}.`, balances: views });
    }
    return this.facts;
  }

  private tellEvent(event: Event): void {
    const { orderId } = this.order;
    switch (event.type) {
      case 'OrderPlaced':
      case 'OrderRejected':
        if (event.orderId === orderId) this.tellPlacing(event);
        return;
      case 'TradeExecuted':
        if (event.takerOrderId === orderId || event.makerOrderId === orderId) this.tellTrade(event);
        return;
      case 'OrderReleased':
        if (event.orderId === orderId) this.tellRelease();
        return;
      case 'OrderRested':
        if (event.orderId === orderId) this.tellRest();
        return;
      case 'OrderExpired':
        if (event.orderId === orderId) this.tellExpiry(event.reason);
        return;
      case 'OrderCanceled':
        if (event.orderId === orderId) this.tellCancel(event);
        return;
      default:
    }
  }

  private tellPlacing(event: Extract<Event, { type: 'OrderPlaced' | 'OrderRejected' }>): void {
    const { record, words } = this;
    const { origin } = record;
    this.add({ kind: 'REQUEST', sentence: `${whoOf(origin)} asked to ${wishOf(event, words)}.`, origin });
    for (const faultId of origin.faults ?? []) {
      const fault = this.faults.get(faultId);
      const sentence = `The injected fault ${faultName(faultId, fault)} struck the request.`;
      this.add({ kind: 'FAULT', sentence, faultId, faultKind: fault?.kind });
    }
    this.tellRules(event.type === 'OrderRejected');
    if (event.type === 'OrderRejected') {
      this.add({ kind: 'REJECTED', sentence: `It was refused: ${event.reason}`, cause: event.rejectCode });
      return;
    }
    const { base, quote } = words.instrument(event.symbol);
    const asset = event.side === 'BUY' ? quote : base;
    const held = `${words.amount(asset, event.hold)} ${asset}`;
    const quantity = `${words.quantity(event.symbol, event.quantityLots)} ${base}`;
    this.add({ kind: 'ACCEPTED', sentence: `It was accepted for ${quantity}, and ${held} is held for it.` });
  }

  private tellRules(isRefused: boolean): void {
    if (this.judgement === undefined) return;
    const { rules, market } = this.judgement;
    const refusing = rules.find(({ outcome }) => outcome === 'REFUSED');
    const passed = rules.filter(({ outcome }) => outcome === 'PASSED').length;
    const refused = isRefused ? 'and none refused it: a fault did' : 'and none refused it';
    const end = refusing === undefined ? refused : `and ${refusing.rule} refused it`;
    this.add({ kind: 'RULES', sentence: `It passed ${passed} rules, ${end}.`, rules, market });
  }

  private tellTrade(event: TradeExecuted): void {
    const { words, order, record } = this;
    const isTaker = event.takerOrderId === order.orderId;
    const { quote: feeAsset, base } = words.instrument(event.symbol);
    const otherOrderId = isTaker ? event.makerOrderId : event.takerOrderId;
    const otherAccountId = isTaker ? event.makerAccountId : event.takerAccountId;
    const isQuoted = otherAccountId === liquidityAccountId;
    const trade = {
      tradeId: formatId('trd', event.tradeId),
      price: words.price(event.symbol, event.priceTicks),
      quantity: words.quantity(event.symbol, event.quantityLots),
      notional: words.amount(feeAsset, event.notional),
      fee: words.amount(feeAsset, isTaker ? event.takerFee : event.makerFee),
      feeAsset,
      liquidity: isTaker ? ('TAKER' as const) : ('MAKER' as const),
      counterparty: isQuoted ? ('LIQUIDITY_PROVIDER' as const) : ('CUSTOMER' as const),
      counterpartyAccountId: formatId('acc', otherAccountId),
      counterpartyOrderId: isQuoted ? undefined : formatId('ord', otherOrderId),
      liquidityLevel: event.liquidityLevel,
    };
    const verb = (event.takerSide === 'BUY') === isTaker ? 'bought' : 'sold';
    const other = isQuoted
      ? `the liquidity provider (level ${event.liquidityLevel})`
      : `order ${trade.counterpartyOrderId} of ${trade.counterpartyAccountId}`;
    const sentence =
      `It ${verb} ${trade.quantity} ${base} at ${trade.price}, worth ${trade.notional} ${feeAsset}, ` +
      `as ${trade.liquidity.toLowerCase()}, with ${other}; the fee is ${trade.fee} ${feeAsset}.`;
    this.add({ kind: 'TRADE', sentence, trade, origin: isTaker ? undefined : record.origin });
  }

  private tellRelease(): void {
    const sentence = 'A fault had kept it waiting since it was accepted; here it came to be matched.';
    this.add({ kind: 'RELEASED', sentence, origin: this.record.origin });
  }

  private tellRest(): void {
    const queue = this.judgement?.queue;
    const isWhole = !this.facts.some(({ kind }) => kind === 'TRADE');
    const what = isWhole ? 'It' : 'What was left of it';
    const where = queue === undefined ? 'in the book' : `at ${queue.price}, ${placeOf(queue)}`;
    this.add({ kind: 'RESTED', sentence: `${what} came to rest ${where}.`, queue });
  }

  private tellExpiry(reason: string): void {
    const { record, order } = this;
    const isOwnRecord = record.sequence === order.orderId || record.command.type === 'ReleaseOrder';
    const sentence = isOwnRecord
      ? `${this.expirySentence(reason)}.`
      : `Order ${formatId('ord', record.sequence)} of its own account met it, so it expired instead of trading with it.`;
    this.add({ kind: 'EXPIRED', sentence, cause: reason, origin: isOwnRecord ? undefined : record.origin });
  }

  /** Of what a fault let through only a part of, the book cannot be said to have had no more. */
  private expirySentence(reason: string): string {
    const { command } = this.record;
    const percent = command.type === 'PlaceOrder' ? command.fault?.fillPercent : undefined;
    if (percent === undefined) return expirySentences[reason] ?? `It expired: ${reason}`;
    const end = reason === 'FILL_OR_KILL' ? 'so nothing of it was, as FOK asks for' : 'and the rest expired';
    return `A fault let at most ${percent} % of it be filled at once, ${end}`;
  }

  private tellCancel({ reason }: OrderCanceled): void {
    const { origin, command } = this.record;
    const cause = reason ?? 'CLIENT';
    this.add({ kind: 'CANCELED', sentence: cancelSentence(cause, command, whoOf(origin)), cause, origin });
  }

  private add(told: Told): void {
    const { sequence, time } = this.record;
    this.facts.push({ sequence, time: timeText(time), ...told });
  }
}

const expirySentences: Readonly<Record<string, string>> = {
  IMMEDIATE_OR_CANCEL: 'What could not be filled at once expired, as IOC asks for',
  FILL_OR_KILL: 'The book could not fill all of it at once, so nothing of it was filled, as FOK asks for',
  NO_LIQUIDITY: 'The book had no more to give within its reach, so what was left expired',
  PARTIAL_FILL: 'A fault let only a part of it be filled, so what was left expired',
  HOLD_TOO_SMALL: 'Fees rose before it could be matched, and it held too little for them, so it expired',
  BALANCE_LIMIT:
    'Balances rose before it could be matched, and the ledger could not keep what it might bring, so it expired',
  SELF_TRADE_PREVENTION: 'It met another order of its own account, so it expired instead of trading with it',
};

function cancelSentence(cause: string, command: SealedRecord['command'], who: string): string {
  if (cause === 'CANCEL_ON_DISCONNECT') return 'The connection that guarded it was gone for too long: it was canceled.';
  if (command.type === 'EngageKillSwitch') {
    const whose = command.accountId === undefined ? 'all accounts' : 'its account';
    return `${who} engaged the kill switch of ${whose} (${command.reason}): it was canceled.`;
  }
  if (command.type === 'CancelOrder') return `${who} asked to cancel it, and it was canceled.`;
  if (command.type === 'CancelOrders') {
    const where = command.symbol === undefined ? '' : ` in ${command.symbol}`;
    return `${who} asked to cancel all open orders of the account${where}, and it was canceled with them.`;
  }
  return `It was canceled by ${command.type}: ${cause}.`;
}

/** Who asked, as the subject of a sentence; in which request, the fact's origin says. */
function whoOf({ actor, transport }: Origin): string {
  if (transport === 'SYSTEM') return actor === undefined ? 'The exchange itself' : `The exchange, for ${actor},`;
  return `${actor ?? 'A client without a key'} over ${transport}`;
}

function placeOf({ ordersAhead, quantityAhead, quotedAhead }: QueuePosition): string {
  const orders = ordersAhead === 1 ? '1 order' : `${ordersAhead} orders`;
  const ahead = [
    ...(ordersAhead === 0 ? [] : [`${orders} with ${quantityAhead}`]),
    ...(quotedAhead === undefined ? [] : [`${quotedAhead} of the liquidity provider`]),
  ];
  return ahead.length === 0 ? 'first at its price' : `behind ${ahead.join(' and ')}`;
}

function wishOf(terms: OrderTerms, words: PublicWords): string {
  const { symbol, side, orderType, timeInForce, postOnly, price } = terms;
  const { base, quote } = words.instrument(symbol);
  const amount =
    terms.quoteQuantity === undefined
      ? `${words.amount(base, terms.quantity!)} ${base}`
      : `${base} for ${words.amount(quote, terms.quoteQuantity)} ${quote}`;
  const limit = price === undefined ? 'at the market' : `at ${words.amount(quote, price)} or better`;
  const only = postOnly ? ', post-only' : '';
  return `${side.toLowerCase()} ${amount} ${limit} (${orderType} ${timeInForce}${only})`;
}
