import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** What a peer does with calls; prices that are not named are 100. */
export type PeerBehaviour =
  | { readonly kind: 'answer'; readonly prices?: Readonly<Record<string, number>> }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'black-hole' };

export interface PeerProcessOptions {
  readonly behaviour: PeerBehaviour;
  readonly serviceName: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly redisUrl?: string;
  readonly heartbeatMs?: number;
  /** Its timestamps are texts, and not milliseconds. */
  readonly textTimestamps?: boolean;
}

/** Another service, as a process of its own. */
export class PeerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(options: Partial<PeerProcessOptions> = {}): Promise<PeerProcess> {
    const all: PeerProcessOptions = {
      behaviour: { kind: 'answer' },
      serviceName: 'market-data-simulator',
      port: 0,
      ...options,
    };
    const { PATH, HOME } = process.env;
    const child = fork(resolve('test/peer-process.fixture.ts'), [JSON.stringify(all)], {
      env: { PATH, HOME },
      // JSON has no NaN.
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new PeerProcess(child, port);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Takes effect with the next call. */
  behave(behaviour: PeerBehaviour): void {
    this.child.send(behaviour);
  }

  /** How many calls it got so far, and what came with the last of them. */
  async seen(): Promise<{ calls: number; metadata: Record<string, unknown> }> {
    this.child.send('seen');
    const [seen] = await once(this.child, 'message');
    return seen;
  }

  /** Ends it at once, as kill -9 does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
