import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { OnlyAccount } from '../edge/caller.js';
import type { PageAnswer } from '../edge/page.js';
import { Body, Param, Query } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import { SettlementService } from './settlement.service.js';
import { CloseCyclesRequest, ListSettlementsRequest } from './settlement-requests.js';
import { ClosedCyclesView, SettlementView, SettlementWithHistoryView } from './settlement-views.js';

@ApiTags('settlement')
@Controller('api/v1/settlements')
export class SettlementsController {
  constructor(private readonly settlement: SettlementService) {}

  @Get()
  @Access('read')
  @ApiOperation({
    summary: 'List settlement instructions, newest first',
    description:
      'At each cut-off the trades that are due are netted into one instruction for each account and asset. ' +
      'Where there is a custodian, each deposit, withdrawal and transfer has instructions of its own, at once. ' +
      'With a filter that matches little, a page may be short and still have a `nextCursor`. ' +
      'An API key is told of its own account alone.',
  })
  @ApiPage(SettlementView, 'A page of instructions.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'TRADE_NOT_FOUND')
  list(
    @Query() request: ListSettlementsRequest,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<PageAnswer<SettlementView>> {
    return this.settlement.list(request, onlyAccountId);
  }

  @Get(':instructionId')
  @Access('read')
  @ApiOperation({ summary: 'Get an instruction with its history' })
  @ApiParam({
    name: 'instructionId',
    description: "The exchange's id of the instruction.",
    example: 'ins-7',
    type: String,
  })
  @ApiOkResponse({ description: 'The instruction.', type: SettlementWithHistoryView })
  @ApiProblems('VALIDATION_FAILED', 'INSTRUCTION_NOT_FOUND')
  get(
    @Param('instructionId', new PublicIdPipe('ins')) instructionId: number,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<SettlementWithHistoryView> {
    return this.settlement.get(instructionId, onlyAccountId);
  }

  @Post('cycles')
  @HttpCode(200)
  @Access('admin')
  @ApiOperation({
    summary: 'Close the settlement cycles that are due, at once',
    description:
      'Without waiting for the next cut-off. It answers when the instructions are durable, not when they are settled.',
  })
  @ApiOkResponse({ description: 'What was closed.', type: ClosedCyclesView })
  @ApiProblems('VALIDATION_FAILED', ...bodyProblems, ...unavailableProblems)
  closeCycles(@Body() request: CloseCyclesRequest, @RequestOrigin() origin: Origin): Promise<ClosedCyclesView> {
    return this.settlement.closeCycles(request, origin);
  }
}
