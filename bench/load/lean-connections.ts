import { connect, type Socket } from 'node:net';

/**
 * HTTP connections that know of nothing but requests that were put together before, and answers with a
 * `content-length`: node:http takes as much of the processor for a request as the exchange does for an order.
 */
export class LeanConnections {
  static async open(address: string, count: number): Promise<LeanConnections> {
    const { hostname, port } = new URL(address);
    const opened = Array.from({ length: count }, () => LeanConnection.open(hostname, Number(port)));
    return new LeanConnections(await Promise.all(opened));
  }

  private readonly waiting: ((free: LeanConnection) => void)[] = [];

  private constructor(private readonly free: LeanConnection[]) {}

  /** Over the next connection that is free. Rejects for every answer that is no success. */
  async send(request: string): Promise<void> {
    const connection = this.free.pop() ?? (await new Promise<LeanConnection>((take) => this.waiting.push(take)));
    await connection.send(request);
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(connection);
    else next(connection);
  }
}

class LeanConnection {
  static open(host: string, port: number): Promise<LeanConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true }, () => resolve(new LeanConnection(socket)));
      socket.once('error', reject);
    });
  }

  private answer = '';
  private settle: { resolve(): void; reject(error: Error): void } | undefined = undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (chunk: string) => this.receive(chunk));
    socket.on('close', () => this.settle?.reject(new Error('the connection was closed before the answer')));
  }

  send(request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.answer = '';
      this.socket.write(request);
    });
  }

  private receive(chunk: string): void {
    this.answer += chunk;
    const bodyAt = this.answer.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = Number(/^content-length: (\d+)/im.exec(this.answer.slice(0, bodyAt))?.[1]);
    if (this.answer.length < bodyAt + length) return;
    const { settle } = this;
    this.settle = undefined;
    if (/^HTTP\/1\.1 2/.test(this.answer)) settle?.resolve();
    else settle?.reject(new Error(`a request was answered with ${this.answer}`));
  }
}
