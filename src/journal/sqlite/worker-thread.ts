import { type ResourceLimits, Worker } from 'node:worker_threads';
import { JournalFailed } from '../journal.js';
import { errorOf, type Reply, type Request } from './worker-message.js';

/** A thread's heap is small: what it holds is one batch or one page. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 };

export interface WorkerThreadOptions {
  readonly limits?: ResourceLimits;
  /** Whether the question after a failure starts the thread anew: only where it keeps nothing that the failure could have lost. */
  readonly startsAnew?: boolean;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress?: (sequence: number) => void;
}

/** The main thread's end of a worker: a question, and a promise of its answer. The thread starts with the first question. */
export class WorkerThread {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private ended: JournalFailed | undefined;

  constructor(
    private readonly module: URL,
    private readonly workerData: unknown,
    private readonly options: WorkerThreadOptions = {},
  ) {}

  /** Rejects with the error that the worker threw, or with `JournalFailed` if the worker is no more. */
  ask<Value>(method: string, argument?: unknown, onProgress?: (sequence: number) => void): Promise<Value> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, onProgress });
      this.worker ??= this.start();
      this.worker.postMessage({ id, method, argument } satisfies Request);
    });
  }

  async stop(): Promise<void> {
    if (this.worker !== undefined && this.ended === undefined) await this.ask('close').catch(() => undefined);
    await this.terminate();
  }

  /** Ends the thread whatever it is doing; what was asked of it rejects. */
  async terminate(): Promise<void> {
    this.ended ??= new JournalFailed('the thread of the journal was ended');
    await this.worker?.terminate();
  }

  private start(): Worker {
    const { limits = resourceLimits } = this.options;
    const worker = new Worker(this.module, { workerData: this.workerData, resourceLimits: limits });
    worker.on('message', (reply: Reply) => this.receive(reply));
    worker.on('error', (error) => this.end(worker, `a thread of the journal failed: ${error}`));
    worker.on('exit', (code) => this.end(worker, `a thread of the journal ended with code ${code}`));
    return worker;
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (waiting === undefined) return;
    if ('progress' in reply) {
      waiting.onProgress?.(reply.progress);
      return;
    }
    this.waiting.delete(reply.id);
    if ('failure' in reply) waiting.reject(errorOf(reply.failure));
    else waiting.resolve(reply.value);
  }

  /** A thread that fails tells twice: that it failed, and that it ended. */
  private end(worker: Worker, message: string): void {
    if (worker !== this.worker) return;
    this.worker = undefined;
    const failure = new JournalFailed(message);
    if (!this.options.startsAnew) this.ended ??= failure;
    for (const { reject } of this.waiting.values()) reject(failure);
    this.waiting.clear();
  }
}
