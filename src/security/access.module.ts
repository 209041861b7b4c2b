import { type Abstract, type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Settings } from '../config/settings.js';
import { Credentials } from '../edge/credentials.js';
import { AccessGuard } from './access.guard.js';
import { AccessLevels } from './access-levels.js';
import { ApiKeysModule } from './api-keys.module.js';
import { Authenticator } from './authenticator.js';
import { OwnThings } from './own-things.js';

/** The guards that the settings ask for. Without them there are none, so that they cost nothing. */
@Module({})
export class AccessModule {
  static with({ auth, rateLimitPerSecond, rateLimitBurst }: Settings): DynamicModule {
    const providers: Provider[] = [AccessLevels];
    const exported: Abstract<unknown>[] = [];
    if (auth === 'on') {
      providers.push(Authenticator, OwnThings, { provide: Credentials, useExisting: Authenticator });
      exported.push(Credentials);
    }
    // Guards are asked in this order: whoever tries out keys is limited too.
    if (rateLimitPerSecond > 0) {
      providers.push({
        provide: APP_GUARD,
        inject: [AccessLevels, { token: Authenticator, optional: true }],
        async useFactory(levels: AccessLevels, authenticator: Authenticator | undefined) {
          const { RateLimitGuard } = await import('./rate-limit.guard.js');
          const limits = { requestsPerSecond: rateLimitPerSecond, burstRequests: rateLimitBurst };
          return new RateLimitGuard(limits, levels, authenticator);
        },
      });
    }
    if (auth === 'on') providers.push({ provide: APP_GUARD, useClass: AccessGuard });
    return { module: AccessModule, global: true, imports: [ApiKeysModule], providers, exports: exported };
  }
}
