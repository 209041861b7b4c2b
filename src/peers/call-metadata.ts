import { Metadata } from '@grpc/grpc-js';
import { currentRequest } from '../edge/request-context.js';
import { requestIdHeader } from '../edge/request-origin.js';
import { formatTraceparent, traceparentHeader } from '../edge/trace-context.js';

/** What goes along with a call: which request it is made for, and the trace that this belongs to. */
export function callMetadata(): Metadata {
  const metadata = new Metadata();
  const request = currentRequest();
  if (request === undefined) return metadata;
  metadata.set(requestIdHeader, request.requestId);
  if (request.trace !== undefined) metadata.set(traceparentHeader, formatTraceparent(request.trace));
  return metadata;
}
