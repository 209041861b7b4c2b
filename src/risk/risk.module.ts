import { Module } from '@nestjs/common';
import { KillSwitchController } from './kill-switch.controller.js';
import { RiskController } from './risk.controller.js';
import { RiskGrpcController } from './risk.grpc-controller.js';
import { RiskService } from './risk.service.js';

/** Limits of accounts, what they have at stake, and the switches that stop trading. */
@Module({
  controllers: [RiskController, KillSwitchController, RiskGrpcController],
  providers: [RiskService],
})
export class RiskModule {}
