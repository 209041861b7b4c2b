import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parseEnv } from 'node:util';
import { accessFaults, accessSettings } from './access-settings.js';
import { chaosSettings } from './chaos-settings.js';
import { configurationSettings } from './configuration-settings.js';
import { discoveryFaults, discoverySettings } from './discovery-settings.js';
import { peerSettings } from './peer-settings.js';
import { priceSource, priceSourceFaults } from './price-source-setting.js';
import { decimalNumber, define, existingFile, oneOf, optional, type Setting, text, wholeNumber } from './setting.js';
import { custodianFaults, settlementSettings } from './settlement-settings.js';
import { streamSettings } from './stream-settings.js';

const label = text('1 to 63 letters, digits, dots, dashes or underscores', /^[A-Za-z0-9._-]{1,63}$/);

/** Every setting there is. `.env.example` and the messages about wrong values are made from this table. */
export const settingsTable = {
  host: define(
    'HOST',
    '127.0.0.1',
    'Address to listen on, for REST and gRPC; 0.0.0.0 is every address of the machine.',
    text('a host name or an IP address', /^[A-Za-z0-9.:_-]{1,255}$/),
  ),
  httpPort: define('HTTP_PORT', '8080', 'Port of the REST interface; 0 takes a free one.', wholeNumber(0, 65535)),
  grpcPort: define('GRPC_PORT', '50051', 'Port of the gRPC interface; 0 takes a free one.', wholeNumber(0, 65535)),
  dataDir: define(
    'DATA_DIR',
    './data',
    'Directory of the journal and its snapshots; it is made if it does not exist.',
    text('the path of a directory', /^[^\0]+$/),
  ),
  store: define(
    'STORE',
    'disk',
    'Where the journal is kept: disk survives a crash, memory keeps nothing.',
    oneOf('disk', 'memory'),
  ),
  snapshotEvery: define(
    'SNAPSHOT_EVERY',
    '100000',
    'Journal records between two snapshots: fewer make a restart quicker.',
    wholeNumber(100, 100_000_000),
  ),
  seed: define(
    'SEED',
    '1',
    'Seed of everything random, the simulated prices above all.',
    wholeNumber(0, 4_294_967_295),
  ),
  marketsFile: define(
    'MARKETS_FILE',
    '',
    'Assets and markets, as JSON; empty for those that come with the exchange.',
    optional(existingFile),
  ),
  priceSource: define(
    'PRICE_SOURCE',
    'simulated',
    'Where reference prices come from: a seeded random walk (simulated), one fixed price (fixed), recorded candles (replay:a.csv,b.csv), or a market data service (peer:market-data-simulator).',
    priceSource,
  ),
  priceIntervalMs: define(
    'PRICE_INTERVAL_MS',
    '1000',
    'Milliseconds between two beats of the price source.',
    wholeNumber(10, 3_600_000),
  ),
  replaySpeed: define(
    'REPLAY_SPEED',
    '1',
    'How many times faster than recorded the candles are replayed.',
    decimalNumber(0.01, 100_000),
  ),
  liquidity: define(
    'LIQUIDITY',
    'frictionless',
    'How the synthetic liquidity provider quotes around the reference price.',
    oneOf('frictionless', 'realistic', 'thin', 'brutal'),
  ),
  queueCommandsMax: define(
    'QUEUE_COMMANDS_MAX',
    '10000',
    'Commands that may wait for the journal; beyond them the answer is 503.',
    wholeNumber(1, 1_000_000),
  ),
  bodyBytesMax: define(
    'BODY_BYTES_MAX',
    '65536',
    'Largest request body over REST and largest message over gRPC, in bytes.',
    wholeNumber(1024, 16_777_216),
  ),
  shutdownTimeoutMs: define(
    'SHUTDOWN_TIMEOUT_MS',
    '15000',
    'Milliseconds that a stop may take to finish what is in flight, before it is forced.',
    wholeNumber(100, 600_000),
  ),
  drainWaitMs: define(
    'DRAIN_WAIT_MS',
    '0',
    'Milliseconds between the signal to stop, when readiness goes off, and the end of taking commands: time for balancers to look elsewhere.',
    wholeNumber(0, 600_000),
  ),
  diskFreeBytesMin: define(
    'DISK_FREE_BYTES_MIN',
    '268435456',
    'Free bytes on the disk of DATA_DIR below which health is degraded.',
    wholeNumber(0, 1_000_000_000_000_000),
  ),
  logLevel: define(
    'LOG_LEVEL',
    'info',
    'The least important messages that are logged.',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'),
  ),
  serviceName: define('SERVICE_NAME', 'exchange-simulator', 'Name of this service among others.', label),
  serviceInstanceName: define(
    'SERVICE_INSTANCE_NAME',
    '',
    'Name of this process among those of the service; empty for the host name.',
    { allowed: label.allowed, read: (value) => (value === '' ? hostname() : label.read(value)) },
  ),
  environment: define('ENVIRONMENT', 'development', 'Name of the environment that this is a part of.', label),
  ...discoverySettings,
  ...configurationSettings,
  ...peerSettings,
  ...accessSettings,
  ...streamSettings,
  otlpEndpoint: define(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    '',
    'Base URL of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; empty: no traces.',
    optional(text('an http:// or https:// URL without a query', /^https?:\/\/[^\s?#]{1,500}$/)),
  ),
  traceRatio: define(
    'OTEL_TRACES_SAMPLER_ARG',
    '1',
    'Part of the requests that is traced, of those that do not come with a trace of their own.',
    decimalNumber(0, 1),
  ),
  ...settlementSettings,
  ...chaosSettings,
};

type Values = {
  readonly [Key in keyof typeof settingsTable]: (typeof settingsTable)[Key] extends Setting<infer Value>
    ? Value
    : never;
};

/** The settings of one process, typed, checked and frozen; also the token by which Nest hands them out. */
export class Settings extends (Object as unknown as new () => Values) {
  private constructor(
    values: Values,
    /** The names of those that the environment has; the others have their default. */
    readonly given: ReadonlySet<string>,
  ) {
    super();
    Object.assign(this, values);
    Object.freeze(this);
  }

  /** Reads an environment; throws `SettingsInvalid` with every setting that is wrong. */
  static from(environment: Environment): Settings {
    const faults: string[] = [];
    const values: Record<string, unknown> = {};
    const given = new Set(Object.keys(environment).filter((name) => environment[name]));
    for (const [key, setting] of Object.entries<Setting<unknown>>(settingsTable)) {
      const text = environment[setting.name] || setting.fallback;
      values[key] = setting.form.read(text);
      if (values[key] === undefined) faults.push(faultOf(setting, text));
    }
    if (faults.length === 0) faults.push(...faultsTogether(values as Values));
    if (faults.length > 0) throw new SettingsInvalid(faults);
    return new Settings(values as Values, given);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, above what a `.env` file in the working directory says. */
export function environmentOfProcess(envFile = '.env'): Environment {
  const file = existsSync(envFile) ? parseEnv(readFileSync(envFile, 'utf8')) : {};
  return { ...file, ...process.env };
}

/** What is wrong with settings that are right one by one. */
function faultsTogether(values: Values): string[] {
  return [
    ...accessFaults(values),
    ...priceSourceFaults(values),
    ...discoveryFaults(values),
    ...custodianFaults(values),
  ];
}

/** What stops the start: one line for each wrong setting, with its value and what is allowed. */
export class SettingsInvalid extends Error {
  override readonly name = 'SettingsInvalid';
  constructor(readonly faults: readonly string[]) {
    super(['The exchange cannot start with these settings:', ...faults].join('\n  '));
  }
}

function faultOf(setting: Setting<unknown>, given: string): string {
  // Credentials in a URL are a secret, whatever else the value is.
  const shown = JSON.stringify(given.slice(0, 200).replace(/\/\/[^/]*@/, '//[not shown]@'));
  const value = setting.secret ? 'has a value that is not shown here' : `is ${shown}`;
  const fault = setting.secret ? undefined : setting.form.fault?.(given);
  return `${setting.name} ${value}: ${fault === undefined ? '' : `${fault}; `}it must be ${setting.form.allowed}`;
}
