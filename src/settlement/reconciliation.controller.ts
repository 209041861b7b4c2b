import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiProblems } from '../edge/api-docs.js';
import { AuditGuard } from '../edge/audit.guard.js';
import { Query } from '../edge/parameters.js';
import { ReconciliationService } from './reconciliation.service.js';
import { ReconciliationView } from './reconciliation-view.js';
import { ReconcileRequest } from './settlement-requests.js';

@ApiTags('audit')
@Access('audit')
@UseGuards(AuditGuard)
@Controller('audit/v1')
export class ReconciliationController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @Get('reconciliation')
  @ApiOperation({
    summary: 'Reconcile settlement: instructions against the ledger and the custodian',
    description:
      'Of every cycle, or of those that settle on one day. It names every break. A break is an answer (`ok` is false), not an error. ' +
      'Trading and settlement go on meanwhile.',
  })
  @ApiOkResponse({ type: ReconciliationView })
  @ApiProblems('VALIDATION_FAILED')
  reconcile(@Query() request: ReconcileRequest): Promise<ReconciliationView> {
    return this.reconciliation.reconcile(request);
  }
}
