import { AsyncLocalStorage } from 'node:async_hooks';
import type { OrderFault } from '../engine/command.js';
import type { JournalRecord } from '../journal/journal.js';
import type { Caller } from './caller.js';
import type { Problem } from './problem.js';
import type { TraceParent } from './trace-context.js';

/** What is known of the request that is being answered, over REST or gRPC: for logs, spans and the journal. */
export interface RequestContext {
  readonly transport: 'REST' | 'GRPC' | 'WEBSOCKET';
  /** The client's own id of the request, or a fresh one. */
  readonly requestId: string;
  /** The span that whatever the request leads to, here and in other services, belongs under; absent outside of traces. */
  trace?: TraceParent;
  /** The 32 hexadecimal digits of that trace. */
  readonly traceId?: string;
  /** Who asks, once that is known; it stays absent where nobody is asked to say so, as with AUTH=off. */
  caller?: Caller;
  /** The public ids of the faults that have struck the request; absent until one does. */
  struckBy?: string[];
  /** What the request's command became in the journal, once it was executed; it may not be durable yet. */
  record?: JournalRecord;
  /** What faults do to the order that it places; absent where none does. */
  orderFault?: OrderFault;
  /** Why the request was refused. */
  problem?: Problem;
  /** The public ids that the request names, or that it led to. */
  readonly accountId?: string;
  readonly orderId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The context of the request that the running code belongs to; `undefined` outside of requests. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** Notes that a fault struck a request; the record of its command names those noted before it is submitted. */
export function noteFault(request: RequestContext, faultId: string): void {
  request.struckBy ??= [];
  request.struckBy.push(faultId);
}

/** Runs code, and everything asynchronous that it starts, as part of a request. */
export function withinRequest<Result>(context: RequestContext, run: () => Result): Result {
  return storage.run(context, run);
}
