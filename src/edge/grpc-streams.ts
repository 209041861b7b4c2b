import { type StatusObject, status } from '@grpc/grpc-js';
import { firstValueFrom, isObservable, type Observable } from 'rxjs';
import { GrpcRequest, metadataOf } from './grpc-context.js';
import type { StreamCall } from './grpc-outlet.js';
import { GrpcProblems } from './grpc-problems.js';
import { GrpcStream, OpenGrpcStream, type StreamEncoding, type StreamForm, type StreamOptions } from './grpc-stream.js';
import { withinRequest } from './request-context.js';
import type { Operation, RequestObserver } from './request-observer.js';
import type { StreamEnd } from './stream.js';
import { timeText } from './time-text.js';

/** Nest's handler of a method: it gives a stream, or an observable that fails with the status of a refusal. */
export type StreamAnswer = (request: object, metadata: StreamCall['metadata'], call: StreamCall) => Promise<unknown>;

/**
 * The server-streaming calls of a server. Nest would subscribe to what a method gives, and keep without bound
 * what a reader does not take; here each call is an outlet, which knows how far behind its reader is.
 */
export class GrpcStreams {
  private readonly open = new Set<OpenGrpcStream>();
  private readonly problems = new GrpcProblems();
  private heart: NodeJS.Timeout | undefined = undefined;

  constructor(
    private readonly options: StreamOptions,
    private readonly observers: readonly RequestObserver[],
  ) {}

  get size(): number {
    return this.open.size;
  }

  /**
   * What grpc-js calls for a method. Observers are told of the question alone, which is answered when the
   * stream is open: how long somebody reads is no duration of a request.
   */
  handler(answer: StreamAnswer, operation: Operation, serialize: (response: object) => Buffer) {
    const encodingOf = encodings(serialize);
    return async (call: StreamCall): Promise<void> => {
      const begunAtMs = performance.now();
      const context = new GrpcRequest(call);
      for (const observer of this.observers) observer.began?.(context, operation);
      call.sendMetadata(metadataOf(context));
      const code = await withinRequest(context, () => this.answer(call, answer, encodingOf));
      const durationMs = performance.now() - begunAtMs;
      for (const observer of this.observers) observer.ended(context, operation, code, durationMs);
    };
  }

  /** Ends all of them. */
  end(reason: StreamEnd, detail: string): void {
    for (const stream of this.open) stream.outlet.end(reason, detail);
  }

  private async answer(call: StreamCall, answer: StreamAnswer, encodingOf: EncodingOf): Promise<status> {
    try {
      const answered = await answer(call.request, call.metadata, call);
      if (isObservable(answered)) return await refuse(call, answered);
      if (!(answered instanceof GrpcStream)) throw new TypeError('a server-streaming method gives a GrpcStream');
      // While it was being made, its reader may have left.
      if (call.cancelled) {
        answered.source.abandon?.();
        return status.CANCELLED;
      }
      this.begin(new OpenGrpcStream(call, answered, encodingOf(answered.form), this.options, this.forget));
      return status.OK;
    } catch (error) {
      return refuse(call, this.problems.fail(error));
    }
  }

  private begin(stream: OpenGrpcStream): void {
    this.open.add(stream);
    this.heart ??= setInterval(() => this.beat(), this.options.heartbeatMs).unref();
    stream.begin();
  }

  private readonly forget = (stream: OpenGrpcStream): void => {
    this.open.delete(stream);
    if (this.open.size > 0) return;
    clearInterval(this.heart);
    this.heart = undefined;
  };

  private beat(): void {
    const time = timeText(Date.now());
    for (const stream of this.open) stream.beat(time);
  }
}

type EncodingOf = (form: StreamForm) => StreamEncoding;

/** The encodings of one method, one for each form that its controller uses, so that the bytes of a message are shared. */
function encodings(serialize: (response: object) => Buffer): EncodingOf {
  const known = new WeakMap<StreamForm, StreamEncoding>();
  return (form) => {
    const encoding = known.get(form) ?? { view: (view: object) => serialize(form.message(view)), response: serialize };
    known.set(form, encoding);
    return encoding;
  };
}

/** Refusals come from Nest's filters as an observable that fails with the status. */
async function refuse(call: StreamCall, refusal: Observable<unknown>): Promise<status> {
  const error = (await firstValueFrom(refusal).catch((failure) => failure)) as StatusObject;
  call.emit('error', error);
  return error.code;
}
