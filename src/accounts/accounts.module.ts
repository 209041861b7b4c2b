import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { AccountsGrpcController } from './accounts.grpc-controller.js';
import { AccountsService } from './accounts.service.js';
import { AuditTrail } from './audit-trail.js';
import { TransfersController } from './transfers.controller.js';

@Module({
  controllers: [AccountsController, TransfersController, AccountsGrpcController],
  providers: [AccountsService, AuditTrail],
})
export class AccountsModule {}
