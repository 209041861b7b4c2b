import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemKinds } from '../edge/problem-codes.js';
import { sendProblem } from '../edge/problem-reply.js';
import type { RequestContext } from '../edge/request-context.js';
import { type Operation, unknownRoute } from '../edge/request-observer.js';
import { requestIdHeader } from '../edge/request-origin.js';
import type { Subject } from './fault.js';
import type { FaultBoard } from './fault-board.js';
import type { FaultMode } from './fault-kinds.js';
import { isStrikable, operationName } from './operations.js';
import { fateOf, hangMsMax } from './request-faults.js';

/** The header of the first arrival of a request that arrives twice; its value names one, and nobody outside knows it. */
const firstArrivalHeader = 'x-exchange-first-arrival';

/** The requests that arrive twice, by what their first arrival says in its header. */
type Doubled = Map<string, RequestContext>;

/** Lets faults strike requests over REST: after they were read, and before anything is done about them. */
export function strikeHttp(fastify: FastifyInstance, board: FaultBoard): void {
  const losses = new WeakMap<FastifyRequest, FaultMode>();
  const doubled: Doubled = new Map();
  fastify.addHook('preHandler', async (request, reply) => {
    const { config } = request.routeOptions;
    const operation: Operation =
      config?.url === undefined
        ? unknownRoute
        : { transport: 'REST', method: String(config.method), target: config.url };
    const context = request.exchangeContext;
    if (context === null || !isStrikable(operation)) return;
    const second = doubled.get(String(request.headers[firstArrivalHeader]));
    if (second !== undefined) return shareFaults(second, context);
    const fate = fateOf(board, context, subjectOf(request, operation));
    if (fate.delayMs > 0) await pause(fate.delayMs, undefined, { ref: false });
    if (fate.isCut) return cut(request, reply);
    if (fate.problem !== undefined) {
      context.problem = fate.problem;
      sendProblem(fate.problem, request, reply);
      return reply;
    }
    if (fate.isDoubled) await arriveFirst(fastify, request, doubled);
    if (fate.answerLost !== undefined) losses.set(request, fate.answerLost);
  });
  fastify.addHook('onSend', async (request, reply) => {
    const mode = losses.get(request);
    if (mode === 'cut') return cut(request, reply);
    if (mode !== 'hang') return;
    const { socket } = request.raw;
    await pause(hangMsMax, undefined, { ref: false, signal: closing(socket) }).catch(() => undefined);
    return cut(request, reply);
  });
}

/** The request as it came, once before it is carried out again: as from a proxy that sends again what it thinks lost. */
async function arriveFirst(fastify: FastifyInstance, request: FastifyRequest, doubled: Doubled): Promise<void> {
  const { 'content-length': _length, ...headers } = request.headers;
  const name = randomUUID();
  const context = request.exchangeContext!;
  doubled.set(name, context);
  await fastify
    .inject({
      method: request.method as 'POST',
      url: request.url,
      headers: { ...headers, [requestIdHeader]: context.requestId, [firstArrivalHeader]: name },
      payload: request.body === undefined ? undefined : JSON.stringify(request.body),
    })
    .finally(() => doubled.delete(name));
}

/** Both arrivals are one request: what struck it strikes both, or one would be carried out that the answer denies. */
function shareFaults(from: RequestContext, to: RequestContext): void {
  to.struckBy = from.struckBy?.slice();
  to.orderFault = from.orderFault;
}

/** Fastify waits for the end of an answer that never begins, so it is told: for logs and metrics the request is over. */
function cut(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.code(problemKinds.VENUE_DOWN.httpStatus);
  reply.hijack();
  request.raw.socket.destroy();
  reply.raw.emit('error', new Error('A fault has cut the connection.'));
  return reply;
}

function closing(socket: NodeJS.EventEmitter): AbortSignal {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  return gone.signal;
}

function subjectOf(request: FastifyRequest, operation: Operation): Subject {
  return {
    accountId: request.exchangeContext?.accountId,
    symbol: namedIn(request, 'symbol'),
    operation: operationName(operation),
    transport: 'REST',
    requestId: request.id,
  };
}

function namedIn({ params, query, body }: FastifyRequest, field: string): string | undefined {
  for (const place of [params, query, body]) {
    const value = (place as Record<string, unknown> | null | undefined)?.[field];
    if (typeof value === 'string') return value;
  }
  return undefined;
}
