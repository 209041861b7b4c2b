import { Controller, Delete, Get, Post, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiProblems, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { AuditGuard } from '../edge/audit.guard.js';
import { Body, Param, Query } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import { ChaosService } from './chaos.service.js';
import { InjectFaultRequest, ListFaultsRequest } from './fault-requests.js';
import { FaultsView, FaultView, faultsView, faultView } from './fault-views.js';

const faultIdParam = { name: 'faultId', description: 'The id of the fault.', example: 'flt-12', type: String };
const faultIdPipe = new PublicIdPipe('flt');

@ApiTags('faults')
@Access('audit')
@UseGuards(AuditGuard)
@Controller('audit/v1/faults')
export class FaultsController {
  constructor(private readonly chaos: ChaosService) {}

  @Post()
  @ApiOperation({
    summary: 'Inject a fault',
    description:
      'It strikes from the moment of the answer on. The audit, health and metrics are never struck. With the same ' +
      'seed the same of those that fit its target are struck, whatever else goes on.',
  })
  @ApiCreatedResponse({ description: 'The fault, in force.', type: FaultView })
  @ApiProblems(
    ...(['VALIDATION_FAILED', 'CHAOS_DISABLED', 'MARKET_NOT_FOUND', 'ASSET_NOT_FOUND', 'FAULTS_LIMIT'] as const),
    ...bodyProblems,
    ...unavailableProblems,
  )
  async inject(@Body() request: InjectFaultRequest, @RequestOrigin() origin: Origin): Promise<FaultView> {
    return faultView(await this.chaos.inject(request, origin));
  }

  @Get()
  @ApiOperation({ summary: 'List the faults in force, and those that ended lately, with what they struck' })
  @ApiOkResponse({ type: FaultsView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED')
  list(@Query() { inForce }: ListFaultsRequest): FaultsView {
    return faultsView(this.chaos.list(inForce));
  }

  @Get(':faultId')
  @ApiOperation({ summary: 'Get a fault' })
  @ApiParam(faultIdParam)
  @ApiOkResponse({ type: FaultView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED', 'FAULT_NOT_FOUND')
  get(@Param('faultId', faultIdPipe) faultId: number): FaultView {
    return faultView(this.chaos.get(faultId));
  }

  @Delete(':faultId')
  @ApiOperation({ summary: 'Clear a fault', description: 'One that has ended already stays as it ended.' })
  @ApiParam(faultIdParam)
  @ApiOkResponse({ description: 'The fault, ended.', type: FaultView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED', 'FAULT_NOT_FOUND', ...bodyProblems, ...unavailableProblems)
  async clear(@Param('faultId', faultIdPipe) faultId: number, @RequestOrigin() origin: Origin): Promise<FaultView> {
    return faultView(await this.chaos.clear(faultId, origin));
  }

  @Delete()
  @ApiOperation({ summary: 'Clear every fault in force' })
  @ApiOkResponse({ description: 'Those that were cleared.', type: FaultsView })
  @ApiProblems('CHAOS_DISABLED', ...bodyProblems, ...unavailableProblems)
  async clearAll(@RequestOrigin() origin: Origin): Promise<FaultsView> {
    return faultsView(await this.chaos.clearAll(origin));
  }
}
