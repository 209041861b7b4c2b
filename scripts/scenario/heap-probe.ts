import { setTimeout as pause } from 'node:timers/promises';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly sessionId: string;
    readonly message: string;
    readonly workerInfo: { readonly url: string };
  };
  readonly result?: { readonly usedSize?: number; readonly backingStorageSize?: number };
  readonly error?: { readonly message: string };
}

type Call = (method: string) => Promise<NonNullable<Message['result']>>;

/** What Node is to be told so that its heap can be looked into. */
export const probedArguments = ['--inspect=127.0.0.1:0'];
const callMsMax = 10_000;
/** These are there for one question; the others stay. */
const passingThreads = /\/(verification|judgement)-worker\.[jt]s$/;
/** How long one may be at it when nobody waits for the answer any more. */
const threadMsMax = 60_000;

/**
 * Looks into the heap of a program, and of each of its threads, through Node's inspector: what is left after all
 * garbage was collected is what is kept. What the process has in memory says less, for V8 takes room as it likes.
 */
export class HeapProbe {
  private readonly waiting = new Map<string, (message: Message) => void>();
  /** What each of them runs. */
  private readonly threads = new Map<string, string>();
  /** What each had on its heap when it was weighed first; nothing for those that were there from the beginning. */
  private readonly cameWith = new Map<string, number>();
  private calls = 0;

  /** `output` is what the program has printed until it served. */
  static async of({ output }: { readonly output: string }): Promise<HeapProbe> {
    const [, address] = /Debugger listening on (ws:\S+)/.exec(output) ?? [];
    if (address === undefined) throw new Error(`Nothing listens for a probe. The program printed:\n${output}`);
    const socket = new WebSocket(address);
    await new Promise((opened, failed) => {
      socket.onopen = opened;
      socket.onerror = failed;
    });
    const probe = new HeapProbe(socket);
    await probe.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return probe;
  }

  private constructor(private readonly socket: WebSocket) {
    socket.onmessage = ({ data }) => this.receive(JSON.parse(String(data)));
  }

  async keptBytes(): Promise<number> {
    const heaps = await this.heaps();
    return [...heaps.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * To be asked when nothing is asked of the program: waits until only threads are left that stay. One that comes
   * later counts with what it keeps beyond what it came with, for its coming is no growth.
   */
  async keptBytesAtRest(): Promise<number> {
    const end = performance.now() + threadMsMax;
    for (;;) {
      const passing = [...this.threads.values()].find((url) => passingThreads.test(url));
      if (passing === undefined) break;
      if (performance.now() > end) throw new Error(`The thread ${passing} did not end within ${threadMsMax} ms`);
      await pause(10);
    }
    const isFirst = this.cameWith.size === 0;
    let kept = 0;
    for (const [thread, bytes] of await this.heaps()) {
      if (!this.cameWith.has(thread)) this.cameWith.set(thread, isFirst ? 0 : bytes);
      kept += bytes - this.cameWith.get(thread)!;
    }
    return kept;
  }

  /** The bytes that each thread keeps; the main thread's name is empty. */
  private async heaps(): Promise<Map<string, number>> {
    const heaps = new Map([['', await keptBytes((method) => this.call(method))]]);
    for (const thread of this.threads.keys()) {
      // A thread may end meanwhile, and keeps nothing then.
      const bytes = await keptBytes((method) => this.callThread(thread, method)).catch(() => undefined);
      if (bytes !== undefined) heaps.set(thread, bytes);
    }
    return heaps;
  }

  close(): void {
    this.socket.close();
  }

  private receive({ id, method, params, ...answer }: Message, from = ''): void {
    if (method === 'NodeWorker.attachedToWorker') this.threads.set(params!.sessionId, params!.workerInfo.url);
    else if (method === 'NodeWorker.detachedFromWorker') this.forget(params!.sessionId);
    else if (method === 'NodeWorker.receivedMessageFromWorker') {
      this.receive(JSON.parse(params!.message), params!.sessionId);
    } else if (id !== undefined) this.waiting.get(`${from} ${id}`)?.(answer);
  }

  /** A thread that has ended does not answer what it was asked. */
  private forget(thread: string): void {
    this.threads.delete(thread);
    const error = { message: 'The thread has ended' };
    for (const [key, answered] of this.waiting) if (key.startsWith(`${thread} `)) answered({ error });
  }

  private call(method: string, params: object = {}): ReturnType<Call> {
    return this.ask('', (id) => this.socket.send(JSON.stringify({ id, method, params })));
  }

  private callThread(sessionId: string, method: string): ReturnType<Call> {
    return this.ask(sessionId, (id) => {
      const message = JSON.stringify({ id, method });
      this.call('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => undefined);
    });
  }

  private async ask(from: string, send: (id: number) => void): ReturnType<Call> {
    this.calls += 1;
    const key = `${from} ${this.calls}`;
    const late = AbortSignal.timeout(callMsMax);
    try {
      const { result, error } = await new Promise<Message>((answered, failed) => {
        this.waiting.set(key, answered);
        late.onabort = () => failed(new Error(`The inspector did not answer within ${callMsMax} ms`));
        send(this.calls);
      });
      if (result === undefined) throw new Error(error?.message);
      return result;
    } finally {
      this.waiting.delete(key);
    }
  }
}

async function keptBytes(call: Call): Promise<number> {
  await call('HeapProfiler.collectGarbage');
  const { usedSize = 0, backingStorageSize = 0 } = await call('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}
