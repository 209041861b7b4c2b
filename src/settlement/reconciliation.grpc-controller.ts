import { Controller, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { AuditGuard } from '../edge/audit.guard.js';
import { Payload } from '../edge/parameters.js';
import { ReconciliationService } from './reconciliation.service.js';
import type { ReconciliationView } from './reconciliation-view.js';
import { ReconcileRequest } from './settlement-requests.js';

/** The same as REST; the token comes as metadata. */
@Access('audit')
@UseGuards(AuditGuard)
@Controller()
export class ReconciliationGrpcController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @GrpcMethod('AuditService', 'Reconcile')
  reconcile(@Payload() request: ReconcileRequest): Promise<ReconciliationView> {
    return this.reconciliation.reconcile(request);
  }
}
