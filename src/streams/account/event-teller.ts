import { accountView, balanceView, transferView } from '../../accounts/account-views.js';
import { assetIn } from '../../edge/directory.js';
import { timeText } from '../../edge/time-text.js';
import type { FundsMoved, TransferRejected } from '../../engine/event.js';
import { formatId } from '../../engine/ids.js';
import type { BalanceAfter } from '../../engine/ledger/balance-after.js';
import { type AccountFact, accountFacts } from '../../journal/account-facts.js';
import type { AccountRow, RecordedEvents } from '../../journal/queries.js';
import { limitCrossingView } from '../../risk/risk-views.js';
import type { Venue } from '../../venue/venue.js';
import { AccountEventMessage } from './account-event-message.js';
import type { AccountEventView } from './account-event-view.js';
import { RunningOrders } from './running-orders.js';

/** Accounts whose last number is remembered between two records; whatever was forgotten is looked up again. */
const accountsMax = 20_000;

/** What an event says, beside whom it concerns and where it stands. */
type What = Omit<AccountEventView, 'sequence' | 'eventIndex' | 'accountSequence' | 'accountId' | 'eventType' | 'time'>;

/**
 * Makes the events of accounts out of the records of the journal, one record after the other, the same for the
 * past and for what goes on. It remembers how the orders stand and how far each account has been counted; what
 * it does not know it asks the read model for, which can tell how things were before any record.
 */
export class EventTeller {
  private readonly orders: RunningOrders;
  /** The number of the last event of each account. */
  private readonly numbers = new Map<number, number>();
  /** The accounts whose status changes in the record that is told. */
  private readonly accounts = new Map<number, AccountRow>();

  constructor(private readonly venue: Venue) {
    this.orders = new RunningOrders(venue);
  }

  /** The events of a record for those accounts that are wanted; a promise only where something has to be looked up. */
  tell(record: RecordedEvents, isWanted: (accountId: number) => boolean): Told {
    const facts = accountFacts(record);
    if (!facts.some(({ accountId }) => isWanted(accountId))) return nothing;
    const wanted = facts.map((fact) => (isWanted(fact.accountId) ? fact : undefined));
    if (this.isReadyFor(record, wanted)) return this.messages(record, wanted);
    return this.lookUp(record, wanted).then(() => this.messages(record, wanted));
  }

  /** The next event of the account gets the number after this one. */
  countFrom(accountId: number, lastNumber: number): void {
    this.numbers.set(accountId, lastNumber);
  }

  /** The account is not told of any more, so what is remembered of it would go stale. */
  forget(accountId: number): void {
    this.numbers.delete(accountId);
    this.orders.forget(accountId);
  }

  forgetAll(): void {
    this.numbers.clear();
    this.orders.forgetAll();
  }

  private messages(record: RecordedEvents, wanted: WantedFacts): AccountEventMessage[] {
    const messages: AccountEventMessage[] = [];
    const { sequence } = record;
    const time = timeText(record.time);
    for (const [eventIndex, fact] of wanted.entries()) {
      if (fact === undefined) continue;
      const { accountId, type: eventType } = fact;
      const accountSequence = this.numbers.get(accountId)! + 1;
      this.numbers.set(accountId, accountSequence);
      const id = formatId('acc', accountId);
      const place = { sequence, eventIndex, accountSequence, accountId: id, eventType, time };
      messages.push(new AccountEventMessage(accountId, Object.assign(place, this.whatOf(fact, record))));
    }
    this.trim();
    return messages;
  }

