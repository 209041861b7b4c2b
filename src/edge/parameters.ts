import {
  Body as BodyOfNest,
  createParamDecorator,
  type ExecutionContext,
  Param as ParamOfNest,
  type PipeTransform,
  Query as QueryOfNest,
} from '@nestjs/common';
import { Payload as PayloadOfNest } from '@nestjs/microservices';
import type { FastifyRequest } from 'fastify';
import type { DtoClass } from './dto-shape.js';
import { validated } from './validation.js';

/*
 * Nest's decorators for what a request carries, but each reads and checks its part at once. Nest takes every
 * parameter through four promises once there is a global pipe, also those that no pipe has anything to do with,
 * and the call of the method waits for all of them.
 */

/** The whole body as a DTO, or a `Problem` that names every field that is wrong. */
export function Body(): ParameterDecorator {
  return parameter((context, type) => validated(type, requestOf(context).body), BodyOfNest());
}

/** The whole query as a DTO, likewise. */
export function Query(): ParameterDecorator {
  return parameter((context, type) => validated(type, requestOf(context).query, 'text'), QueryOfNest());
}

/** The whole message of a gRPC call as a DTO, likewise. */
export function Payload(): ParameterDecorator {
  return parameter((context, type) => validated(type, context.getArgByIndex(0)), PayloadOfNest());
}

/** A parameter of the path, as the pipe reads it: `@Param('accountId', new PublicIdPipe('acc')) accountId: number`. */
export function Param(name: string, pipe: PipeTransform<string>): ParameterDecorator {
  const metadata = { type: 'param', data: name } as const;
  const read = (context: ExecutionContext) => {
    return pipe.transform((requestOf(context).params as Record<string, string>)[name]!, metadata);
  };
  return parameter(read, ParamOfNest(name));
}

type Read = (context: ExecutionContext, type: DtoClass) => unknown;

/** Nest's own decorator is what the documents of the API are made from. The last one to give a parameter its value is this. */
function parameter(read: Read, documented: ParameterDecorator): ParameterDecorator {
  return (target, method, index) => {
    documented(target, method, index);
    let type: DtoClass | undefined;
    const factory = (_data: unknown, context: ExecutionContext) => {
      type ??= Reflect.getMetadata('design:paramtypes', target, method!)[index] as DtoClass;
      return read(context, type);
    };
    createParamDecorator(factory)()(target, method, index);
  };
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.getArgByIndex(0);
}
