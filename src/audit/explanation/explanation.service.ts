import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Problem } from '../../edge/problem.js';
import type { Event } from '../../engine/event.js';
import { formatId } from '../../engine/ids.js';
import type { OrderJudgement } from '../../engine/risk/judgement.js';
import type { SealedRecord } from '../../journal/journal.js';
import type { OrderRow } from '../../journal/queries.js';
import { VenueUnavailable } from '../../venue/unavailable.js';
import { Venue } from '../../venue/venue.js';
import { PublicWords } from '../public-words.js';
import { conclusionOf, explainedOrder } from './explained-order.js';
import { ExplainedRecord } from './explained-record.js';
import { explainSettlement } from './explained-settlement.js';
import type { ExplanationView, FactView } from './explanation-view.js';
import { InjectedFaults } from './injected-faults.js';
import { JudgementDesk } from './judgement-desk.js';

const recordsPerPage = 500;
/** An order that waited long beside a busy account may have many pages to look through. */
const pagesMax = 20;
/** Of so many trades at most the postings and the settlement are told. */
const tradesMax = 200;

/** Says of an order all that the journal and the engine know of it, over REST, gRPC and as a page. */
@Injectable()
export class ExplanationService implements OnModuleDestroy {
  private readonly desk: JudgementDesk;

  constructor(private readonly venue: Venue) {
    this.desk = new JudgementDesk((orderId, signal) => venue.judge(orderId, signal));
  }

  async explain(orderId: number): Promise<ExplanationView> {
    const asOfSeq = await this.venue.durable();
    const order = await this.venue.queries.order(orderId);
    if (order === undefined) throw new Problem('ORDER_NOT_FOUND', `There is no order ${formatId('ord', orderId)}.`);
    const notes: string[] = [];
    const judgement = await this.judge(orderId, notes);
    const records = await this.recordsOf(orderId, notes);
    const words = new PublicWords(this.venue.exchange);
    const faults = new InjectedFaults(this.venue.queries);
    const struckBy = await faults.named(records.flatMap(({ origin }) => origin.faults ?? []));
    const told = records.flatMap((record) => new ExplainedRecord(record, order, words, judgement, struckBy).tell());
    const traded = records.flatMap(({ events }) => events).flatMap((event) => tradeOf(event, orderId));
    if (traded.length > tradesMax) {
      notes.push(`The postings and the settlement of the first ${tradesMax} of ${traded.length} trades are told.`);
    }
    const complete = notes.length === 0;
    const settled = await this.settlementOf(order, traded, words, faults, notes);
    return {
      order: explainedOrder(order, words),
      conclusion: conclusionOf(order, words),
      asOfSeq,
      complete,
      notes,
      facts: inOrder([...told, ...settled]),
    };
  }

  /** A judgement may take long; the drain does not wait for it. */
  onModuleDestroy(): void {
    this.desk.close();
  }

  private async judge(orderId: number, notes: string[]): Promise<OrderJudgement | undefined> {
    const answer = await this.desk.ask(orderId);
    if (typeof answer !== 'string') return answer;
    if (this.desk.isClosed) throw new VenueUnavailable('DRAINING');
    notes.push(`What each rule looked at and the place in the queue are left out: ${answer}`);
    return undefined;
  }

  private async recordsOf(orderId: number, notes: string[]): Promise<readonly SealedRecord[]> {
    const records: SealedRecord[] = [];
    let cursor: number | undefined;
    for (let pages = 0; pages < pagesMax; pages += 1) {
      const page = await this.venue.queries.records({ limit: recordsPerPage, cursor, orderId });
      records.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === undefined) return records;
    }
    notes.push(
      `Records after ${records.at(-1)?.sequence ?? orderId} are left out: /audit/v1/events?orderId=${formatId('ord', orderId)} lists them all.`,
    );
    return records;
  }

  private async settlementOf(
    { accountId }: OrderRow,
    traded: readonly number[],
    words: PublicWords,
    faults: InjectedFaults,
    notes: string[],
  ) {
    const { settlement } = this.venue.queries;
    const tradeIds = traded.slice(0, tradesMax);
    const { facts, waitingTrades } = await explainSettlement(settlement, tradeIds, accountId, words, faults);
    if (waitingTrades > 0) {
      const trades = waitingTrades === 1 ? '1 trade waits' : `${waitingTrades} trades wait`;
      notes.push(`${trades} for the cut-off of the settlement cycle.`);
    }
    return facts;
  }
}

function tradeOf(event: Event, orderId: number): number[] {
  if (event.type !== 'TradeExecuted') return [];
  return event.takerOrderId === orderId || event.makerOrderId === orderId ? [event.tradeId] : [];
}

/** Of one record, the postings come after their trade, and the balances last. */
function inOrder(facts: readonly FactView[]): FactView[] {
  const ended = (fact: FactView) => (fact.kind === 'BALANCES' ? 1 : 0);
  const sorted: FactView[] = [];
  const postings = new Map(
    facts.flatMap((fact) => (fact.postings ? [[fact.postings[0]!.tradeId, fact] as const] : [])),
  );
  for (const fact of facts) {
    if (fact.postings !== undefined) continue;
    sorted.push(fact);
    const posted = fact.trade && postings.get(fact.trade.tradeId);
    if (posted !== undefined) sorted.push(posted);
  }
  return sorted.sort((a, b) => a.sequence - b.sequence || ended(a) - ended(b));
}
