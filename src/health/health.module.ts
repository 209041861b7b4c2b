import { Module } from '@nestjs/common';
import { GrpcHealth } from './grpc-health.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

@Module({
  controllers: [HealthController],
  providers: [Readiness, GrpcHealth],
  exports: [GrpcHealth],
})
export class HealthModule {}
