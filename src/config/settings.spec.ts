import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envExample } from './env-example.js';
import { type Environment, environmentOfProcess, Settings, SettingsInvalid, settingsTable } from './settings.js';

function faultsOf(environment: Environment): readonly string[] {
  try {
    Settings.from(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.faults;
    throw error;
  }
}

describe('settings', () => {
  it('has the documented defaults in an empty environment', () => {
    expect(Settings.from({})).toMatchObject({
      host: '127.0.0.1',
      httpPort: 8080,
      grpcPort: 50051,
      dataDir: './data',
      store: 'disk',
      seed: 1,
      marketsFile: null,
      priceSource: { kind: 'simulated' },
      priceIntervalMs: 1000,
      liquidity: 'frictionless',
      auditToken: null,
      bodyBytesMax: 65536,
      logLevel: 'info',
      serviceName: 'exchange-simulator',
    });
  });

  it('takes an empty value for an absent one', () => {
    expect(Settings.from({ HTTP_PORT: '' }).httpPort).toBe(8080);
  });

  it('cannot be changed', () => {
    const settings = Settings.from({});
    expect(() => Object.assign(settings, { httpPort: 1 })).toThrow(TypeError);
  });

  it.each([
    ['HTTP_PORT', '70000', 'HTTP_PORT is "70000": it must be a whole number from 0 to 65535'],
    ['HTTP_PORT', '1e3', 'HTTP_PORT is "1e3": it must be a whole number from 0 to 65535'],
    ['GRPC_PORT', '-1', 'GRPC_PORT is "-1": it must be a whole number from 0 to 65535'],
    [
      'CONFIG_SERVICE_URL',
      'http://ann:hunter2@config',
      'CONFIG_SERVICE_URL is "http://[not shown]@config": it must be an http:// or https:// URL without credentials and query, or nothing',
    ],
    ['STORE', 'redis', 'STORE is "redis": it must be one of disk, memory'],
    ['LIQUIDITY', 'deep', 'LIQUIDITY is "deep": it must be one of frictionless, realistic, thin, brutal'],
    ['HOST', 'a host', 'HOST is "a host": it must be a host name or an IP address'],
    ['REPLAY_SPEED', '0', 'REPLAY_SPEED is "0": it must be a number from 0.01 to 100000'],
    [
      'MARKETS_FILE',
      '/nowhere/x',
      'MARKETS_FILE is "/nowhere/x": it must be the path of a file that exists, or nothing',
    ],
  ])('refuses %s=%s and says what is allowed', (name, value, message) => {
    expect(faultsOf({ [name]: value })).toEqual([message]);
  });

  it('names every wrong setting at once', () => {
    expect(faultsOf({ HTTP_PORT: 'x', SEED: '-1', LOG_LEVEL: 'loud' })).toHaveLength(3);
  });

  it('never repeats a secret', () => {
    const [fault] = faultsOf({ AUDIT_TOKEN: 'short' });
    expect(fault).toContain('AUDIT_TOKEN');
    expect(fault).not.toContain('short');
  });

  it.each([
    ['0.0.0.0', 'AUTH is off and HOST (0.0.0.0) is not a loopback address'],
    ['::', 'AUTH is off and HOST (::) is not a loopback address'],
    ['192.0.2.1', 'AUTH is off and HOST (192.0.2.1) is not a loopback address'],
    ['exchange.example', 'AUTH is off and HOST (exchange.example) is not a loopback address'],
  ])('refuses HOST=%s without AUTH, and names the ways out', (host, message) => {
    const [fault] = faultsOf({ HOST: host });
    expect(fault).toContain(message);
    expect(fault).toMatch(/AUTH=on and an ADMIN_TOKEN, or HOST=127\.0\.0\.1/);
    expect(faultsOf({ HOST: host, AUTH: 'on', ADMIN_TOKEN: 'long-enough' })).toEqual([]);
  });

  it.each([
    [{ AUTH: 'on' }, /^ADMIN_TOKEN is missing/],
    [{ AUTH: 'on', ADMIN_TOKEN: 'one-for-all', AUDIT_TOKEN: 'one-for-all' }, /^AUDIT_TOKEN is the ADMIN_TOKEN/],
    [{ AUDIT_PORT: '8080' }, /^AUDIT_PORT is 8080/],
    [{ AUDIT_PORT: '50051' }, /^AUDIT_PORT is 50051/],
    [{ REGISTRY_TTL_MS: '5000' }, /^REGISTRY_TTL_MS \(5000\) is not longer than REGISTRY_HEARTBEAT_MS \(30000\)/],
    [{ REGISTRY_TTL_MS: '30000' }, /^REGISTRY_TTL_MS/],
    [{ RATE_LIMIT_BURST: '5' }, /^RATE_LIMIT_BURST does nothing/],
    [{ TLS_CERT_FILE: 'package.json' }, /^TLS_CERT_FILE and TLS_KEY_FILE belong together/],
    [{ TLS_CLIENT_CA_FILE: 'package.json' }, /^TLS_CLIENT_CA_FILE needs/],
    [{ CORS_ORIGINS: 'https://desk.example/path' }, /^CORS_ORIGINS/],
    [{ CORS_ORIGINS: '*' }, /^CORS_ORIGINS/],
  ])('refuses %j, which do not go together', (environment: Environment, message) => {
    const faults = faultsOf(environment);
    expect([faults.length, faults[0]]).toEqual([1, expect.stringMatching(message)]);
    expect(faults[0]).not.toContain('one-for-all');
  });

  it('reads the files of a replay and refuses one that is missing', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'BTC-USD.csv');
    writeFileSync(file, '');
    expect(Settings.from({ PRICE_SOURCE: `replay:${file},${file}` }).priceSource).toEqual({
      kind: 'replay',
      files: [file, file],
    });
    const [fault] = faultsOf({ PRICE_SOURCE: `replay:${file},${file}.missing` });
    expect(fault).toMatch(/^PRICE_SOURCE is "replay:/);
    expect(fault).toContain(`there is no file "${file}.missing"`);
    expect(faultsOf({ PRICE_SOURCE: 'replay:' })[0]).toContain('PRICE_SOURCE');
  });

  it('reads a .env file, below the environment of the process', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), '.env');
    writeFileSync(file, 'SEED=42\nPATH=nothing\n');
    const environment = environmentOfProcess(file);
    expect(environment.SEED).toBe('42');
    expect(environment.PATH).toBe(process.env.PATH);
  });
});

describe('.env.example', () => {
  const committed = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

  it('is what the table says (npm run env-example writes it)', () => {
    expect(committed).toBe(envExample());
  });

  it('has every setting once', () => {
    const names = committed.split('\n').flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names).toEqual(Object.values(settingsTable).map(({ name }) => name));
  });
});
