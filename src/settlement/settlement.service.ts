import { Injectable } from '@nestjs/common';
import { accountIn, marketIn } from '../edge/directory.js';
import { type PageAnswer, pageAnswer, pageQuery } from '../edge/page.js';
import { Problem } from '../edge/problem.js';
import { formatId, parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import type { InstructionRow, ObligationRow } from '../journal/settlement-queries.js';
import { Venue } from '../venue/venue.js';
import { dateText, dayOfText } from './business-days.js';
import { CycleCloser } from './cycle-closer.js';
import { Dispatcher } from './dispatcher.js';
import { SettlementCalendar } from './settlement-calendar.js';
import type { CloseCyclesRequest, ListObligationsRequest, ListSettlementsRequest } from './settlement-requests.js';
import {
  type ClosedCyclesView,
  type ObligationView,
  obligationView,
  type SettlementView,
  type SettlementWithHistoryView,
  settlementView,
  settlementWithHistoryView,
} from './settlement-views.js';

/** What can be asked about settlement, for REST and gRPC alike. `onlyAccountId` is the one account that the caller may see. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly venue: Venue,
    private readonly calendar: SettlementCalendar,
    private readonly closer: CycleCloser,
    private readonly dispatcher: Dispatcher,
  ) {}

  async list(request: ListSettlementsRequest, onlyAccountId?: number): Promise<PageAnswer<SettlementView>> {
    const accountId = this.accountOf(request, onlyAccountId);
    const { status, date: settlementDate } = request;
    const page = pageQuery('settlements', request);
    await this.venue.durable();
    const view = (row: InstructionRow) => settlementView(row, this.venue.exchange);
    const few = await this.instructionsOfOne(request, accountId);
    if (few !== undefined) {
      const wanted = few.filter(
        (row) => (status ?? row.status) === row.status && (settlementDate ?? row.settlementDate) === row.settlementDate,
      );
      return { items: wanted.map(view), nextCursor: null };
    }
    const query = { ...page, accountId, status, settlementDate };
    return pageAnswer('settlements', await this.venue.queries.settlement.instructions(query), view);
  }

  async get(instructionId: number, onlyAccountId?: number): Promise<SettlementWithHistoryView> {
    await this.venue.durable();
    const row = await this.venue.queries.settlement.instruction(instructionId);
    if (row === undefined || (onlyAccountId !== undefined && row.accountId !== onlyAccountId)) {
      throw new Problem('INSTRUCTION_NOT_FOUND', `There is no instruction ${formatId('ins', instructionId)}.`);
    }
    return settlementWithHistoryView(row, this.venue.exchange);
  }

  async obligations(request: ListObligationsRequest, onlyAccountId?: number): Promise<PageAnswer<ObligationView>> {
    const accountId = this.accountOf(request, onlyAccountId);
    const query = pageQuery('obligations', request);
    await this.venue.durable();
    const view = (row: ObligationRow) => obligationView(row, this.settlementDateOf(row), this.venue.exchange);
    if (request.tradeId !== undefined) {
      const rows = await this.obligationsOfTrade(request.tradeId, accountId);
      return { items: rows.map(view), nextCursor: null };
    }
    if (accountId === undefined) {
      throw Problem.invalid([{ field: 'accountId', message: 'must be there, unless tradeId is' }]);
    }
    const page = await this.venue.queries.settlement.accountObligations({ ...query, accountId });
    return pageAnswer('obligations', page, view);
  }

  async closeCycles({ asOf }: CloseCyclesRequest, origin: Origin): Promise<ClosedCyclesView> {
    const time = asOf === undefined ? undefined : this.calendar.dueAt(dayOfText(asOf));
    const cycles = await this.closer.close(origin, time === undefined ? undefined : Math.max(time, this.venue.now()));
    this.dispatcher.wake();
    return { cycles };
  }

  private accountOf({ accountId }: { accountId?: string }, onlyAccountId?: number): number | undefined {
    if (accountId === undefined) return onlyAccountId;
    return accountIn(this.venue.exchange, parseId('acc', accountId)!).accountId;
  }

  private settlementDateOf({ symbol, tradedAt }: ObligationRow): string {
    const { settlementDays = 0 } = marketIn(this.venue.exchange, symbol).instrument.definition;
    return dateText(this.calendar.settlementDay(tradedAt, settlementDays));
  }

  private async obligationsOfTrade(tradeId: string, accountId: number | undefined): Promise<ObligationRow[]> {
    const rows = await this.venue.queries.settlement.tradeObligations(parseId('trd', tradeId)!);
    const seen = rows.filter((row) => (accountId ?? row.accountId) === row.accountId);
    if (seen.length === 0) throw new Problem('TRADE_NOT_FOUND', `There is no trade ${tradeId}.`);
    return seen;
  }

  /** Those of one trade or of one transfer, which have none in common; `undefined` where neither is asked for. */
  private async instructionsOfOne(
    { tradeId, transferId }: ListSettlementsRequest,
    accountId: number | undefined,
  ): Promise<InstructionRow[] | undefined> {
    const ofTrade = tradeId === undefined ? undefined : await this.instructionsOfTrade(tradeId, accountId);
    if (transferId === undefined) return ofTrade;
    if (ofTrade !== undefined) return [];
    const rows = await this.venue.queries.settlement.instructionsOfTransfer(parseId('tfr', transferId)!);
    return rows.filter((row) => (accountId ?? row.accountId) === row.accountId).reverse();
  }

  private async instructionsOfTrade(tradeId: string, accountId: number | undefined): Promise<InstructionRow[]> {
    const obligations = await this.obligationsOfTrade(tradeId, accountId);
    const ids = new Set(obligations.flatMap(({ instruction }) => instruction?.instructionId ?? []));
    const { settlement } = this.venue.queries;
    const rows = await Promise.all([...ids].sort((a, b) => b - a).map((id) => settlement.instruction(id)));
    return rows.filter((row) => row !== undefined);
  }
}
