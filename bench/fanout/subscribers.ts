import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { monotonicMs } from './monotonic-time.js';

/**
 * Many readers of one book in a process of their own. Of each message after the first they note from which
 * sequence to which it tells and when it came; they look at nothing else, so that they keep up.
 */
const { STREAM_URL, SUBSCRIBERS, ARRIVALS_FILE } = process.env;
const headerCharacters = 200;
const subscription = JSON.stringify({ op: 'subscribe', channel: 'book', symbol: 'BTC-USD' });
const arrivals: number[] = [];
let broken: string | undefined;

class Subscriber {
  private last: number | undefined = undefined;
  readonly begun = Promise.withResolvers<void>();

  take(data: Buffer): void {
    const header = data.toString('latin1', 0, headerCharacters);
    if (header.startsWith('{"type":"snapshot"')) {
      if (this.last !== undefined) this.note(header);
      this.last = numberAfter(header, '"lastSequence":');
      this.begun.resolve();
    } else if (header.startsWith('{"type":"update"')) {
      this.note(header);
    }
  }

  private note(header: string): void {
    const previous = numberAfter(header, '"previousLastSequence":');
    if (previous !== this.last) broken ??= `a message is missing between ${this.last} and ${header}`;
    this.last = numberAfter(header, '"lastSequence":');
    arrivals.push(previous, this.last, monotonicMs());
  }
}

function numberAfter(text: string, name: string): number {
  return Number.parseInt(text.slice(text.indexOf(name) + name.length), 10);
}

for (let count = 0; count < Number(SUBSCRIBERS); count += 1) {
  const socket = new WebSocket(STREAM_URL!, { perMessageDeflate: false, skipUTF8Validation: true });
  const subscriber = new Subscriber();
  socket.on('message', (data: Buffer) => subscriber.take(data));
  socket.on('close', () => {
    broken ??= 'a stream was closed';
  });
  await once(socket, 'open');
  socket.send(subscription);
  await subscriber.begun.promise;
}
console.log('all are subscribed');

process.on('SIGTERM', () => {
  if (broken !== undefined) console.log(`BROKEN: ${broken}`);
  writeFileSync(ARRIVALS_FILE!, Float64Array.from(arrivals));
  process.exit();
});
