import { type Agent, request } from 'node:http';
import type { LoadRequest } from './load.js';

/** One request over a connection of the agent; resolves to the text of the answer, and rejects for all that is no success. */
export function askOver(agent: Agent, address: string, { method, path, body }: AnyRequest): Promise<string> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = request(address + path, { method, agent, headers }, (response) => {
      let answer = '';
      response.setEncoding('latin1').on('data', (chunk: string) => {
        answer += chunk;
      });
      response.on('end', () => {
        if (response.statusCode! < 300) resolve(answer);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** As one of a load, or a cancel. */
type AnyRequest = Omit<LoadRequest, 'method'> & { readonly method: LoadRequest['method'] | 'DELETE' };
