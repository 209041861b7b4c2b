import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiProblems, accountIdParam, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { Body, Param } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import { RiskService } from './risk.service.js';
import { EngageKillSwitchRequest } from './risk-requests.js';
import { EngagedKillSwitchView, KillSwitchView } from './risk-views.js';

const accountIdPipe = new PublicIdPipe('acc');
const ofAccount = 'accounts/:accountId/kill-switch';
const ofAll = 'kill-switch';

@ApiTags('risk')
@Controller('api/v1')
export class KillSwitchController {
  constructor(private readonly risk: RiskService) {}

  @Put(ofAccount)
  @Access('admin')
  @ApiOperation({
    summary: 'Stop the trading of an account',
    description:
      'Cancels all its open orders and refuses new ones until the switch is released, also after a restart. ' +
      'Deposits, withdrawals and transfers go on. While it is engaged, engaging it again changes nothing.',
  })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'The switch, engaged.', type: EngagedKillSwitchView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', ...bodyProblems, ...unavailableProblems)
  engage(
    @Param('accountId', accountIdPipe) accountId: number,
    @Body() request: EngageKillSwitchRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<EngagedKillSwitchView> {
    return this.risk.engage(accountId, request, origin);
  }

  @Delete(ofAccount)
  @Access('admin')
  @ApiOperation({ summary: 'Let an account trade again', description: 'The switch for all accounts is another one.' })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'The switch, released.', type: KillSwitchView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', ...bodyProblems, ...unavailableProblems)
  release(
    @Param('accountId', accountIdPipe) accountId: number,
    @RequestOrigin() origin: Origin,
  ): Promise<KillSwitchView> {
    return this.risk.release(accountId, origin);
  }

  @Get(ofAccount)
  @Access('read')
  @ApiOperation({ summary: "Get an account's kill switch" })
  @ApiParam(accountIdParam)
  @ApiOkResponse({ description: 'The switch.', type: KillSwitchView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  get(@Param('accountId', accountIdPipe) accountId: number): Promise<KillSwitchView> {
    return this.risk.killSwitch(accountId);
  }

  @Put(ofAll)
  @Access('admin')
  @ApiOperation({
    summary: 'Stop all trading',
    description: 'As for one account: cancels every open order there is, and refuses new ones of everybody.',
  })
  @ApiOkResponse({ description: 'The switch, engaged.', type: EngagedKillSwitchView })
  @ApiProblems('VALIDATION_FAILED', ...bodyProblems, ...unavailableProblems)
  engageForAll(
    @Body() request: EngageKillSwitchRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<EngagedKillSwitchView> {
    return this.risk.engage(undefined, request, origin);
  }

  @Delete(ofAll)
  @Access('admin')
  @ApiOperation({
    summary: 'Let everybody trade again',
    description: 'But for accounts whose own switch is engaged.',
  })
  @ApiOkResponse({ description: 'The switch, released.', type: KillSwitchView })
  @ApiProblems(...bodyProblems, ...unavailableProblems)
  releaseForAll(@RequestOrigin() origin: Origin): Promise<KillSwitchView> {
    return this.risk.release(undefined, origin);
  }

  @Get(ofAll)
  @Access('read')
  @ApiOperation({ summary: 'Get the kill switch for all accounts' })
  @ApiOkResponse({ description: 'The switch.', type: KillSwitchView })
  getForAll(): Promise<KillSwitchView> {
    return this.risk.killSwitch(undefined);
  }
}
