import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems } from '../edge/api-docs.js';
import { AuditGuard } from '../edge/audit.guard.js';
import type { PageAnswer } from '../edge/page.js';
import { Query } from '../edge/parameters.js';
import type { VerificationReport } from '../journal/journal.js';
import { AuditService } from './audit.service.js';
import { ListEventsRequest } from './audit-requests.js';
import { RecordView } from './record-view.js';
import { ReportView } from './report-view.js';
import { StateView } from './state-view.js';

@ApiTags('audit')
@Access('audit')
@UseGuards(AuditGuard)
@Controller('audit/v1')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('events')
  @ApiOperation({
    summary: 'List the records of the journal, oldest first',
    description:
      'With a filter that matches little, a page may be short, or even empty, and still have a `nextCursor`.',
  })
  @ApiPage(RecordView, 'A page of records.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'ORDER_NOT_FOUND')
  events(@Query() request: ListEventsRequest): Promise<PageAnswer<RecordView>> {
    return this.audit.events(request);
  }

  @Get('verify')
  @ApiOperation({
    summary: 'Check the whole journal',
    description:
      'The hash chain; that replaying the commands gives the same events and the same state as the running exchange has; ' +
      'that every asset of the ledger adds up to zero; that settlement obligations come to what the trades say, and ' +
      'instructions to the obligations; that orders, trades, balances and all other rows follow from the journal; ' +
      'the snapshots; the file. A check that fails is an answer (`ok` is false), not an error. Trading goes on meanwhile.',
  })
  @ApiOkResponse({ type: ReportView })
  @ApiProblems('DRAINING')
  verify(): Promise<VerificationReport> {
    return this.audit.verify();
  }

  @Get('state')
  @ApiOperation({ summary: 'The whole state as of one record: books, balances, open orders and what they hold' })
  @ApiOkResponse({ type: StateView })
  state(): Promise<StateView> {
    return this.audit.state();
  }
}
