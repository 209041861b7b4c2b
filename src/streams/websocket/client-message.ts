import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../edge/field-checks.js';
import { Problem } from '../../edge/problem.js';
import { shownValue } from '../../edge/shown-value.js';
import { parseStrictJson } from '../../edge/strict-json.js';

export const operations = ['subscribe', 'unsubscribe', 'ping', 'authenticate'] as const;
export type Operation = (typeof operations)[number];

/** What a client calls a message, to know the answer by. */
export type MessageId = string | number;

/** No name that a client gives to a message is longer than this. */
export const idCharactersMax = 64;
const keyCharactersMax = 512;

/** A message of a client, as far as it is known without its operation. */
export interface ClientMessage {
  readonly op: Operation;
  readonly id: MessageId | undefined;
  /** What it has beside these. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export class AuthenticateMessage {
  @IsText(keyCharactersMax)
  @ApiProperty({ description: 'An API key, or the ADMIN_TOKEN.', example: 'exs_...' })
  key!: string;
}

/** A message that has no fields of its own. */
export class PingMessage {}

/** A refusal that answers a message of this name. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
  constructor(
    readonly problem: Problem,
    readonly id: MessageId | undefined,
  ) {
    super(problem.detail);
  }
}

/** Throws a `Problem`, or a `MessageRefused` where the name of the message is known. */
export function readClientMessage(text: Buffer): ClientMessage {
  const { op, id, ...fields } = parseStrictJson(text, 'message') as Record<string, unknown>;
  if (!isMessageId(id)) {
    const right = `must be up to ${idCharactersMax} characters, or a whole number`;
    throw Problem.invalid([{ field: 'id', message: `${right}, not ${shownValue(id)}` }]);
  }
  if (!operations.includes(op as Operation)) {
    const message = `must be one of ${operations.join(', ')}, not ${shownValue(op)}`;
    throw new MessageRefused(Problem.invalid([{ field: 'op', message }]), id);
  }
  return { op: op as Operation, id, fields };
}

function isMessageId(id: unknown): id is MessageId | undefined {
  if (typeof id === 'string') return id.length <= idCharactersMax;
  return id === undefined || Number.isSafeInteger(id);
}
