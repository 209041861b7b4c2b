import { Module } from '@nestjs/common';
import { ReconciliationController } from './reconciliation.controller.js';
import { ReconciliationGrpcController } from './reconciliation.grpc-controller.js';
import { ReconciliationService } from './reconciliation.service.js';

@Module({
  controllers: [ReconciliationController, ReconciliationGrpcController],
  providers: [ReconciliationService],
})
export class ReconciliationModule {}
