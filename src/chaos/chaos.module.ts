import { Module } from '@nestjs/common';
import { ChaosService } from './chaos.service.js';
import { ChaosMetrics } from './chaos-metrics.js';
import { FaultsController } from './faults.controller.js';
import { FaultsGrpcController } from './faults.grpc-controller.js';
import { ScenariosController } from './scenarios/scenarios.controller.js';
import { ScenariosGrpcController } from './scenarios/scenarios.grpc-controller.js';
import { ScenariosService } from './scenarios/scenarios.service.js';
import { WaitingOrders } from './waiting-orders.js';

@Module({
  controllers: [FaultsController, FaultsGrpcController, ScenariosController, ScenariosGrpcController],
  providers: [ChaosService, ChaosMetrics, WaitingOrders, ScenariosService],
})
export class ChaosModule {}
