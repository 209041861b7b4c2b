import { Module } from '@nestjs/common';
import { ApiKeyUses } from './api-key-uses.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysGrpcController } from './api-keys.grpc-controller.js';
import { ApiKeysService } from './api-keys.service.js';

/** API keys as a thing that is issued and revoked; whether they are asked for is the matter of `AccessModule`. */
@Module({
  controllers: [ApiKeysController, ApiKeysGrpcController],
  providers: [ApiKeysService, ApiKeyUses],
  exports: [ApiKeyUses],
})
export class ApiKeysModule {}
