import { Controller, Get, Put } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiProblems, accountIdParam, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { Body, Param } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import { ExposureView } from './exposure-view.js';
import { RiskService } from './risk.service.js';
import { RiskLimitRequest, SetRiskLimitsRequest } from './risk-requests.js';
import { RiskLimitsView } from './risk-views.js';

const accountIdPipe = new PublicIdPipe('acc');

@ApiTags('risk')
@Controller('api/v1/accounts/:accountId')
export class RiskController {
  constructor(private readonly risk: RiskService) {}

  @Get('risk-limits')
  @Access('read')
  @ApiOperation({ summary: "Get an account's risk limits" })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'Its limits, none if it has none.', type: RiskLimitsView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  limits(@Param('accountId', accountIdPipe) accountId: number): Promise<RiskLimitsView> {
    return this.risk.limits(accountId);
  }

  @Put('risk-limits')
  @Access('admin')
  @ApiOperation({
    summary: "Set an account's risk limits",
    description:
      'All at once, in place of those that it had. They hold from the next order on; open orders stay, and money ' +
      'moves as before. The same limits again change nothing.',
  })
  @ApiParam(accountIdParam)
  @ApiExtraModels(RiskLimitRequest)
  @ApiOkResponse({ description: 'The limits that it has now.', type: RiskLimitsView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    'ASSET_NOT_FOUND',
    'MARKET_NOT_FOUND',
    ...bodyProblems,
    ...unavailableProblems,
  )
  setLimits(
    @Param('accountId', accountIdPipe) accountId: number,
    @Body() request: SetRiskLimitsRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<RiskLimitsView> {
    return this.risk.setLimits(accountId, request, origin);
  }

  @Get('exposure')
  @Access('read')
  @ApiOperation({
    summary: 'Get what an account has at stake',
    description: 'Its positions with their values, its open orders, and each limit with what is used of it.',
  })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'All of it at one moment.', type: ExposureView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  exposure(@Param('accountId', accountIdPipe) accountId: number): Promise<ExposureView> {
    return this.risk.exposure(accountId);
  }
}
