import { parseArgs } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { announce } from '../announcement.ts';
import { findExchange } from './exchange-address.ts';
import { type Limits, readLimits } from './limits.ts';
import { Monitor } from './monitor.ts';
import { riskMonitorService } from './services.ts';

const usage = `npm run risk-monitor -- [options]

  --exchange <host:port>   where the exchange speaks gRPC (127.0.0.1:50051, or where Redis knows it)
  --limits <file>          what it raises alerts for (examples/risk-monitor/limits.yaml)
  --port <port>            where it tells of its alerts; 0 takes a free one (50071)
  --host <host>            on which address (127.0.0.1)
  --name <name>            what it calls itself in Redis, if REDIS_URL is set (risk-monitor)

  REDIS_URL                a Redis to make itself known in, and to find the exchange in
  EXCHANGE_TOKEN           the operator's token, for an exchange with AUTH=on
  AUDIT_TOKEN              the auditors' token, for the events of all accounts
`;

const { values } = parseArgs({
  options: {
    exchange: { type: 'string' },
    limits: { type: 'string', default: new URL('limits.yaml', import.meta.url).pathname },
    port: { type: 'string', default: '50071' },
    host: { type: 'string', default: '127.0.0.1' },
    name: { type: 'string', default: 'risk-monitor' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const { REDIS_URL, EXCHANGE_TOKEN, AUDIT_TOKEN } = process.env;
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const serving = 'riskmonitor.v1.RiskMonitorService';

const health = new HealthImplementation({ '': 'SERVING', [serving]: 'NOT_SERVING' });
const monitor = new Monitor({
  limits: limitsOrEnd(values.limits),
  tokens: { operator: EXCHANGE_TOKEN, audit: AUDIT_TOKEN },
  exchangeAddress: await addressOfExchange(),
  onWatching(accounts) {
    health.setStatus(serving, accounts === undefined ? 'NOT_SERVING' : 'SERVING');
    if (accounts !== undefined) say({ type: 'watching', accounts });
  },
});
monitor.alerts.onChange(({ type, alert }) => say({ type, ...alert }));

const server = new Server();
const { definition, implementation } = riskMonitorService(monitor);
server.addService(definition, implementation);
health.addToServer(server);
server.bindAsync(`${values.host}:${values.port}`, ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    process.stderr.write(`It did not start: ${error.message}\n`);
    process.exit(1);
  }
  if (REDIS_URL) void announce(REDIS_URL, values.name, values.host, port);
  say({ type: 'ready', address: `${values.host}:${port}` });
  void monitor.run();
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));

function limitsOrEnd(path: string): Limits {
  try {
    return readLimits(path);
  } catch (error) {
    process.stderr.write(`The limits cannot be read: ${(error as Error).message}\n`);
    return process.exit(64);
  }
}

async function addressOfExchange(): Promise<() => Promise<string>> {
  const { exchange } = values;
  if (exchange !== undefined || !REDIS_URL) return async () => exchange ?? '127.0.0.1:50051';
  const { Redis } = await import('ioredis');
  const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  return () => findExchange(redis, 'exchange-simulator');
}
