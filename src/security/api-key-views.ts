import { ApiProperty } from '@nestjs/swagger';
import { timeText } from '../edge/time-text.js';
import type { ApiKey } from '../engine/access/api-keys.js';
import type { ApiKeyScope } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import { apiKeyScopes } from './api-key-requests.js';

/** A key without its secret, which nobody has but whoever it was issued to. */
export class ApiKeyView {
  @ApiProperty({ description: "The exchange's id of the key; it is no secret.", example: 'key-17' })
  keyId!: string;

  @ApiProperty({ description: 'The account that it is for.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'As it was given.', type: String, nullable: true, example: 'moving average bot' })
  label!: string | null;

  @ApiProperty({ description: 'What it may do.', enum: apiKeyScopes, isArray: true })
  scopes!: readonly ApiKeyScope[];

  @ApiProperty({ description: 'When it was issued.', format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    description: 'When it was used last; null if never. After a crash it may be up to five minutes too early.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  lastUsedAt!: string | null;
}

/** The one answer that has the secret in it. */
export class IssuedApiKeyView extends ApiKeyView {
  @ApiProperty({
    description: 'The key itself, shown this once: send it as `Authorization: Bearer <key>`.',
    example: 'exs_…',
  })
  key!: string;
}

export function apiKeyView(key: ApiKey, lastUse = key.lastUsedAt): ApiKeyView {
  return {
    keyId: formatId('key', key.keyId),
    accountId: formatId('acc', key.accountId),
    label: key.label ?? null,
    scopes: key.scopes,
    createdAt: timeText(key.createdAt),
    lastUsedAt: lastUse === undefined ? null : timeText(lastUse),
  };
}
