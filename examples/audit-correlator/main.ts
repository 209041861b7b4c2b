import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { announce } from '../announcement.ts';
import { fileStore, memoryStore } from '../line-store.ts';
import { Journals, type KeptEvent } from './journals.ts';
import { questions } from './questions.ts';
import { correlatorService } from './services.ts';

const usage = `npm run audit-correlator -- [options]

  --port <port>            where exchanges push events to; 0 takes a free one (50081)
  --http-port <port>       where people ask; 0 takes a free one (8081)
  --host <host>            on which address (127.0.0.1)
  --store <file>           keeps everything in this file; without it, in memory
  --name <name>            what it calls itself in Redis, if REDIS_URL is set (audit-correlator)
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '50081' },
    'http-port': { type: 'string', default: '8081' },
    host: { type: 'string', default: '127.0.0.1' },
    store: { type: 'string' },
    name: { type: 'string', default: 'audit-correlator' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const journals = new Journals(values.store === undefined ? memoryStore() : fileStore<KeptEvent>(values.store));

const http = questions(journals).listen(Number(values['http-port']), values.host);
await once(http, 'listening');

const server = new Server();
const { definition, implementation } = correlatorService(journals);
server.addService(definition, implementation);
new HealthImplementation({ '': 'SERVING', 'audit.v1.CorrelatorService': 'SERVING' }).addToServer(server);

server.bindAsync(`${values.host}:${values.port}`, ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    process.stderr.write(`It did not start: ${error.message}\n`);
    process.exit(1);
  }
  const { REDIS_URL } = process.env;
  if (REDIS_URL) void announce(REDIS_URL, values.name, values.host, port);
  const { port: httpPort } = http.address() as AddressInfo;
  process.stdout.write(`The correlator is ready on ${values.host}:${port}, http://${values.host}:${httpPort}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
