import { Module } from '@nestjs/common';
import { ChaosService } from './chaos.service.js';
import { ChaosMetrics } from './chaos-metrics.js';
import { FaultsController } from './faults.controller.js';
import { FaultsGrpcController } from './faults.grpc-controller.js';

@Module({ controllers: [FaultsController, FaultsGrpcController], providers: [ChaosService, ChaosMetrics] })
export class ChaosModule {}
