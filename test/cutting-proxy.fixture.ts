import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A network that loses connections. It stands between a client and a server, which may come back at another port. */
export class CuttingProxy {
  /** How many connections were cut, and how many were refused because nobody was there. */
  readonly counts = { cut: 0, refused: 0 };
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    private targetPort: number,
    /** Asked for each portion of data, on its way to either side: whether it is lost, and the connection with it. */
    private readonly isLost: () => boolean,
  ) {
    server.on('connection', (client) => this.forward(client));
  }

  static async start(target: string, isLost: () => boolean = () => false): Promise<CuttingProxy> {
    const server = createServer({ allowHalfOpen: false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, portOf(target), isLost);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** New connections go there. */
  redirect(target: string): void {
    this.targetPort = portOf(target);
  }

  /** Every connection that there is. */
  cut(): void {
    for (const pair of this.pairs) this.cutPair(pair);
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(client: Socket): void {
    const upstream = connect(this.targetPort, '127.0.0.1');
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') this.counts.refused += 1;
    });
    client.on('error', () => undefined);
    this.pass(pair, client, upstream);
    this.pass(pair, upstream, client);
    for (const socket of pair) socket.on('close', () => this.end(pair));
  }

  private pass(pair: readonly [Socket, Socket], from: Socket, to: Socket): void {
    from.on('data', (data) => {
      if (this.isLost()) this.cutPair(pair);
      else if (!to.write(data)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
  }

  private cutPair(pair: readonly [Socket, Socket]): void {
    this.counts.cut += 1;
    this.end(pair);
  }

  private end(pair: readonly [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}
