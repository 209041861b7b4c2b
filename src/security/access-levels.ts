import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type AccessLevel, accessMetadata } from '../edge/access.js';

/** What the methods of the controllers declare with `@Access`, looked up once for each. */
@Injectable()
export class AccessLevels {
  /** A method that is missing here was not asked for yet; one that declares nothing is `undefined`. */
  private readonly known = new Map<ReturnType<ExecutionContext['getHandler']>, AccessLevel | undefined>();

  constructor(private readonly reflector: Reflector) {}

  of(context: ExecutionContext): AccessLevel | undefined {
    const handler = context.getHandler();
    const level = this.known.get(handler);
    if (level !== undefined || this.known.has(handler)) return level;
    const declared = this.reflector.getAllAndOverride<AccessLevel | undefined>(accessMetadata, [
      handler,
      context.getClass(),
    ]);
    this.known.set(handler, declared);
    return declared;
  }
}
