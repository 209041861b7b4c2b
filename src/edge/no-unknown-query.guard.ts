import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

/** Refuses a query string where the handler reads none: a filter that does nothing would mislead. */
@Injectable()
export class NoUnknownQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { query } = context.getArgByIndex<FastifyRequest>(0);
    const names = Object.keys(query as object);
    if (names.length === 0 || readsQuery(context)) return true;
    throw Problem.invalid(
      names.map((name) => ({ field: name.slice(0, 64), message: 'is not a parameter of this path' })),
    );
  }
}

function readsQuery(context: ExecutionContext): boolean {
  const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {};
  return Object.keys(args).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
