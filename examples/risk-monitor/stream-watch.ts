import type { ClientReadableStream } from '@grpc/grpc-js';

/** Reads a stream until it ends, breaks, or says nothing for too long; throws what it was that ended it. */
export function readStream<Message extends object>(
  stream: ClientReadableStream<object>,
  silenceMs: number,
  take: (message: Message) => void,
): Promise<never> {
  return new Promise<never>((_resolve, reject) => {
    let silence: NodeJS.Timeout;
    const end = (error: unknown) => {
      clearTimeout(silence);
      stream.cancel();
      reject(error);
    };
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => end(new Error(`nothing came for ${silenceMs} ms`)), silenceMs);
    };
    listen();
    // A stream that was canceled tells so as an error too, when nobody waits any more.
    stream.on('error', end).on('end', () => end(new Error('the exchange ended the stream')));
    stream.on('data', (message: Message) => {
      listen();
      try {
        take(message);
      } catch (error) {
        end(error);
      }
    });
  });
}
