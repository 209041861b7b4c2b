import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { OnlyAccount } from '../edge/caller.js';
import type { PageAnswer } from '../edge/page.js';
import { Payload } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import { SettlementService } from './settlement.service.js';
import {
  CloseCyclesRequest,
  ListObligationsRequest,
  ListSettlementsRequest,
  SettlementMessage,
} from './settlement-requests.js';
import type {
  ClosedCyclesView,
  ObligationView,
  SettlementView,
  SettlementWithHistoryView,
} from './settlement-views.js';

const service = 'SettlementService';

/** The same as REST. */
@Controller()
export class SettlementGrpcController {
  constructor(private readonly settlement: SettlementService) {}

  @GrpcMethod(service, 'ListSettlements')
  @Access('read')
  listSettlements(
    @Payload() request: ListSettlementsRequest,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<PageAnswer<SettlementView>> {
    return this.settlement.list(request, onlyAccountId);
  }

  @GrpcMethod(service, 'GetSettlement')
  @Access('read')
  async getSettlement(
    @Payload() { instructionId }: SettlementMessage,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<{
    settlement: Omit<SettlementWithHistoryView, 'history'>;
    history: SettlementWithHistoryView['history'];
  }> {
    const { history, ...settlement } = await this.settlement.get(parseId('ins', instructionId)!, onlyAccountId);
    return { settlement, history };
  }

  @GrpcMethod(service, 'ListObligations')
  @Access('read')
  listObligations(
    @Payload() request: ListObligationsRequest,
    @OnlyAccount() onlyAccountId?: number,
  ): Promise<PageAnswer<ObligationView>> {
    return this.settlement.obligations(request, onlyAccountId);
  }

  @GrpcMethod(service, 'CloseSettlementCycles')
  @Access('admin')
  closeSettlementCycles(
    @Payload() request: CloseCyclesRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<ClosedCyclesView> {
    return this.settlement.closeCycles(request, origin);
  }
}