  private whatOf({ accountId, event, balance }: AccountFact, { time }: RecordedEvents): What {
    if (balance !== undefined) return { balance: this.balanceView(balance) };
    switch (event?.type) {
      case 'OrderPlaced':
        return { order: this.orders.accept(event, time) };
      case 'OrderRejected':
        return { order: this.orders.reject(event, time), reason: event.reason, rejectCode: event.rejectCode };
      case 'TradeExecuted':
        return this.orders.fill(event, accountId === event.takerAccountId, time);
      case 'OrderCanceled':
        return { order: this.orders.end(event.orderId, 'CANCELED', time), reason: event.reason };
      case 'OrderExpired':
        return { order: this.orders.end(event.orderId, 'EXPIRED', time), reason: event.reason };
      case 'FundsMoved':
        return { transfer: this.transferView(event, time) };
      case 'TransferRejected':
        return { transfer: this.transferView(event, time), reason: event.reason, rejectCode: event.rejectCode };
      case 'AccountOpened':
        return { account: accountView({ ...event, status: 'ACTIVE', createdAt: time }) };
      case 'AccountStatusChanged':
        return { account: accountView({ ...this.accounts.get(accountId)!, status: event.status }) };
      case 'RiskWarningRaised':
      case 'RiskLimitBreached':
      case 'RiskEased':
        return { risk: limitCrossingView(event, this.venue.exchange) };
      default:
        throw new TypeError(`an account is told nothing of ${event?.type}`);
    }
  }

  private balanceView({ asset, available, held }: BalanceAfter) {
    return balanceView(asset, this.scaleOf(asset), { available, held, total: available + held });
  }

  private transferView(event: FundsMoved | TransferRejected, time: number) {
    return transferView({ ...event, createdAt: time }, this.scaleOf(event.asset));
  }

  private scaleOf(asset: string): number {
    return assetIn(this.venue.exchange, asset).scale;
  }

  private isReadyFor({ sequence }: RecordedEvents, wanted: WantedFacts): boolean {
    for (const fact of wanted) {
      if (fact === undefined) continue;
      if (!this.numbers.has(fact.accountId) || fact.type === 'ACCOUNT_STATUS_CHANGED') return false;
      const order = orderOf(fact, sequence);
      if (order !== undefined && !this.orders.has(order.orderId)) return false;
    }
    return true;
  }

  private async lookUp({ sequence }: RecordedEvents, wanted: WantedFacts): Promise<void> {
    const { queries } = this.venue;
    for (const fact of wanted) {
      if (fact === undefined) continue;
      const { accountId } = fact;
      if (!this.numbers.has(accountId)) {
        this.numbers.set(accountId, (await queries.accountPosition(accountId, sequence)).accountSequence);
      }
      if (fact.type === 'ACCOUNT_STATUS_CHANGED') this.accounts.set(accountId, (await queries.account(accountId))!);
      const order = orderOf(fact, sequence);
      if (order !== undefined && !this.orders.has(order.orderId)) {
        await this.orders.load(order.orderId, order.beforeTradeId);
      }
    }
  }

  /** Those that are known longest go first. */
  private trim(): void {
    this.orders.trim();
    this.accounts.clear();
    for (const accountId of this.numbers.keys()) {
      if (this.numbers.size <= accountsMax) return;
      this.numbers.delete(accountId);
    }
  }
}

/** The order whose state before the record has to be known; one that was placed in the record has none. */
function orderOf(
  { accountId, event }: AccountFact,
  sequence: number,
): { readonly orderId: number; readonly beforeTradeId?: number } | undefined {
  if (event === undefined) return undefined;
  if (event.type === 'TradeExecuted') {
    const orderId = accountId === event.takerAccountId ? event.takerOrderId : event.makerOrderId;
    return orderId === sequence ? undefined : { orderId, beforeTradeId: event.tradeId };
  }
  if (event.type === 'OrderCanceled' || event.type === 'OrderExpired') {
    return event.orderId === sequence ? undefined : { orderId: event.orderId };
  }
  return undefined;
}

type WantedFacts = readonly (AccountFact | undefined)[];
export type Told = readonly AccountEventMessage[] | Promise<readonly AccountEventMessage[]>;
const nothing: readonly AccountEventMessage[] = [];
