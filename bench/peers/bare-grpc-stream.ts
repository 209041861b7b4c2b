import { Client, credentials, Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { type EventMessage, eventService, eventStream } from '../stream/event-service.js';

/**
 * A server that does nothing but send events over one stream, as fast as its reader takes them. They are those of
 * an exchange, whose address it is given: it asks for the first of them, and sends them again and again. Nothing is
 * looked up, and nothing is kept.
 */
const distinctMax = 10_000;
const [exchange = '', count = '0'] = process.argv.slice(2);
const events = await firstEvents(Math.min(distinctMax, Number(count)));
const server = new Server();

server.addService(eventService, {
  StreamEvents(call: ServerWritableStream<object, EventMessage>) {
    let sent = 0;
    const send = () => {
      while (sent < Number(count) && !call.cancelled) {
        sent += 1;
        if (!call.write({ event: events[sent % events.length] })) {
          call.once('drain', send);
          return;
        }
      }
    };
    send();
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`gRPC 127.0.0.1:${port}`);
});

function firstEvents(wanted: number): Promise<object[]> {
  const client = new Client(exchange, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = eventStream;
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { fromSequence: 1 });
  const found: object[] = [];
  return new Promise((resolve, reject) => {
    call.on('error', reject);
    call.on('data', ({ event }: EventMessage) => {
      if (event !== undefined) found.push(event);
      if (found.length < wanted) return;
      call
        .removeAllListeners()
        .on('error', () => undefined)
        .cancel();
      client.close();
      resolve(found);
    });
  });
}
