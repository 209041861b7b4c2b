import { Controller, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { AuditGuard } from '../edge/audit.guard.js';
import { Payload } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import { ChaosService } from './chaos.service.js';
import { ClearFaultsRequest, FaultMessage, InjectFaultRequest, ListFaultsRequest } from './fault-requests.js';
import { type FaultsView, type FaultView, faultsView, faultView } from './fault-views.js';

const service = 'AuditService';

interface FaultAnswer {
  readonly fault: FaultView;
}

/** The same as REST; the token comes as metadata. */
@Access('audit')
@UseGuards(AuditGuard)
@Controller()
export class FaultsGrpcController {
  constructor(private readonly chaos: ChaosService) {}

  @GrpcMethod(service, 'InjectFault')
  async injectFault(@Payload() request: InjectFaultRequest, @RequestOrigin() origin: Origin): Promise<FaultAnswer> {
    return { fault: faultView(await this.chaos.inject(request, origin)) };
  }

  @GrpcMethod(service, 'ListFaults')
  listFaults(@Payload() { inForce }: ListFaultsRequest): FaultsView {
    return faultsView(this.chaos.list(inForce));
  }

  @GrpcMethod(service, 'GetFault')
  getFault(@Payload() request: FaultMessage): FaultAnswer {
    return { fault: faultView(this.chaos.get(faultIdOf(request))) };
  }

  @GrpcMethod(service, 'ClearFault')
  async clearFault(@Payload() request: FaultMessage, @RequestOrigin() origin: Origin): Promise<FaultAnswer> {
    return { fault: faultView(await this.chaos.clear(faultIdOf(request), origin)) };
  }

  @GrpcMethod(service, 'ClearFaults')
  async clearFaults(@Payload() _request: ClearFaultsRequest, @RequestOrigin() origin: Origin): Promise<FaultsView> {
    return faultsView(await this.chaos.clearAll(origin));
  }
}

function faultIdOf({ faultId }: FaultMessage): number {
  return parseId('flt', faultId)!;
}
