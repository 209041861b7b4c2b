import type { Client, Metadata, ServiceError } from '@grpc/grpc-js';
import { type GrpcCode, grpcCode, PeerCallError, type PeerLimit } from './peer-call-error.js';
import type { MethodCodec } from './service-definition.js';

/** One call from its beginning to its end, over all its attempts. */
export interface PeerCall {
  readonly peer: string;
  /** With its service, such as `marketdata.MarketDataService/getPrice`. */
  readonly method: string;
  readonly codec: MethodCodec;
  readonly idempotent: boolean;
  readonly request: object;
  readonly metadata: Metadata;
  readonly timeoutMs: number;
  /** In milliseconds since 1970; of a stream nothing is asked by then but its first message. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  attempts: number;
}

/** Sends a request once and waits for its answer; rejects with `PeerCallError`, at the deadline at the latest. */
export function sendUnary(client: Client, address: string, call: PeerCall): Promise<unknown> {
  const { codec, request, metadata, deadline, signal } = call;
  return new Promise((resolve, reject) => {
    const settle = (error: ServiceError | null, answer?: object) => {
      signal?.removeEventListener('abort', cancel);
      if (error === null) resolve(answer);
      else reject(failureOf(call, error, address));
    };
    const { path, requestSerialize, responseDeserialize } = codec;
    const sent = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
      settle,
    );
    const cancel = () => sent.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
  });
}

/** The messages of a stream, one by one; `next` rejects with `PeerCallError`, also if there is none for `timeoutMs`. */
export interface PeerStream {
  next(): Promise<IteratorResult<object>>;
  end(): void;
}

export function openStream(client: Client, address: string, call: PeerCall): PeerStream {
  const { codec, request, metadata, timeoutMs, signal } = call;
  const { path, requestSerialize, responseDeserialize } = codec;
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
  // The iterator below rejects with it; this is for what comes when nobody iterates any more.
  stream.on('error', () => undefined);
  const cancel = () => stream.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  const messages: AsyncIterator<object> = stream[Symbol.asyncIterator]();
  return {
    async next() {
      let silent = false;
      const silence = setTimeout(() => {
        silent = true;
        stream.cancel();
      }, timeoutMs);
      try {
        return await messages.next();
      } catch (error) {
        if (silent)
          throw callFailure(call, 'DEADLINE_EXCEEDED', 'the stream was silent', { address, limit: timeoutOf(call) });
        throw failureOf(call, error as ServiceError, address);
      } finally {
        clearTimeout(silence);
      }
    },
    end() {
      signal?.removeEventListener('abort', cancel);
      stream.cancel();
    },
  };
}

export function callFailure(
  { peer, method }: PeerCall,
  code: GrpcCode,
  detail: string,
  { address, limit }: { readonly address?: string; readonly limit?: PeerLimit } = {},
): PeerCallError {
  return new PeerCallError({ peer, method, code, detail, instance: address, limit });
}

export function timeoutOf({ timeoutMs }: PeerCall): PeerLimit {
  return { name: 'timeoutMs', value: timeoutMs };
}

function failureOf(call: PeerCall, error: ServiceError, address: string): PeerCallError {
  const code = grpcCode(error.code);
  const limit = code === 'DEADLINE_EXCEEDED' ? timeoutOf(call) : undefined;
  return callFailure(call, code, error.details ?? error.message, { address, limit });
}
