import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client, credentials } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

const control = loadSync('examples/custodian/control.proto', { defaults: true })[
  'custodian.control.v1.ControlService'
] as ServiceDefinition;

export interface CustodianBehaviour {
  readonly delayMs?: number;
  readonly failureShare?: number;
  readonly seed?: number;
  readonly silence?: 'none' | 'status' | 'all';
}

/** The reference custodian of examples/, as a process of its own. */
export class CustodianProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    private readonly client: Client,
  ) {}

  /** On a free port, unless one is given; what it keeps is in a file, if that is named. */
  static async start(options: Record<string, string> = {}, environment: Record<string, string> = {}) {
    const flags = Object.entries({ port: '0', ...options }).flatMap(([name, value]) => [`--${name}`, value]);
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ['examples/custodian/main.ts', ...flags], {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
    const address = /ready on (\S+)/.exec(line)![1]!;
    return new CustodianProcess(child, address, new Client(address, credentials.createInsecure()));
  }

  get port(): string {
    return this.address.slice(this.address.lastIndexOf(':') + 1);
  }

  behave(behaviour: CustodianBehaviour): Promise<unknown> {
    return this.ask('Behave', behaviour);
  }

  /** What was moved so far, such as `{'acc-7 BTC': '0.1'}`. */
  async positions(venueId: string): Promise<Record<string, string>> {
    const { positions } = (await this.ask('ListPositions', { venueId })) as {
      positions: { accountId: string; asset: string; amount: string }[];
    };
    return Object.fromEntries(positions.map(({ accountId, asset, amount }) => [`${accountId} ${asset}`, amount]));
  }

  tamper(venueId: string, instructionId: string, amount: string): Promise<unknown> {
    return this.ask('Tamper', { venueId, instructionId, amount });
  }

  /** Ends it at once, as kill -9 does. */
  async kill(): Promise<void> {
    this.client.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private ask(method: string, request: object): Promise<unknown> {
    const { path, requestSerialize, responseDeserialize } = control[method] as MethodDefinition<object, object>;
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }
}
