import { Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiProblems, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { IdempotencyKey } from '../edge/idempotency-key.js';
import { Body } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import type { Origin } from '../journal/journal.js';
import { TransferRequest } from './account-requests.js';
import { TransferView } from './account-views.js';
import { idempotencyHeader } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';

@ApiTags('accounts')
@Controller('api/v1/transfers')
export class TransfersController {
  constructor(private readonly accounts: AccountsService) {}

  @Post()
  @Access('transfer')
  @ApiOperation({ summary: 'Move available money from one account to another' })
  @ApiHeader(idempotencyHeader)
  @ApiCreatedResponse({ description: 'The transfer.', type: TransferView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    'ASSET_NOT_FOUND',
    'IDEMPOTENCY_KEY_REUSED',
    ...bodyProblems,
    'ACCOUNT_NOT_ACTIVE',
    'SAME_ACCOUNT',
    'SETTLEMENT_BACKLOG',
    'INSUFFICIENT_FUNDS',
    'BALANCE_LIMIT',
    ...unavailableProblems,
  )
  transfer(
    @Body() request: TransferRequest,
    @RequestOrigin() origin: Origin,
    @IdempotencyKey() key?: string,
  ): Promise<TransferView> {
    return this.accounts.transfer(request, origin, key);
  }
}
