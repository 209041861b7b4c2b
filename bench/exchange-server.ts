import { resolve } from 'node:path';
import { Program } from './program.js';
import { TemporaryDirectory } from './temporary-directory.js';

const serverScript = resolve('dist/main.js');

/** The exchange as users start it, on free ports and with a temporary data directory. */
export class ExchangeServer {
  private readonly directory = new TemporaryDirectory();
  private readonly program: Program;

  /** `options` are Node's own. */
  constructor(environment: Readonly<Record<string, string>> = {}, options: readonly string[] = []) {
    this.program = new Program([...options, serverScript], {
      ...{ HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'warn', PRICE_SOURCE: 'fixed' },
      ...{ DATA_DIR: this.directory.path, ...environment },
    });
  }

  /** Its addresses, such as `http://127.0.0.1:40123` and `127.0.0.1:40124`, once it serves. */
  async ready(timeoutMs?: number): Promise<{ http: string; grpc: string }> {
    const addresses = /REST +(http:\/\/[0-9.:]+)[\s\S]*gRPC +([0-9.:]+)[\s\S]*Data +\S/;
    const [, http, grpc] = await this.program.printed(addresses, timeoutMs);
    return { http: http!, grpc: grpc! };
  }

  residentMegabytes(): number {
    return this.program.residentMegabytes();
  }

  /** Ends it as a crash does. */
  async crash(): Promise<void> {
    this.program.signal('SIGKILL');
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.program.stop();
    this.directory.remove();
  }
}

/** Sends JSON and gives the JSON of the answer. Throws for every answer that is no success. */
export async function post(url: string, body: object): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url} was answered with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}
