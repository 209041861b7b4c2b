import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { Logger } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { asProblem } from './exception-mapping.js';
import type { Problem } from './problem.js';
import { problemKinds } from './problem-codes.js';
import { currentRequest } from './request-context.js';
import { statusDetails } from './rpc-status-details.js';

/** Fails gRPC calls with a status and `google.rpc` details, by the same table as REST. */
export class GrpcProblems {
  private readonly logger = new Logger('grpc');

  fail(exception: unknown): Observable<never> {
    const problem = asProblem(exception);
    const request = currentRequest();
    if (request !== undefined) request.problem = problem;
    if (problem.code === 'INTERNAL') {
      if (exception instanceof Error) this.logger.error(exception.message, exception.stack);
      else this.logger.error(exception);
    }
    return throwError(() => grpcError(problem));
  }
}

/** A problem as grpc-js sends it. */
export function grpcError(problem: Problem): Pick<ServiceError, 'code' | 'details' | 'metadata'> {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', statusDetails(problem));
  return { code: problemKinds[problem.code].grpcStatus, details: problem.detail, metadata };
}
