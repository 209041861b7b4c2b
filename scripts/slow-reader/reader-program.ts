import { WebSocket } from 'ws';

/** What a reader process is told to read, as JSON in its first argument. */
export interface ReaderTask {
  /** Such as `ws://127.0.0.1:8080/ws/v1/account`. */
  readonly url: string;
  readonly subscription: Readonly<Record<string, unknown>>;
  readonly connections: number;
}

/** What a reader process has seen so far, of all its connections together. */
export interface ReaderReport {
  readonly messages: number;
  /** Of the connection that is furthest behind: the last number that its messages had. */
  readonly last: number;
  /** Messages that did not follow the one before: something was missing, or came twice. */
  readonly breaks: number;
  readonly conflated: number;
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
  /** 99 of 100 messages since the report before came within this time of what they tell, in milliseconds. */
  readonly p99Ms: number;
  readonly slowestMs: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a message is whatever came over the wire.
type Message = any;

/** One connection that is opened again whenever it is closed, and goes on where it was. */
class FollowingReader {
  last = 0;
  messages = 0;
  breaks = 0;
  conflated = 0;
  readonly closes: { code: number; reason: string }[] = [];
  readonly latenciesMs: number[] = [];
  private readonly task: ReaderTask;

  constructor(task: ReaderTask) {
    this.task = task;
    this.open();
  }

  private open(): void {
    const { url, subscription } = this.task;
    const isResumed = subscription.channel === 'events' && this.last > 0;
    const from = isResumed ? { fromAccountSequence: this.last + 1 } : {};
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', ...subscription, ...from })));
    socket.on('message', (data) => this.take(JSON.parse(String(data))));
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      this.closes.push({ code, reason: String(reason) });
      setTimeout(() => this.open(), 50);
    });
  }

  private take(message: Message): void {
    switch (message.type) {
      case 'event':
        this.follow(message.accountSequence, this.last === 0 || message.accountSequence === this.last + 1);
        break;
      case 'snapshot':
      case 'update':
        this.follow(message.lastSequence, [null, this.last].includes(message.previousLastSequence));
        if (message.conflated === true) this.conflated += 1;
        break;
      case 'error':
        process.stderr.write(`${JSON.stringify(message)}\n`);
        return;
      default:
        return;
    }
    this.latenciesMs.push(Date.now() - Date.parse(message.time));
  }

  private follow(number: number, isNext: boolean): void {
    if (!isNext) this.breaks += 1;
    this.last = number;
    this.messages += 1;
  }
}

const task = JSON.parse(process.argv[2]!) as ReaderTask;
const readers = Array.from({ length: task.connections }, () => new FollowingReader(task));

process.on('message', () => {
  const latenciesMs = readers.flatMap((reader) => reader.latenciesMs.splice(0)).sort((a, b) => a - b);
  const sum = (of: (reader: FollowingReader) => number) => readers.reduce((total, reader) => total + of(reader), 0);
  process.send!({
    messages: sum(({ messages }) => messages),
    last: Math.min(...readers.map(({ last }) => last)),
    breaks: sum(({ breaks }) => breaks),
    conflated: sum(({ conflated }) => conflated),
    closes: readers.flatMap(({ closes }) => closes),
    p99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0,
    slowestMs: latenciesMs.at(-1) ?? 0,
  } satisfies ReaderReport);
});
process.on('disconnect', () => process.exit(0));
