import { parentPort } from 'node:worker_threads';
import { failureOf, type Reply, type Request } from './worker-message.js';

export type Handler = (argument: never, progress: (sequence: number) => void) => unknown;

/** The worker's end: answers each question with what its handler returns or throws. */
export function serve(handlers: Readonly<Record<string, Handler>>, afterReply?: () => void): void {
  const port = parentPort;
  if (port === null) throw new Error('this module is the body of a worker thread');
  port.on('message', async ({ id, method, argument }: Request) => {
    const reply = (message: Reply) => port.postMessage(message);
    try {
      const handler = handlers[method];
      if (handler === undefined) throw new Error(`the thread has no ${method}`);
      const value = handler(argument as never, (progress) => reply({ id, progress }));
      reply({ id, value: value instanceof Promise ? await value : value });
    } catch (error) {
      reply({ id, failure: failureOf(error) });
    }
    afterReply?.();
  });
}
