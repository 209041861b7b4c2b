import type { Event, TradeExecuted } from '../engine/event.js';
import { feesAccountId } from '../engine/ids.js';
import type { MarketDefinition } from '../engine/instrument.js';
import type { Amount } from '../engine/money.js';
import type { LedgerEntryType, LedgerRow, RecordedEvents } from './queries.js';

/** One end of a posting. Order id 0 stands for the liquidity provider's quotes. */
interface Party {
  readonly accountId: number;
  readonly orderId?: number;
}

/** Takes an amount from one account and gives it to another, so that its very shape adds up to zero. */
export interface Posting {
  readonly entryType: LedgerEntryType;
  readonly asset: string;
  readonly amount: Amount;
  readonly from: Party;
  readonly to: Party;
  readonly transferId?: number;
  readonly tradeId?: number;
}

/** The two ends of a posting, in the order of their entries. */
export const postingSides = ['from', 'to'] as const;
export type PostingSide = (typeof postingSides)[number];

type MarketOf = (symbol: string) => MarketDefinition;

/** A ledger entry but for what is counted: its id, and the balance after it. */
export type UncountedEntry = Omit<LedgerRow, 'entryId' | 'balance'>;

/**
 * What the events of a record post to the ledger, in the order in which postings are numbered. It follows from them and
 * what markets trade in, so nothing of it is kept: every trade would have to write three rows more.
 */
export function postingsOf(events: readonly Event[], marketOf: MarketOf): readonly Posting[] {
  return events.flatMap((event) => postingsOfEvent(event, marketOf));
}

function postingsOfEvent(event: Event, marketOf: MarketOf): readonly Posting[] {
  if (event.type === 'TradeExecuted') return postingsOfTrade(event, marketOf(event.symbol));
  if (event.type !== 'FundsMoved') return [];
  const { kind: entryType, transferId, asset, amount } = event;
  const [from, to] = [{ accountId: event.fromAccountId }, { accountId: event.toAccountId }];
  return [{ entryType, asset, amount, from, to, transferId }];
}

/** A posting as the entry of one of its accounts. */
export function entryOf(posting: Posting, side: PostingSide, record: RecordedEvents): UncountedEntry {
  const { entryType, asset, amount, transferId, tradeId } = posting;
  const [own, other] = side === 'from' ? [posting.from, posting.to] : [posting.to, posting.from];
  return {
    accountId: own.accountId,
    sequence: record.sequence,
    asset,
    amount: side === 'from' ? -amount : amount,
    entryType,
    counterpartyAccountId: other.accountId,
    transferId,
    orderId: own.orderId || undefined,
    tradeId,
    createdAt: record.time,
  };
}

/** A posting has two entries, numbered one after the other. */
export function entryId(postingId: number, side: PostingSide): number {
  return postingId * 2 - (side === 'from' ? 1 : 0);
}

/** The posting that an entry is a side of. */
export function postingOf(entry: LedgerRow): number {
  return Math.ceil(entry.entryId / 2);
}

/** Goods against money, and then what each side pays of it. */
function postingsOfTrade(trade: TradeExecuted, { base, quote, lotSize }: MarketDefinition): readonly Posting[] {
  const { tradeId, notional, takerFee, makerFee } = trade;
  const taker = { accountId: trade.takerAccountId, orderId: trade.takerOrderId };
  const maker = { accountId: trade.makerAccountId, orderId: trade.makerOrderId };
  const [buyer, seller] = trade.takerSide === 'BUY' ? [taker, maker] : [maker, taker];
  const quantity = BigInt(trade.quantityLots) * lotSize;
  const postings: Posting[] = [
    { entryType: 'TRADE', asset: base, amount: quantity, from: seller, to: buyer, tradeId },
    { entryType: 'TRADE', asset: quote, amount: notional, from: buyer, to: seller, tradeId },
  ];
  if (takerFee !== 0n) postings.push(feeOf(taker, quote, takerFee, tradeId));
  if (makerFee !== 0n) postings.push(feeOf(maker, quote, makerFee, tradeId));
  return postings;
}

function feeOf(payer: Party, asset: string, amount: Amount, tradeId: number): Posting {
  return {
    ...{ entryType: 'FEE', asset, amount, from: payer, tradeId },
    to: { accountId: feesAccountId, orderId: payer.orderId },
  };
}
