import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { type ProblemCode, problemKinds } from './problem-codes.js';

export class FieldErrorSchema {
  @ApiProperty({ description: 'The field or parameter that is wrong.', example: 'quantity' })
  field!: string;

  @ApiProperty({
    description: 'What would be right, and what was given.',
    example: 'must have at most 8 decimals, not "0.123456789"',
  })
  message!: string;
}

/** The documentation of `ProblemBody` (RFC 9457). */
class ProblemSchema {
  @ApiProperty({
    description: 'Names the kind of problem.',
    example: 'urn:exchange-simulator:problem:insufficient-funds',
  })
  type!: string;

  @ApiProperty({ description: 'The kind of problem in a few words.', example: 'The available balance is too small' })
  title!: string;

  @ApiProperty({ description: 'The HTTP status.', example: 422, type: 'integer' })
  status!: number;

  @ApiProperty({
    description: 'The stable code: decide by this one.',
    example: 'INSUFFICIENT_FUNDS',
    enum: Object.keys(problemKinds),
  })
  code!: string;

  @ApiProperty({ description: 'What happened this time, with the numbers in it.' })
  detail!: string;

  @ApiProperty({ description: 'The path of the request.', example: '/api/v1/orders' })
  instance!: string;

  @ApiPropertyOptional({ description: 'Each field that is wrong.', type: [FieldErrorSchema] })
  errors?: FieldErrorSchema[];

  @ApiPropertyOptional({ description: 'The order that was kept as REJECTED.', example: 'ord-42' })
  orderId?: string;

  @ApiPropertyOptional({ description: 'The transfer that was kept as rejected.', example: 'tfr-9' })
  transferId?: string;
}

/** What any body can be refused for before it is read. */
export const bodyProblems = ['BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;
/** Why the exchange may take no command at all for now. */
export const unavailableProblems = ['OVERLOADED', 'JOURNAL_FULL', 'DRAINING'] as const;

export const accountIdParam = {
  name: 'accountId',
  description: "The exchange's id of the account.",
  example: 'acc-7',
  type: String,
};

/** Documents the problems that an operation answers with, one response for each status. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(codes, (code) => problemKinds[code].httpStatus);
  const responses = [...byStatus].map(([status, kinds]) =>
    ApiResponse({
      status,
      description: kinds.map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join('\n\n'),
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemSchema) } } },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemSchema), ...responses);
}

/** Documents an answer that is one page of a list. */
export function ApiPage(item: Type, description: string): MethodDecorator {
  const items = { type: 'array', items: { $ref: getSchemaPath(item) } };
  const nextCursor = {
    type: 'string',
    nullable: true,
    description: 'Give it as `cursor` for the next page; null on the last.',
  };
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      description,
      schema: { type: 'object', required: ['items', 'nextCursor'], properties: { items, nextCursor } },
    }),
  );
}
