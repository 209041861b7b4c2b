import { Client, credentials } from '@grpc/grpc-js';
import { type EventMessage, eventStream } from './event-service.js';

/** Reads so many events from an address, as fast as they come, and prints how long it took in milliseconds. */
const [address = '', count = '0'] = process.argv.slice(2);
const wanted = Number(count);
const client = new Client(address, credentials.createInsecure());
const { path, requestSerialize, responseDeserialize } = eventStream;

const begunAtMs = performance.now();
const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { fromSequence: 1 });
let events = 0;
call.on('data', ({ event }: EventMessage) => {
  if (event === undefined) return;
  events += 1;
  if (events < wanted) return;
  const tookMs = performance.now() - begunAtMs;
  call.removeAllListeners('data').cancel();
  client.close();
  console.log(`took ${tookMs}`);
});
call.on('error', (error) => {
  if (events < wanted) throw error;
});
