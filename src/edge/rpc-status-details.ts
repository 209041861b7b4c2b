import protobuf from 'protobufjs/minimal.js';
import type { Problem } from './problem.js';
import { problemKinds } from './problem-codes.js';

const { Writer } = protobuf;
type Writer = protobuf.Writer;

/** The `domain` of every `google.rpc.ErrorInfo` of the exchange. */
export const errorDomain = 'exchange-simulator';

/**
 * A `google.rpc.Status` with `ErrorInfo` (the code and public ids), `BadRequest` (each field that is wrong)
 * and `RetryInfo`, for the trailer `grpc-status-details-bin`. The messages are small and their field
 * numbers are fixed for ever, so they are written by number rather than from a copy of Google's files.
 */
export function statusDetails(problem: Problem): Buffer {
  const { errors, retryAfterSeconds } = problem.context;
  const status = Writer.create();
  status.uint32(tag(1, varint)).int32(problemKinds[problem.code].grpcStatus);
  status.uint32(tag(2, bytes)).string(problem.detail);
  writeDetail(status, 'google.rpc.ErrorInfo', errorInfo(problem));
  if (errors !== undefined) writeDetail(status, 'google.rpc.BadRequest', badRequest(errors));
  if (retryAfterSeconds !== undefined) writeDetail(status, 'google.rpc.RetryInfo', retryInfo(retryAfterSeconds));
  return Buffer.from(status.finish());
}

function errorInfo({ code, context: { orderId, transferId } }: Problem): Writer {
  const message = Writer.create();
  message.uint32(tag(1, bytes)).string(code);
  message.uint32(tag(2, bytes)).string(errorDomain);
  for (const [key, value] of Object.entries({ orderId, transferId })) {
    if (value === undefined) continue;
    message.uint32(tag(3, bytes)).fork();
    message.uint32(tag(1, bytes)).string(key).uint32(tag(2, bytes)).string(value).ldelim();
  }
  return message;
}

function badRequest(errors: NonNullable<Problem['context']['errors']>): Writer {
  const message = Writer.create();
  for (const { field, message: description } of errors) {
    message.uint32(tag(1, bytes)).fork();
    message.uint32(tag(1, bytes)).string(field).uint32(tag(2, bytes)).string(description).ldelim();
  }
  return message;
}

function retryInfo(seconds: number): Writer {
  const message = Writer.create();
  message.uint32(tag(1, bytes)).fork().uint32(tag(1, varint)).int64(seconds).ldelim();
  return message;
}

/** One `google.protobuf.Any` among the status's details. */
function writeDetail(status: Writer, type: string, message: Writer): void {
  status.uint32(tag(3, bytes)).fork();
  status.uint32(tag(1, bytes)).string(`type.googleapis.com/${type}`);
  status.uint32(tag(2, bytes)).bytes(message.finish()).ldelim();
}

const varint = 0;
const bytes = 2;

function tag(fieldNumber: number, wireType: typeof varint | typeof bytes): number {
  return (fieldNumber << 3) | wireType;
}
