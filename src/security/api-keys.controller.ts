import { Controller, Delete, Get, Header, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems, accountIdParam, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import type { PageAnswer } from '../edge/page.js';
import { Body, Param } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import { IssueApiKeyRequest } from './api-key-requests.js';
import { ApiKeyView, IssuedApiKeyView } from './api-key-views.js';
import { ApiKeysService } from './api-keys.service.js';

const accountIdPipe = new PublicIdPipe('acc');

@ApiTags('access')
@Controller('api/v1/accounts/:accountId/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @Access('admin')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Issue an API key for an account',
    description: 'The answer is the only one that has the key in it. If it is lost, revoke the key and issue another.',
  })
  @ApiParam(accountIdParam)
  @ApiCreatedResponse({ description: 'The key.', type: IssuedApiKeyView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    ...bodyProblems,
    'ACCOUNT_CLOSED',
    'API_KEYS_LIMIT',
    ...unavailableProblems,
  )
  issue(
    @Param('accountId', accountIdPipe) accountId: number,
    @Body() request: IssueApiKeyRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<IssuedApiKeyView> {
    return this.apiKeys.issue(accountId, request, origin);
  }

  @Get()
  @Access('read')
  @ApiOperation({ summary: 'List the API keys of an account that are in force, oldest first' })
  @ApiParam(accountIdParam)
  @ApiPage(ApiKeyView, 'All of them, in one page, without the keys themselves.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND')
  list(@Param('accountId', accountIdPipe) accountId: number): Promise<PageAnswer<ApiKeyView>> {
    return this.apiKeys.list(accountId);
  }

  @Delete(':keyId')
  @Access('admin')
  @ApiOperation({ summary: 'Revoke an API key, at once and for good' })
  @ApiParam(accountIdParam)
  @ApiParam({ name: 'keyId', description: "The exchange's id of the key.", example: 'key-17', type: String })
  @ApiOkResponse({ description: 'The key that was revoked.', type: ApiKeyView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'API_KEY_NOT_FOUND', ...bodyProblems, ...unavailableProblems)
  revoke(
    @Param('accountId', accountIdPipe) accountId: number,
    @Param('keyId', new PublicIdPipe('key')) keyId: number,
    @RequestOrigin() origin: Origin,
  ): Promise<ApiKeyView> {
    return this.apiKeys.revoke(accountId, keyId, origin);
  }
}
