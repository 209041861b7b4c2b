import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems } from '../edge/api-docs.js';
import { OnlyAccount } from '../edge/caller.js';
import type { PageAnswer } from '../edge/page.js';
import { Query } from '../edge/parameters.js';
import { SettlementService } from './settlement.service.js';
import { ListObligationsRequest } from './settlement-requests.js';
import { ObligationView } from './settlement-views.js';

@ApiTags('settlement')
@Controller('api/v1/obligations')
export class ObligationsController {
  constructor(private readonly settlement: SettlementService) {}

  @Get()
  @Access('read')
  @ApiOperation({
    summary: 'List what trades oblige to, and what became of it',
    description:
      'Of one account, newest first, or of everybody in one trade. Each leg and each fee is an obligation of the two ' +
      'accounts that it goes between. An API key is told of its own account alone.',
  })
  @ApiPage(ObligationView, 'A page of obligations; it may be short and still have a `nextCursor`.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'TRADE_NOT_FOUND')
  list(
    @Query() request: ListObligationsRequest,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<PageAnswer<ObligationView>> {
    return this.settlement.obligations(request, onlyAccountId);
  }
}
