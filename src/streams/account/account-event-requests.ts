import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsCount, IsPublicId, IsSetOfWords, MayBeAbsent } from '../../edge/field-checks.js';
import type { AccountEventType } from '../../journal/account-facts.js';
import { CancelOnDisconnectField, IsCancelOnDisconnect } from '../cancel-on-disconnect/cancel-on-disconnect-field.js';
import { accountEventTypes } from './account-event-view.js';

/** Whose events to give, and from where on. */
export class AccountEventsRequest {
  @IsPublicId('acc')
  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @MayBeAbsent()
  @IsCount(1, Number.MAX_SAFE_INTEGER)
  @ApiPropertyOptional({
    description: 'Begin with the events of this journal record; absent for what comes from now on.',
    type: 'integer',
    minimum: 1,
    example: 43,
  })
  fromSequence?: number;

  @MayBeAbsent()
  @IsCount(1, Number.MAX_SAFE_INTEGER)
  @ApiPropertyOptional({
    description: "Begin with the account's event that has this number. Not together with `fromSequence`.",
    type: 'integer',
    minimum: 1,
    example: 18,
  })
  fromAccountSequence?: number;

  @MayBeAbsent()
  @IsCancelOnDisconnect()
  @ApiPropertyOptional({
    description: "Cancel the account's open orders when this stream is gone; absent means that they stay.",
  })
  cancelOnDisconnect?: CancelOnDisconnectField;
}

/** Which events of the drop copy to give, and from where on. */
export class DropCopyRequest {
  @MayBeAbsent()
  @IsPublicId('acc')
  @ApiPropertyOptional({ description: 'Only events of this account; absent for all.', example: 'acc-7' })
  accountId?: string;

  @MayBeAbsent()
  @IsSetOfWords(accountEventTypes)
  @ApiPropertyOptional({
    description: 'Only events of these types; absent for all.',
    enum: accountEventTypes,
    isArray: true,
  })
  eventTypes?: AccountEventType[];

  @MayBeAbsent()
  @IsCount(1, Number.MAX_SAFE_INTEGER)
  @ApiPropertyOptional({
    description:
      'Begin with the events of this journal record; 1 for everything there ever was, absent for what comes from now on.',
    type: 'integer',
    minimum: 1,
    example: 1,
  })
  fromSequence?: number;
}
