import { Backoff, pause } from '../backoff.js';
import { type CallOptions, type ClientOptions, defaults } from '../client-options.js';
import { ExchangeError } from '../exchange-error.js';
import { NoAnswerError } from '../no-answer-error.js';
import { Listing, type Page, type PageQuery } from './listing.js';
import { answerOf } from './rest-answer.js';
import { type RestRequest, targetOf } from './rest-request.js';

const firstDelayMs = 100;
const delayMaxMs = 3_000;
/** The exchange, or what stands before it, could not do it now. What is repeatable may be sent again. */
const passingStatuses: readonly (number | undefined)[] = [429, 502, 503, 504];

/** Sends requests, and sends those that are repeatable again until there is an answer or time has run out. */
export class RestTransport {
  private readonly address: string;
  private readonly timeoutMs: number;
  private readonly retryForMs: number;
  private readonly fetch: typeof fetch;
  private readonly authorization: Readonly<Record<string, string>>;

  constructor({ address, timeoutMs, retryForMs, token, fetch = globalThis.fetch }: ClientOptions) {
    this.address = addressOf(address ?? defaults.address);
    this.timeoutMs = timeoutMs ?? defaults.timeoutMs;
    this.retryForMs = retryForMs ?? defaults.retryForMs;
    // A browser's fetch wants to be called as a function of nobody.
    this.fetch = (...request) => fetch(...request);
    this.authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Throws `ExchangeError`, `NoAnswerError`, or the reason of the caller's signal. */
  async send<Answer>(request: RestRequest, options: CallOptions = {}): Promise<Answer> {
    const backoff = new Backoff(firstDelayMs, delayMaxMs);
    const giveUpAt = performance.now() + this.retryForMs;
    for (;;) {
      try {
        return await this.sendOnce<Answer>(request, options);
      } catch (error) {
        const delayMs = request.repeatable ? delayAfter(error, backoff) : undefined;
        if (delayMs === undefined || performance.now() + delayMs > giveUpAt) throw error;
        await pause(delayMs, options.signal);
      }
    }
  }

  get<Answer>(path: readonly string[], query: object | undefined, options?: CallOptions): Promise<Answer> {
    return this.send({ method: 'GET', path, query, repeatable: true }, options);
  }

  list<Item>(path: readonly string[], query: PageQuery = {}, options?: CallOptions): Listing<Item> {
    return new Listing(query, (cursor) => this.get<Page<Item>>(path, { ...query, cursor }, options));
  }

  private async sendOnce<Answer>(request: RestRequest, { signal, timeoutMs }: CallOptions): Promise<Answer> {
    // What is wrong with the request itself is thrown here, and is not taken for a fault of the network.
    const [target, init] = [targetOf(request), this.initOf(request)];
    const timeout = AbortSignal.timeout(timeoutMs ?? this.timeoutMs);
    const ends = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const answer = await this.fetch(this.address + target, { ...init, signal: ends });
      return answerOf<Answer>(answer, await answer.text());
    } catch (error) {
      if (error instanceof ExchangeError) throw error;
      signal?.throwIfAborted();
      const what = `${request.method} ${target} was not answered`;
      if (timeout.aborted) throw new NoAnswerError(`${what} in time`, true, error);
      throw new NoAnswerError(`${what}: ${reasonOf(error)}`, false, error);
    }
  }

  private initOf({ method, body, idempotencyKey }: RestRequest): RequestInit {
    const headers = new Headers(this.authorization);
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
    return { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  }
}

/** Throws what is no address, which no repetition would make one. */
function addressOf(text: string): string {
  return new URL(text).href.replace(/\/+$/, '');
}

/** How long to wait before the same request is sent again; `undefined` if that would not help. */
function delayAfter(error: unknown, backoff: Backoff): number | undefined {
  if (error instanceof NoAnswerError) return backoff.nextMs();
  if (!(error instanceof ExchangeError) || !passingStatuses.includes(error.status)) return undefined;
  return Math.max(error.retryAfterMs ?? 0, backoff.nextMs());
}

/** Node says what happened only in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
