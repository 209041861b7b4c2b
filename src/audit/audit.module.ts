import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditGrpcController } from './audit.grpc-controller.js';
import { AuditService } from './audit.service.js';
import { ExplanationController } from './explanation/explanation.controller.js';
import { ExplanationGrpcController } from './explanation/explanation.grpc-controller.js';
import { ExplanationService } from './explanation/explanation.service.js';

@Module({
  controllers: [AuditController, AuditGrpcController, ExplanationController, ExplanationGrpcController],
  providers: [AuditService, ExplanationService],
})
export class AuditModule {}
