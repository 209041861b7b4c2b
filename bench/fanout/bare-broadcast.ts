import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { monotonicMs } from './monotonic-time.js';

/**
 * A server that does nothing but send each of its clients the bytes that it is given: it reads the book of an
 * exchange as its only subscriber, so that each commit is one message, and hands every message on at once. What a
 * broadcast with `ws` costs by itself, in a process that does nothing else.
 */
const { STREAM_URL, COMMITS_FILE } = process.env;
const received: number[] = [];
let snapshot: Buffer | undefined;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => socket.send(snapshot!, { binary: false }));

const source = new WebSocket(STREAM_URL!, { perMessageDeflate: false });
source.on('open', () => source.send(JSON.stringify({ op: 'subscribe', channel: 'book', symbol: 'BTC-USD' })));
source.on('message', (data: Buffer) => {
  const text = data.toString('latin1', 0, 200);
  if (text.startsWith('{"type":"update"')) {
    received.push(Number(/"lastSequence":(\d+)/.exec(text)![1]), monotonicMs());
    for (const client of server.clients) client.send(data, { binary: false });
  } else if (text.startsWith('{"type":"snapshot"')) {
    // Nobody is there yet, and the book stands still until they are.
    snapshot = data;
    console.log(`listens on ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
});
process.on('SIGTERM', () => {
  writeFileSync(COMMITS_FILE!, Float64Array.from(received));
  process.exit();
});
