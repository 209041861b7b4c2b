import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { grpcError } from '../edge/grpc-problems.js';
import { currentRequest } from '../edge/request-context.js';
import type { AroundUnary, UnaryCall, UnaryHandler } from '../edge/unary-handler.js';
import type { FaultBoard } from './fault-board.js';
import { isStrikable } from './operations.js';
import { fateOf, hangMsMax } from './request-faults.js';

type Answer = Parameters<UnaryHandler>[1];

/** Lets faults strike unary calls, as those over REST. */
export function strikeGrpc(board: FaultBoard): AroundUnary {
  return (inner, operation) => {
    if (!isStrikable(operation)) return inner;
    return async (call, answer) => {
      const context = currentRequest()!;
      const { symbol } = call.request as { symbol?: unknown };
      const fate = fateOf(board, context, {
        accountId: context.accountId,
        symbol: typeof symbol === 'string' ? symbol : undefined,
        operation: operation.method,
        transport: 'GRPC',
        requestId: context.requestId,
      });
      if (fate.delayMs > 0) await pause(fate.delayMs, undefined, { ref: false });
      if (fate.isCut) return cut(call, answer);
      if (fate.problem !== undefined) {
        context.problem = fate.problem;
        return answer(grpcError(fate.problem));
      }
      if (fate.isDoubled) await arriveFirst(inner, call);
      if (fate.answerLost === 'cut') return inner(call, () => cut(call, answer));
      if (fate.answerLost === 'hang') return inner(call, () => void hang(call, answer));
      return inner(call, answer);
    };
  };
}

function arriveFirst(inner: UnaryHandler, call: UnaryCall): Promise<void> {
  return new Promise((resolve, reject) => {
    Promise.resolve(inner(call, () => resolve())).catch(reject);
  });
}

/** Until the client gives up, mostly by its deadline, and for a minute at most. */
async function hang(call: UnaryCall, answer: Answer): Promise<void> {
  const givenUp = new AbortController();
  call.once('cancelled', () => givenUp.abort());
  if (!call.cancelled) await pause(hangMsMax, undefined, { ref: false, signal: givenUp.signal }).catch(() => undefined);
  if (call.cancelled) answer({ code: status.CANCELLED, details: 'The client waited no longer.' });
  else cut(call, answer);
}

/**
 * grpc-js has no way to end a connection, so the HTTP/2 session is taken from under the call, as a cut cable would.
 * The answer then reaches nobody but logs and metrics.
 */
function cut(call: UnaryCall, answer: Answer): void {
  const { stream } = (call as unknown as { call?: { stream?: { session?: { destroy(): void } } } }).call ?? {};
  stream?.session?.destroy();
  answer({ code: status.UNAVAILABLE, details: 'The connection was cut.' });
}
