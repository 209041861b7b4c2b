import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { AllowedMethods } from './allowed-methods.js';
import { asHttpProblem } from './exception-mapping.js';
import { GrpcProblems } from './grpc-problems.js';
import { Problem } from './problem.js';
import { pathOf, sendProblem } from './problem-reply.js';

/**
 * Turns whatever is thrown into the answer of its transport: `application/problem+json` over REST, a status
 * with `google.rpc` details over gRPC.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('rest');
  private readonly grpcProblems = new GrpcProblems();

  constructor(private readonly allowedMethods: AllowedMethods) {}

  catch(exception: unknown, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() === 'rpc') return this.grpcProblems.fail(exception);
    this.answer(exception, host);
    return undefined;
  }

  private answer(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = pathOf(request);
    const problem = isCutShort(exception, request) ? cutShort : this.problemOf(exception, request, path);
    if (request.exchangeContext) request.exchangeContext.problem = problem;
    if (problem.code === 'INTERNAL') this.logCause(exception);
    if (reply.sent) return;
    sendProblem(problem, request, reply);
  }

  private problemOf(exception: unknown, request: FastifyRequest, path: string): Problem {
    if (!isRouteMissing(exception)) return asHttpProblem(exception, request);
    const allow = this.allowedMethods.at(path);
    if (allow.length === 0)
      return new Problem('NOT_FOUND', 'No resource of the exchange has this path; /docs lists those that there are.');
    return new Problem('METHOD_NOT_ALLOWED', `This path takes ${allow.join(', ')}, not ${request.method}.`, { allow });
  }

  /** What was asked, and by whom, is in the line that is logged of every request which ends so. */
  private logCause(exception: unknown): void {
    if (exception instanceof Error) this.logger.error(exception.message, exception.stack);
    else this.logger.error(exception);
  }
}

/** Nobody is there to be answered; it is told for the log and the metrics. */
const cutShort = new Problem('VALIDATION_FAILED', 'The connection ended before the request was whole.');

function isCutShort(exception: unknown, { raw }: FastifyRequest): boolean {
  const { code } = (exception ?? {}) as { readonly code?: unknown };
  return code === 'ECONNRESET' && raw.destroyed && !raw.complete;
}

/** Nest's answer to a request that no route took; what handlers throw is a `Problem`. */
function isRouteMissing(exception: unknown): boolean {
  return exception instanceof HttpException && exception.getStatus() === 404;
}
