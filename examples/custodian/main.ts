import { parseArgs } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { announce } from '../announcement.ts';
import { fileStore, memoryStore } from '../line-store.ts';
import { type Behaviour, faultOfBehaviour } from './behaviour.ts';
import { Custody } from './custody.ts';
import { controlService, settlementService } from './services.ts';

const usage = `npm run custodian -- [options]

  --port <port>            where it listens; 0 takes a free one (50061)
  --host <host>            on which address (127.0.0.1)
  --store <file>           keeps everything in this file; without it, in memory
  --delay-ms <ms>          how long an instruction takes (0)
  --failure-share <share>  which part of the attempts fails, from 0 to 1 (0)
  --seed <number>          which of them that are (1)
  --silence <what>         none, status (says nothing on streams) or all (answers nothing)
  --name <name>            what it calls itself in Redis, if REDIS_URL is set (custodian-simulator)
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '50061' },
    host: { type: 'string', default: '127.0.0.1' },
    store: { type: 'string' },
    'delay-ms': { type: 'string', default: '0' },
    'failure-share': { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    silence: { type: 'string', default: 'none' },
    name: { type: 'string', default: 'custodian-simulator' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const behaviour: Behaviour = {
  delayMs: Number(values['delay-ms']),
  failureShare: Number(values['failure-share']),
  seed: Number(values.seed),
  silence: values.silence as Behaviour['silence'],
};
const fault = faultOfBehaviour(behaviour);
if (fault !== undefined) {
  process.stderr.write(`${fault}\n\n${usage}`);
  process.exit(64);
}

const custody = new Custody(values.store === undefined ? memoryStore() : fileStore(values.store), behaviour);

const server = new Server();
for (const { definition, implementation } of [settlementService(custody), controlService(custody)]) {
  server.addService(definition, implementation);
}
new HealthImplementation({ '': 'SERVING', 'custodian.v1.SettlementService': 'SERVING' }).addToServer(server);

server.bindAsync(`${values.host}:${values.port}`, ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    process.stderr.write(`It did not start: ${error.message}\n`);
    process.exit(1);
  }
  const { REDIS_URL } = process.env;
  if (REDIS_URL) void announce(REDIS_URL, values.name, values.host, port);
  process.stdout.write(`The custodian is ready on ${values.host}:${port}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
