import { ExchangeError, type FieldError } from '../exchange-error.js';
import { type Frame, frameOf } from './frame.js';
import { MessageQueue } from './message-queue.js';
import { StreamFault } from './stream-fault.js';
import type { WebSocketConstructor, WebSocketLike } from './web-socket.js';

/** More messages than this do not wait for the reader: memory stays bounded, and the stream is taken up again later. */
const waitingMessagesMax = 10_000;
/** Between two looks at how long nothing came, as a part of what is allowed. */
const silenceLooks = 4;

/** Messages that tell nothing but that the exchange did what it was asked for. */
const controlTypes: readonly string[] = ['unsubscribed', 'pong'];

/** After these the same would only happen again: access was refused, or the exchange could not read what was sent. */
const finalCloseCodes: Readonly<Record<number, string>> = {
  1003: 'UNEXPECTED_ANSWER',
  1007: 'UNEXPECTED_ANSWER',
  1009: 'UNEXPECTED_ANSWER',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
};

export interface ConnectionOptions {
  readonly url: string;
  /** Sent in the first message: browsers let nobody set headers. */
  readonly token: string | undefined;
  readonly webSocket: WebSocketConstructor;
  /** A connection over which nothing came for so long, no heartbeat either, is taken for dead. */
  readonly silenceMs: number;
}

interface Question {
  readonly answered: (frame: Frame) => void;
  readonly failed: (error: unknown) => void;
}

/** One WebSocket, from its opening to its end. */
export class StreamConnection {
  /** Whether a heartbeat came: the connection works, even if there is nothing to tell. */
  heartbeatSeen = false;
  private readonly socket: WebSocketLike;
  private readonly messages = new MessageQueue<Frame>();
  private readonly questions = new Map<string, Question>();
  private readonly watch: ReturnType<typeof setInterval>;
  private readonly opened: Promise<void>;
  private questionCount = 0;
  private heardAt = performance.now();
  private over: { readonly error: unknown } | undefined = undefined;
  /** What the exchange last complained about without naming a question. */
  private complaint: ExchangeError | undefined = undefined;

  constructor(private readonly options: ConnectionOptions) {
    const { url, webSocket, silenceMs } = options;
    this.socket = new webSocket(url);
    this.opened = new Promise((opened) => this.socket.addEventListener('open', opened));
    this.socket.addEventListener('message', ({ data }) => this.receive(data));
    this.socket.addEventListener('close', ({ code, reason }) => this.closed(code, reason));
    // A close follows each error, and the platform says no more here.
    this.socket.addEventListener('error', () => undefined);
    this.watch = setInterval(() => this.checkSilence(), silenceMs / silenceLooks);
  }

  /** Says who asks, and asks for each; gives the acknowledgements. */
  async subscribe(subscriptions: readonly object[]): Promise<Frame[]> {
    const { token } = this.options;
    if (token !== undefined) await this.ask({ op: 'authenticate', key: token });
    return Promise.all(subscriptions.map((subscription) => this.ask({ op: 'subscribe', ...subscription })));
  }

  /** The next message, in order. Throws what ended the connection, after all that came before it. */
  next(): Promise<Frame> {
    return this.messages.next();
  }

  /** Ends it. Whoever waits for anything gets the error; what came before can still be read. */
  end(error: unknown): void {
    if (this.over !== undefined) return;
    this.over = { error };
    clearInterval(this.watch);
    this.messages.endWith(error);
    for (const { failed } of this.questions.values()) failed(error);
    this.questions.clear();
    this.socket.close();
  }

  /** Ends it, and forgets what was not read. */
  abandon(error: unknown): void {
    this.messages.clear();
    this.end(error);
  }

  private ask(question: object): Promise<Frame> {
    this.questionCount += 1;
    const id = String(this.questionCount);
    if (this.over !== undefined) return Promise.reject(this.over.error);
    void this.opened.then(() => {
      if (this.over === undefined) this.socket.send(JSON.stringify({ ...question, id }));
    });
    return new Promise((answered, failed) => this.questions.set(id, { answered, failed }));
  }

  private receive(data: unknown): void {
    if (this.over !== undefined) return;
    this.heardAt = performance.now();
    const frame = frameOf(data);
    if (frame === undefined) this.end(new StreamFault('MALFORMED', 'What came is no message of an exchange'));
    else if (frame.type === 'error') this.refused(frame);
    else if (frame.type === 'subscribed' || frame.type === 'authenticated') this.questionOf(frame)?.answered(frame);
    else if (frame.type === 'heartbeat') this.heartbeatSeen = true;
    else if (!controlTypes.includes(frame.type)) this.deliver(frame);
  }

  private deliver(frame: Frame): void {
    this.messages.push(frame);
    if (this.messages.length < waitingMessagesMax) return;
    this.end(new StreamFault('READER_TOO_SLOW', `${waitingMessagesMax} messages were waiting to be read`));
  }

  private refused(frame: Frame): void {
    const error = errorOf(frame);
    const question = this.questionOf(frame);
    if (question !== undefined) {
      question.failed(error);
      return;
    }
    this.complaint = error;
    // It did not even look at what was asked, so that no answer will come.
    if (this.questions.size > 0) this.end(error);
  }

  private questionOf({ id }: Frame): Question | undefined {
    const question = this.questions.get(String(id));
    this.questions.delete(String(id));
    return question;
  }

  private closed(code: number, reason: string): void {
    const finalCode = finalCloseCodes[code];
    const detail = this.complaint?.detail ?? (reason === '' ? `code ${code}` : `code ${code}, ${reason}`);
    const error =
      finalCode === undefined
        ? new StreamFault('CLOSED', `The connection was closed: ${detail}`, code)
        : (this.complaint ?? new ExchangeError({ code: finalCode, detail }));
    this.end(error);
  }

  /** A process that was held up finds the time gone before it has read what came meanwhile: it reads first, and looks again. */
  private checkSilence(): void {
    if (this.silentMs >= this.options.silenceMs) setTimeout(() => this.endIfSilent(), 0);
  }

  private endIfSilent(): void {
    const { silentMs } = this;
    if (silentMs >= this.options.silenceMs) this.end(new StreamFault('SILENT', `Nothing came for ${silentMs} ms`));
  }

  private get silentMs(): number {
    return Math.round(performance.now() - this.heardAt);
  }
}

function errorOf({ code, detail, errors }: Frame): ExchangeError {
  const fields = Array.isArray(errors) ? (errors as FieldError[]) : [];
  return new ExchangeError({ code: String(code), detail: String(detail), fields });
}
