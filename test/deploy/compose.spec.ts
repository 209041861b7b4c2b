import { existsSync, readFileSync } from 'node:fs';
import { Settings, settingsTable } from '../../src/config/settings.js';
import { type Manifest, readYaml } from './manifest.fixture.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const settingNames: string[] = Object.values(settingsTable).map(({ name }) => name);

describe('docker-compose.yaml', () => {
  const { services, volumes } = readYaml('docker-compose.yaml') as Manifest;
  const { exchange } = services;
  const settings = Settings.from({ ...imageSettings(), ...exchange.environment, ...tokensOf(exchange.environment) });

  it('sets what the exchange takes, and asks for the token that it would not start without', () => {
    for (const name of Object.keys(exchange.environment)) expect(settingNames).toContain(name);
    expect(exchange.environment.ADMIN_TOKEN).toMatch(/^\$\{ADMIN_TOKEN:\?/);
    expect(settings).toMatchObject({ auth: 'on', host: '0.0.0.0' });
    expect(new URL(settings.redisUrl!).hostname in services).toBe(true);
    expect(exchange.image).toBe(`exchange-simulator:${version}`);
  });

  it('publishes the ports of the exchange on this machine alone', () => {
    const { httpPort, grpcPort, auditPort } = settings;
    expect(exchange.ports.map((port: string) => port.split(':')).sort()).toEqual(
      [httpPort, auditPort, grpcPort].map((port) => ['127.0.0.1', `${port}`, `${port}`]).sort(),
    );
    for (const { ports = [] } of Object.values<Manifest>(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('mounts what is there', () => {
    for (const { volumes: mounts = [] } of Object.values<Manifest>(services)) {
      for (const mount of mounts) {
        const [source] = mount.split(':');
        expect([mount, source.startsWith('./') ? existsSync(source) : source in volumes]).toEqual([mount, true]);
      }
    }
    expect(exchange.volumes).toContain(`exchange-data:${settings.dataDir}`);
  });

  it('gives the exchange the time to stop by itself', () => {
    expect(Number.parseInt(exchange.stop_grace_period, 10) * 1_000).toBeGreaterThan(
      settings.drainWaitMs + settings.shutdownTimeoutMs,
    );
  });
});

describe('the Dockerfile', () => {
  it('sets what the exchange takes, and needs nothing but an ADMIN_TOKEN to start', () => {
    const image = imageSettings();
    for (const name of Object.keys(image)) expect([...settingNames, 'NODE_ENV']).toContain(name);
    expect(() => Settings.from(image)).toThrow(/ADMIN_TOKEN is missing/);
    expect(Settings.from({ ...image, ADMIN_TOKEN: 'a-token-of-the-spec' })).toMatchObject({
      auth: 'on',
      dataDir: '/data',
    });
  });
});

/** What the image itself sets. */
function imageSettings(): Record<string, string> {
  const [, line] = /^ENV (.*)$/m.exec(readFileSync('Dockerfile', 'utf8'))!;
  return Object.fromEntries(line!.split(' ').map((pair) => pair.split('=') as [string, string]));
}

function tokensOf(environment: Record<string, string>): Record<string, string> {
  const names = Object.keys(environment).filter((name) => name.endsWith('_TOKEN'));
  return Object.fromEntries(names.map((name) => [name, `${name.toLowerCase()}-of-the-spec`]));
}
