import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import type { PageAnswer } from '../edge/page.js';
import { Payload } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { parseId } from '../engine/ids.js';
import type { Origin } from '../journal/journal.js';
import { IssueApiKeyMessage, ListApiKeysMessage, RevokeApiKeyMessage } from './api-key-requests.js';
import type { ApiKeyView } from './api-key-views.js';
import { ApiKeysService } from './api-keys.service.js';

const service = 'ApiKeyService';

/** The same as REST. */
@Controller()
export class ApiKeysGrpcController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @GrpcMethod(service, 'IssueApiKey')
  @Access('admin')
  async issueApiKey(
    @Payload() request: IssueApiKeyMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ apiKey: ApiKeyView; key: string }> {
    const { key, ...apiKey } = await this.apiKeys.issue(accountIdOf(request), request, origin);
    return { apiKey, key };
  }

  @GrpcMethod(service, 'ListApiKeys')
  @Access('read')
  listApiKeys(@Payload() request: ListApiKeysMessage): Promise<PageAnswer<ApiKeyView>> {
    return this.apiKeys.list(accountIdOf(request));
  }

  @GrpcMethod(service, 'RevokeApiKey')
  @Access('admin')
  async revokeApiKey(
    @Payload() request: RevokeApiKeyMessage,
    @RequestOrigin() origin: Origin,
  ): Promise<{ apiKey: ApiKeyView }> {
    return { apiKey: await this.apiKeys.revoke(accountIdOf(request), parseId('key', request.keyId)!, origin) };
  }
}

function accountIdOf({ accountId }: ListApiKeysMessage): number {
  return parseId('acc', accountId)!;
}
