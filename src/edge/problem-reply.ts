import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, problemBody } from './problem.js';
import { requestIdHeader } from './request-origin.js';

const pathCharactersMax = 200;

/** The path of a request without its query, as it was sent. */
export function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0] ?? '';
}

/** Answers with `application/problem+json`. It sets the request id itself: some answers are given before any hook runs. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { retryAfterSeconds, allow } = problem.context;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (allow !== undefined) reply.header('allow', allow.join(', '));
  if (problem.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  if (problem.code === 'UPGRADE_REQUIRED') reply.headers({ upgrade: 'websocket', 'sec-websocket-version': '13' });
  reply
    .code(problem.httpStatus)
    .header(requestIdHeader, request.id)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem, pathOf(request).slice(0, pathCharactersMax))));
}
