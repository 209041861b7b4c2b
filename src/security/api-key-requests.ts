import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsPublicId, IsSetOfWords, IsText, MayBeAbsent } from '../edge/field-checks.js';
import type { ApiKeyScope } from '../engine/command.js';

/** In the order in which they are told. */
export const apiKeyScopes = ['read', 'trade', 'transfer'] as const satisfies readonly ApiKeyScope[];
const labelCharactersMax = 64;

export class IssueApiKeyRequest {
  @MayBeAbsent()
  @IsText(labelCharactersMax)
  @ApiPropertyOptional({
    description: 'For people: what the key is for. It goes into the audit trail; put no secret into it.',
    example: 'moving average bot',
    maxLength: labelCharactersMax,
  })
  label?: string;

  @IsSetOfWords(apiKeyScopes)
  @ApiProperty({
    description:
      'What the key may do with its account: `read` what it has and did, `trade` (place and cancel orders), ' +
      '`transfer` (withdraw, and move money to other accounts). None includes another.',
    enum: apiKeyScopes,
    isArray: true,
    example: ['read', 'trade'],
  })
  scopes!: ApiKeyScope[];
}

/** In a message, what REST has in the path is a field. */
export class IssueApiKeyMessage extends IssueApiKeyRequest {
  @IsPublicId('acc')
  accountId!: string;
}

export class ListApiKeysMessage {
  @IsPublicId('acc')
  accountId!: string;
}

export class RevokeApiKeyMessage extends ListApiKeysMessage {
  @IsPublicId('key')
  keyId!: string;
}
