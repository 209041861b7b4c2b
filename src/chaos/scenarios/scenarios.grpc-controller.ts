import { Controller, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../../edge/access.js';
import { AuditGuard } from '../../edge/audit.guard.js';
import { Payload } from '../../edge/parameters.js';
import { RequestOrigin } from '../../edge/request-origin.js';
import type { Origin } from '../../journal/journal.js';
import {
  ListScenariosRequest,
  LoadScenarioRequest,
  ScenarioMessage,
  StartScenarioMessage,
} from './scenario-requests.js';
import { type ScenariosView, type ScenarioView, scenarioView } from './scenario-views.js';
import { ScenariosService } from './scenarios.service.js';

const service = 'AuditService';

interface ScenarioAnswer {
  readonly scenario: ScenarioView;
}

/** The same as REST; the token comes as metadata. */
@Access('audit')
@UseGuards(AuditGuard)
@Controller()
export class ScenariosGrpcController {
  constructor(private readonly scenarios: ScenariosService) {}

  @GrpcMethod(service, 'ListScenarios')
  async listScenarios(@Payload() _request: ListScenariosRequest): Promise<ScenariosView> {
    return { items: (await this.scenarios.list()).map(scenarioView) };
  }

  @GrpcMethod(service, 'LoadScenario')
  async loadScenario(@Payload() { definition }: LoadScenarioRequest): Promise<ScenarioAnswer> {
    return { scenario: scenarioView(await this.scenarios.load(definition)) };
  }

  @GrpcMethod(service, 'GetScenario')
  async getScenario(@Payload() { name }: ScenarioMessage): Promise<ScenarioAnswer> {
    return { scenario: scenarioView(await this.scenarios.get(name)) };
  }

  @GrpcMethod(service, 'StartScenario')
  async startScenario(
    @Payload() { name, speed = 1 }: StartScenarioMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<ScenarioAnswer> {
    return { scenario: scenarioView(await this.scenarios.start(name, speed, origin)) };
  }

  @GrpcMethod(service, 'StopScenario')
  async stopScenario(@Payload() { name }: ScenarioMessage): Promise<ScenarioAnswer> {
    return { scenario: scenarioView(await this.scenarios.stop(name)) };
  }
}
