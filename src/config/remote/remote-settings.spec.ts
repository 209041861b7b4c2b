import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationServer } from '../../../test/configuration-server.fixture.js';
import { eventually } from '../../../test/eventually.fixture.js';
import type { VenueDefinition } from '../../engine/instrument.js';
import type { Origin } from '../../journal/journal.js';
import { readVenueConfiguration } from '../venue-definition.js';
import { ConfigurationClient } from './configuration-client.js';
import { followedKeys, type Values } from './followed-values.js';
import { RememberedValues } from './remembered-values.js';
import { type Follower, RemoteSettings } from './remote-settings.js';

const pollMs = 50;
const base = readVenueConfiguration(null, 'frictionless').venue;
const openedSettings: RemoteSettings[] = [];

/** Notes what it is told, as the venue and the log would. */
class Notes implements Follower {
  readonly definitions: VenueDefinition[] = [];
  readonly origins: Origin[] = [];
  readonly levels: (string | undefined)[] = [];

  constructor(private present: VenueDefinition) {}

  async configure(venue: VenueDefinition, origin: Origin): Promise<void> {
    if (same(venue, this.present)) return;
    this.present = venue;
    this.definitions.push(venue);
    this.origins.push(origin);
  }

  setLogLevel(level: string | undefined): void {
    this.levels.push(level);
  }
}

