import type { ProblemCode } from '../../edge/problem-codes.js';
import type { StreamEnd } from '../../edge/stream.js';

/** Why the exchange closes a WebSocket: those below 4000 are of RFC 6455, the others its own. */
export const closeCodes = {
  shuttingDown: 1001,
  binary: 1003,
  notUtf8: 1007,
  tooManyFragments: 1008,
  tooLarge: 1009,
  internal: 1011,
  unauthenticated: 4401,
  accessRevoked: 4403,
  noPong: 4408,
  slowConsumer: 4409,
  rateLimited: 4429,
} as const;

/** What a stream that the exchange ends is closed with, and the code of the message before that, where there is one. */
export const streamEnds: Readonly<Record<StreamEnd, { readonly close: number; readonly code: ProblemCode }>> = {
  SLOW_CONSUMER: { close: closeCodes.slowConsumer, code: 'SLOW_CONSUMER' },
  SHUTTING_DOWN: { close: closeCodes.shuttingDown, code: 'DRAINING' },
  ACCESS_REVOKED: { close: closeCodes.accessRevoked, code: 'ACCESS_REVOKED' },
  INTERNAL: { close: closeCodes.internal, code: 'INTERNAL' },
};
