import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FieldErrorSchema } from '../../edge/api-docs.js';
import { problemKinds } from '../../edge/problem-codes.js';
import type { MessageId } from './client-message.js';

const idOf = {
  description: 'The `id` of the message that this answers, if that had one.',
  oneOf: [{ type: 'string' }, { type: 'integer' }],
  example: 1,
};

/** Said before the first message of a subscription; it has what was asked for, and what its channel adds. */
export class SubscribedMessage {
  @ApiProperty({ enum: ['subscribed'] })
  type!: 'subscribed';

  @ApiPropertyOptional(idOf)
  id?: MessageId;

  @ApiProperty({ description: 'The channel.', example: 'book' })
  channel!: string;
}

export class UnsubscribedMessage {
  @ApiProperty({ enum: ['unsubscribed'] })
  type!: 'unsubscribed';

  @ApiPropertyOptional(idOf)
  id?: MessageId;

  @ApiProperty({ description: 'The channel.', example: 'book' })
  channel!: string;
}

export class PongMessage {
  @ApiProperty({ enum: ['pong'] })
  type!: 'pong';

  @ApiPropertyOptional(idOf)
  id?: MessageId;

  @ApiProperty({ description: "The venue's time.", format: 'date-time' })
  time!: string;
}

export class AuthenticatedMessage {
  @ApiProperty({ enum: ['authenticated'] })
  type!: 'authenticated';

  @ApiPropertyOptional(idOf)
  id?: MessageId;

  @ApiProperty({
    description: 'Whose connection it is from here on; null where nobody is asked.',
    type: String,
    nullable: true,
    example: 'key-17',
  })
  principal!: string | null;
}

export class HeartbeatMessage {
  @ApiProperty({ enum: ['heartbeat'] })
  type!: 'heartbeat';

  @ApiProperty({ description: "The venue's time.", format: 'date-time' })
  time!: string;

  @ApiProperty({
    description: 'Whatever concerns this connection up to this journal sequence was sent before.',
    type: 'integer',
    example: 42,
  })
  sequence!: number;
}

/** In the codes and sentences of REST's problems. */
export class ErrorMessage {
  @ApiProperty({ enum: ['error'] })
  type!: 'error';

  @ApiPropertyOptional(idOf)
  id?: MessageId;

  @ApiProperty({ description: 'The stable code: decide by this one.', enum: Object.keys(problemKinds) })
  code!: string;

  @ApiProperty({ description: 'What happened this time, with the numbers in it.' })
  detail!: string;

  @ApiPropertyOptional({ description: 'Each field that is wrong.', type: [FieldErrorSchema] })
  errors?: readonly FieldErrorSchema[];
}
