import type { IncomingMessage } from 'node:http';
import { Problem } from '../../edge/problem.js';
import { shownValue } from '../../edge/shown-value.js';

/** Throws a `Problem` unless a request is the opening handshake of RFC 6455, from a page that may make it. */
export function assertHandshake({ headers }: IncomingMessage, allowedOrigins: readonly string[]): void {
  const { 'sec-websocket-version': version, 'sec-websocket-key': key, origin, host } = headers;
  if (version !== '13') {
    throw new Problem('UPGRADE_REQUIRED', `The header Sec-WebSocket-Version must be 13, not ${shownValue(version)}.`);
  }
  if (key === undefined || !/^[+/0-9A-Za-z]{22}==$/.test(key)) {
    const message = 'must be 16 bytes in base64, that is 24 characters';
    throw Problem.invalid([{ field: 'Sec-WebSocket-Key', message }]);
  }
  assertOrigin(origin, host, allowedOrigins);
}

/**
 * Browsers let any page open a WebSocket to anywhere, and do not ask as they do before other requests of strange
 * pages: the server itself has to look who it is.
 */
function assertOrigin(origin: string | undefined, host: string | undefined, allowed: readonly string[]): void {
  if (origin === undefined || allowed.includes(origin) || hostOf(origin) === host) return;
  throw new Problem('FORBIDDEN', `CORS_ORIGINS does not have the origin ${shownValue(origin)}.`);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
