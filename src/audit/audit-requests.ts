import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsCount, IsPublicId, IsWord, MayBeAbsent } from '../edge/field-checks.js';
import { PageRequest } from '../edge/page.js';
import type { Event } from '../engine/event.js';
import { eventTypes } from './event-words.js';

export class ListEventsRequest extends PageRequest {
  @MayBeAbsent()
  @IsCount(0, Number.MAX_SAFE_INTEGER)
  @ApiPropertyOptional({ description: 'Only records after this sequence.', type: 'integer', minimum: 0, example: 1000 })
  afterSequence?: number;

  @MayBeAbsent()
  @IsPublicId('acc')
  @ApiPropertyOptional({ description: 'Only records that concern this account.', example: 'acc-7' })
  accountId?: string;

  @MayBeAbsent()
  @IsPublicId('ord')
  @ApiPropertyOptional({ description: 'Only records that concern this order.', example: 'ord-42' })
  orderId?: string;

  @MayBeAbsent()
  @IsWord(eventTypes)
  @ApiPropertyOptional({ description: 'Only records with an event of this type.', enum: eventTypes })
  type?: Event['type'];
}

export class ExplainOrderRequest {
  @IsPublicId('ord')
  orderId!: string;
}

/** Verify and GetState ask for nothing in particular; a field that they do not know is an error all the same. */
export class NothingRequest {}
