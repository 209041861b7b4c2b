import { Agent, request } from 'node:http';

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: it is whatever the server sent; what is done with it checks it.
  readonly body: any;
}

const timeoutMs = 20_000;

/** Speaks with one run of the server. */
export class RestClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly address: string) {}

  /**
   * The whole answer, or `undefined` if none came: the connection was refused or broke, or time ran out. Then
   * nobody can tell whether the request was carried out.
   */
  send({ method, path, body, headers }: Request): Promise<Answer | undefined> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const type = content === undefined ? {} : { 'content-type': 'application/json' };
    const options = { method, agent: this.agent, timeout: timeoutMs, headers: { ...type, ...headers } };
    return new Promise((resolve) => {
      const nothing = () => resolve(undefined);
      const sent = request(this.address + path, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString())));
        response.on('error', nothing);
        response.on('close', nothing);
      });
      sent.on('error', nothing).on('timeout', () => sent.destroy());
      sent.end(content);
    });
  }

  /** The body of a 200; throws for every other answer. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async get(path: string): Promise<any> {
    const answer = await this.send({ method: 'GET', path });
    if (answer?.status !== 200) throw new Error(`GET ${path} was answered with ${JSON.stringify(answer)}`);
    return answer.body;
  }

  close(): void {
    this.agent.destroy();
  }
}

function answerOf(status: number, text: string): Answer {
  return { status, body: text === '' ? undefined : JSON.parse(text) };
}