function same(a: VenueDefinition, b: VenueDefinition): boolean {
  const written = (venue: VenueDefinition) =>
    JSON.stringify(venue, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return written(a) === written(b);
}

describe('RemoteSettings', () => {
  let server: ConfigurationServer;
  let directory: string;
  let lines: string[];

  beforeAll(async () => {
    server = await ConfigurationServer.start();
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'remote-settings-'));
    lines = [];
    await server.tell({ values: {}, bodies: {}, status: 200, delayMs: 0 });
  });

  afterEach(() => {
    for (const settings of openedSettings.splice(0)) settings.close();
  });

  async function open(fixed: Values = new Map()): Promise<RemoteSettings> {
    const settings = await RemoteSettings.open({
      client: new ConfigurationClient({
        ...{ url: server.url, serviceName: 'exchange-simulator', environment: 'development' },
        ...{ timeoutMs: 300, cacheTtlMs: 60_000, cacheEntriesMax: 100 },
      }),
      fixed,
      remembered: new RememberedValues(directory),
      pollMs,
      log: { log: (line) => lines.push(line), warn: (line) => lines.push(line) },
    });
    openedSettings.push(settings);
    return settings;
  }

  async function followed(fixed?: Values): Promise<{ settings: RemoteSettings; notes: Notes }> {
    const settings = await open(fixed);
    const notes = new Notes(settings.definitionOf(base));
    settings.follow(notes);
    return { settings, notes };
  }

  const market = (venue: VenueDefinition, symbol: string) => venue.markets.find((listed) => listed.symbol === symbol)!;

  it('leaves the configured definition alone where the service has nothing', async () => {
    const settings = await open();
    expect(settings.definitionOf(base)).toEqual(base);
    expect((await server.seen()).map(({ key }) => key).sort()).toEqual([...followedKeys].sort());
  });

  it('starts with what the service says', async () => {
    await server.tell({
      values: {
        maker_fee_bps: '2.5',
        taker_fee_bps: '{"BTC-USD": "7.5", "*": "30"}',
        collar_bps: 500,
        min_notional: '5',
        max_quantity: { 'BTC-USD': '10' },
        open_orders_max: '50',
        liquidity: 'thin',
      },
    });
    const venue = (await open()).definitionOf(base);
    expect(market(venue, 'BTC-USD')).toMatchObject({
      ...{ makerFeePpm: 250, takerFeePpm: 750, collarBps: 500 },
      ...{ minNotional: 500_000_000n, maxQuantity: 1_000_000_000n },
    });
    expect(market(venue, 'ETH-USD')).toMatchObject({
      makerFeePpm: 250,
      takerFeePpm: 3_000,
      maxQuantity: 500_000_000_000n,
    });
    expect(venue).toMatchObject({ openOrdersMax: 50, liquidity: { name: 'thin' } });
  });

  it('brings a change in once, and takes it back when the key is gone', async () => {
    const { settings, notes } = await followed();
    await server.tell({ values: { taker_fee_bps: '5', maker_fee_bps: '1' } });
    await eventually(() => expect(notes.definitions).toHaveLength(1));
    expect(market(notes.definitions[0]!, 'ETH-BTC')).toMatchObject({ takerFeePpm: 500, makerFeePpm: 100 });
    expect(notes.origins[0]).toEqual({ transport: 'SYSTEM', actor: 'configuration-service' });
    await new Promise((wake) => setTimeout(wake, 4 * pollMs));
    expect(notes.definitions).toHaveLength(1);
    await server.tell({ values: {} });
    await eventually(() => expect(notes.definitions[1]).toEqual(base));
    expect(settings.status()).toMatchObject({ state: 'ok', accepted: 4, refused: 0 });
  });

  it('tells the log of its level, and of the end of that', async () => {
    const { notes } = await followed();
    await server.tell({ values: { log_level: 'debug' } });
    await eventually(() => expect(notes.levels).toEqual(['debug']));
    await server.tell({ values: {} });
    await eventually(() => expect(notes.levels).toEqual(['debug', undefined]));
    expect(notes.definitions).toEqual([]);
  });

  it.each([
    ['taker_fee_bps', 'free', 'taker_fee_bps of BTC-USD is "free": it must be a decimal'],
    ['taker_fee_bps', '1001', 'taker_fee_bps of BTC-USD is "1001": it must be a decimal'],
    ['taker_fee_bps', '{"DOGE-USD":"1"}', 'taker_fee_bps names "DOGE-USD": there are *, BTC-USD'],
    ['taker_fee_bps', 0.5, 'taker_fee_bps is a number with a fraction'],
    ['taker_fee_bps', '{"BTC-USD":0.5}', 'taker_fee_bps of BTC-USD is "0.5": it must be a value in quotes'],
    ['max_quantity', '{"BTC-USD":"501"}', 'max_quantity of BTC-USD is "501": it must be a decimal'],
    ['max_quantity', '{"BTC-USD":"0.000015"}', 'the maximum quantity must be a multiple of the lot size'],
    ['collar_bps', '0', 'collar_bps of BTC-USD is "0": it must be a whole number from 1 to 9999'],
    ['open_orders_max', '-1', 'open_orders_max is "-1": it must be a whole number'],
    ['liquidity', 'endless', 'liquidity is "endless": it must be one of frictionless, realistic, thin, brutal'],
    ['log_level', 'loud', 'log_level is "loud": it must be one of fatal'],
  ])('refuses %s = %p with one line, and takes what is right beside it', async (key, value, fault) => {
    const { settings, notes } = await followed();
    await server.tell({ values: { [key]: value, min_notional: '7' } });
    await eventually(() => expect(notes.definitions).toHaveLength(1));
    await new Promise((wake) => setTimeout(wake, 3 * pollMs));
    expect(notes.definitions).toHaveLength(1);
    expect(notes.definitions[0]).toEqual({
      ...base,
      markets: base.markets.map((listed) => ({ ...listed, minNotional: 700_000_000n })),
    });
    expect(notes.levels).toEqual([]);
    expect(lines.filter((line) => line.includes('refused') && line.includes(fault))).toHaveLength(1);
    expect(settings.status()).toMatchObject({ refused: 1, accepted: 1, wrong: 1 });
    await server.tell({ values: { min_notional: '7' } });
    await eventually(() => expect(settings.status()).toMatchObject({ refused: 1, wrong: 0 }));
  });

  it('keeps everything as it is while the service is down', async () => {
    await server.tell({ values: { taker_fee_bps: '5' } });
    const { settings, notes } = await followed();
    await server.tell({ status: 500 });
    await eventually(() => expect(settings.status().state).toBe('degraded'));
    await server.tell({ status: 500, values: {} });
    await new Promise((wake) => setTimeout(wake, 3 * pollMs));
    expect(notes.definitions).toEqual([]);
    await server.tell({ status: 200, values: { taker_fee_bps: '6' } });
    await eventually(() => expect(notes.definitions).toHaveLength(1), 10_000);
    expect(settings.status().state).toBe('ok');
    expect(lines.filter((line) => line.includes('is not there'))).toHaveLength(1);
  });

  it('starts with what was accepted last where the service does not answer', async () => {
    await server.tell({ values: { taker_fee_bps: '5', liquidity: 'thin' } });
    const { settings } = await followed();
    const before = settings.definitionOf(base);
    settings.close();
    await eventually(() => expect(readFileSync(join(directory, 'remote-settings.json'), 'utf8')).toContain('thin'));
    await server.tell({ status: 500 });
    expect((await open()).definitionOf(base)).toEqual(before);
  });

  it('passes over what it remembers and cannot be any more, and a file that is damaged', async () => {
    await server.tell({ status: 500 });
    const file = join(directory, 'remote-settings.json');
    writeFileSync(file, '{"taker_fee_bps":"{\\"GONE-USD\\":\\"1\\"}","collar_bps":"300"}');
    expect(market((await open()).definitionOf(base), 'BTC-USD')).toMatchObject({ collarBps: 300, takerFeePpm: 2_000 });
    writeFileSync(file, '{"taker_fee');
    expect((await open()).definitionOf(base)).toEqual(base);
  });

  it('does not ask for what the environment says', async () => {
    await server.tell({ values: { taker_fee_bps: '5', log_level: 'debug', liquidity: 'thin' } });
    const fixed = new Map([
      ['taker_fee_bps', '40'],
      ['log_level', 'warn'],
    ]);
    const { settings, notes } = await followed(fixed);
    const venue = settings.definitionOf(base);
    expect(market(venue, 'BTC-USD').takerFeePpm).toBe(4_000);
    expect(venue.liquidity.name).toBe('thin');
    expect(notes.levels).toEqual([]);
    expect((await server.seen()).map(({ key }) => key)).not.toContain('taker_fee_bps');
  });
});
