import { Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../../edge/access.js';
import { ApiProblems, bodyProblems } from '../../edge/api-docs.js';
import { AuditGuard } from '../../edge/audit.guard.js';
import { Body, Param } from '../../edge/parameters.js';
import { RequestOrigin } from '../../edge/request-origin.js';
import { ClientKeyPipe } from '../../edge/validation-pipe.js';
import type { Origin } from '../../journal/journal.js';
import { LoadScenarioRequest, StartScenarioRequest } from './scenario-requests.js';
import { ScenariosView, ScenarioView, scenarioView } from './scenario-views.js';
import { ScenariosService } from './scenarios.service.js';

const nameParam = { name: 'name', description: 'The name of the scenario.', example: 'stablecoin-depeg' };
const namePipe = new ClientKeyPipe();

@ApiTags('scenarios')
@Access('audit')
@UseGuards(AuditGuard)
@Controller('audit/v1/scenarios')
export class ScenariosController {
  constructor(private readonly scenarios: ScenariosService) {}

  @Get()
  @ApiOperation({ summary: 'List scenarios: faults over time, by name' })
  @ApiOkResponse({ type: ScenariosView })
  @ApiProblems('CHAOS_DISABLED')
  async list(): Promise<ScenariosView> {
    return { items: (await this.scenarios.list()).map(scenarioView) };
  }

  @Post()
  @ApiOperation({
    summary: 'Load a scenario',
    description: 'It is known until the exchange stops. One of the same name is replaced.',
  })
  @ApiCreatedResponse({ type: ScenarioView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED', 'SCENARIO_RUNNING', 'FAULTS_LIMIT', ...bodyProblems)
  async load(@Body() { definition }: LoadScenarioRequest): Promise<ScenarioView> {
    return scenarioView(await this.scenarios.load(definition));
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a scenario, and how far its run is' })
  @ApiParam(nameParam)
  @ApiOkResponse({ type: ScenarioView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED', 'SCENARIO_NOT_FOUND')
  async get(@Param('name', namePipe) name: string): Promise<ScenarioView> {
    return scenarioView(await this.scenarios.get(name));
  }

  @Post(':name/start')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Start a scenario',
    description: 'One runs at a time. With a speed, times and durations shrink; delays of requests do not.',
  })
  @ApiParam(nameParam)
  @ApiOkResponse({ type: ScenarioView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED', 'SCENARIO_NOT_FOUND', 'SCENARIO_RUNNING', ...bodyProblems)
  async start(
    @Param('name', namePipe) name: string,
    @Body() { speed = 1 }: StartScenarioRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<ScenarioView> {
    return scenarioView(await this.scenarios.start(name, speed, origin));
  }

  @Post(':name/stop')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop a scenario', description: 'The faults that it injected are cleared.' })
  @ApiParam(nameParam)
  @ApiOkResponse({ type: ScenarioView })
  @ApiProblems('VALIDATION_FAILED', 'CHAOS_DISABLED', 'SCENARIO_NOT_FOUND', ...bodyProblems)
  async stop(@Param('name', namePipe) name: string): Promise<ScenarioView> {
    return scenarioView(await this.scenarios.stop(name));
  }
}
