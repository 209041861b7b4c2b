import type { WebSocketConstructor } from './streams/web-socket.js';

/** How an exchange is reached. Everything has a default that suits an exchange on your own machine. */
export interface ClientOptions {
  /** Where its REST is, such as `https://exchange.example`. By default `http://127.0.0.1:8080`. */
  readonly address?: string;
  /** An API key of the exchange, or the operator's token; not needed where it asks nobody (`AUTH=off`). */
  readonly token?: string;
  /** How long one attempt of a request may take. By default 10 seconds. */
  readonly timeoutMs?: number;
  /**
   * For how long a request that can be repeated is sent again while there is no answer to it, or none but that the
   * exchange is too busy. By default 30 seconds; 0 sends everything once.
   */
  readonly retryForMs?: number;
  /** By default the platform's. */
  readonly fetch?: typeof fetch;
  /** By default the platform's, which Node has from 22 on; before, give that of the package `ws`. */
  readonly webSocket?: WebSocketConstructor;
}

/** Of one request. */
export interface CallOptions {
  /** Ends the request, and its repetitions, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Instead of the client's. */
  readonly timeoutMs?: number;
}

/** Of one request that the exchange carries out once for each key. */
export interface KeyedCallOptions extends CallOptions {
  /** 1 to 128 letters, digits, dots, colons, dashes or underscores; by default a new one for each call. */
  readonly idempotencyKey?: string;
}

export const defaults = {
  address: 'http://127.0.0.1:8080',
  timeoutMs: 10_000,
  retryForMs: 30_000,
} as const;
