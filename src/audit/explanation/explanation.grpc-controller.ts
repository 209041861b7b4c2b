import { Controller, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../../edge/access.js';
import { AuditGuard } from '../../edge/audit.guard.js';
import { Payload } from '../../edge/parameters.js';
import { parseId } from '../../engine/ids.js';
import { ExplainOrderRequest } from '../audit-requests.js';
import { ExplanationService } from './explanation.service.js';
import type { ExplanationView } from './explanation-view.js';

/** The same as REST; the token comes as metadata. */
@Access('audit')
@UseGuards(AuditGuard)
@Controller()
export class ExplanationGrpcController {
  constructor(private readonly explanations: ExplanationService) {}

  @GrpcMethod('AuditService', 'ExplainOrder')
  explainOrder(@Payload() { orderId }: ExplainOrderRequest): Promise<ExplanationView> {
    return this.explanations.explain(parseId('ord', orderId)!);
  }
}
