import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { CorrelatorProcess } from './correlator-process.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { describeWithRedis, RedisServer } from './redis.fixture.js';
import { SettlingExchange } from './settling-exchange.fixture.js';

const tradersCount = 6;

/** Sends orders one after the other, over kills and restarts of the exchange, until it is told to stop. */
class Trader {
  answered = 0;
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly exchange: SettlingExchange,
    private readonly accountId: string,
  ) {
    this.done = this.trade();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async trade(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.exchange.buy(this.accountId, '0.001');
        this.answered += 1;
      } catch {
        // It is being killed, or not up again.
        await pause(20);
      }
    }
  }
}

const correlatorProto = loadSync('audit/v1/correlator.proto', {
  includeDirs: ['proto'],
  longs: Number,
  defaults: true,
})['audit.v1.CorrelatorService'] as ServiceDefinition;

const source = { venueId: 'v', serviceName: 'exchange-simulator', instanceName: 'one', environment: 'spec' };

/** Some events that follow one another; those of another `kind` have other hashes. */
function events(from: number, to: number, kind = 'a'): object[] {
  const hash = (sequence: number) => (sequence === 0 ? '0'.repeat(64) : `${kind}${sequence}`.padStart(64, '0'));
  return Array.from({ length: to - from + 1 }, (_, at) => ({
    ...{ sequence: from + at, time: { seconds: 1_700_000_000 }, origin: { transport: 'REST', actor: 'key-17' } },
    ...{ command: '{"type":"Deposit"}', facts: ['{"type":"FundsMoved"}'] },
    ...{ previousHash: hash(from + at - 1), hash: hash(from + at) },
  }));
}

/** The contract, as its reference keeps it: what any other correlator would have to keep too. */
describe('the reference correlator', () => {
  let folder: string;
  let correlator: CorrelatorProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'correlator-'));
    correlator = await CorrelatorProcess.start({ store: join(folder, 'events.jsonl') });
  });

  afterEach(async () => {
    await correlator.kill();
    rmSync(folder, { recursive: true });
  });

  /** Up to where it has everything, or the status that it refuses with. */
  function push(pushed: readonly object[], whose: object = source): Promise<number | string> {
    const { path, requestSerialize, responseDeserialize } = correlatorProto.PushEvents as MethodDefinition<
      object,
      object
    >;
    const client = new Client(correlator.address, credentials.createInsecure());
    const request = { source: whose, events: pushed };
    return new Promise<number | string>((resolve) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer: Answer) =>
        resolve(error === null ? answer.acceptedSequence : status[(error as ServiceError).code]!),
      );
    }).finally(() => client.close());
  }

  const noticed = () => correlator.venue('v');

  it('keeps each event once, however often it is sent', async () => {
    expect(await push([])).toBe(0);
    expect(await push(events(1, 3))).toBe(3);
    expect(await push(events(1, 3))).toBe(3);
    expect(await push(events(2, 5))).toBe(5);
    expect(await push([])).toBe(5);
    expect(await noticed()).toMatchObject({ events: 5, pushes: 3, doubles: 5, gaps: 0, conflicts: 0 });
    expect((await correlator.events('v', '&actor=key-17')).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(await correlator.events('v', '&actor=key-18')).toEqual([]);
    expect(await push([], { ...source, venueId: 'w' })).toBe(0);
  });

  it('tells of a gap, and keeps nothing that comes after it', async () => {
    expect(await push(events(3, 4))).toBe(0);
    await push(events(1, 2));
    expect(await push(events(4, 4))).toBe(2);
    expect(await noticed()).toMatchObject({ events: 2, gaps: 2, conflicts: 0 });
  });

  it('refuses another event in the place of one, and one that does not follow from those before', async () => {
    await push(events(1, 3));
    expect(await push(events(2, 4, 'b'))).toBe('ALREADY_EXISTS');
    expect(await push(events(4, 4, 'b'))).toBe('ALREADY_EXISTS');
    expect(await push([...events(3, 3), ...events(4, 4, 'b')])).toBe('ALREADY_EXISTS');
    expect(await noticed()).toMatchObject({ events: 3, conflicts: 3 });
    expect(await push(events(4, 4))).toBe(4);
  });

  it.each([
    ['has no venue', events(1, 1), { ...source, venueId: '' }],
    ['leaves one out', [...events(1, 1), ...events(3, 3)], source],
    ['has no hashes', [{ ...events(1, 1)[0], hash: '' }], source],
    ['is no JSON', [{ ...events(1, 1)[0], command: '{' }], source],
  ])('does not take what %s', async (_what, pushed, whose) => {
    expect(await push(pushed, whose)).toBe('INVALID_ARGUMENT');
    expect(await push([])).toBe(0);
  });

  it('knows everything that it has accepted after kill -9, also behind half a line', async () => {
    await push(events(1, 3));
    await correlator.kill();
    appendFileSync(join(folder, 'events.jsonl'), '{"source":{"venueId":"v"');
    correlator = await CorrelatorProcess.start({ store: join(folder, 'events.jsonl') });
    expect(await push([])).toBe(3);
    expect(await push(events(4, 4))).toBe(4);
    await correlator.kill();
    correlator = await CorrelatorProcess.start({ store: join(folder, 'events.jsonl') });
    expect(await push([])).toBe(4);
  });
});

/** Exchange, Redis and correlator as they are, in processes of their own. */
describeWithRedis('events at the audit correlator', () => {
  let folder: string;
  let redis: RedisServer;
  let exchange: SettlingExchange;
  const correlators: CorrelatorProcess[] = [];
  const traders: Trader[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'correlator-'));
    redis = await RedisServer.start();
    exchange = await SettlingExchange.start({
      ...{ STORE: 'disk', DATA_DIR: join(folder, 'data'), SETTLEMENT_CUTOFF: '1s' },
      ...{
        REDIS_URL: redis.url,
        REGISTRY_HEARTBEAT_MS: '400',
        REGISTRY_TTL_MS: '60000',
        PEER_CHECK_INTERVAL_MS: '500',
      },
    });
  }, 120_000);

  afterEach(async () => {
    await Promise.all(traders.splice(0).map((trader) => trader.stop()));
    await Promise.all(correlators.splice(0).map((correlator) => correlator.kill()));
  });

  afterAll(async () => {
    await exchange.kill();
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startCorrelator(options: Record<string, string> = {}): Promise<CorrelatorProcess> {
    const correlator = await CorrelatorProcess.start(options, { REDIS_URL: redis.url });
    correlators.push(correlator);
    return correlator;
  }

  async function trade(): Promise<void> {
    const accounts = await Promise.all(
      Array.from({ length: tradersCount }, () => exchange.account({ USD: '1000000' })),
    );
    traders.push(...accounts.map((accountId) => new Trader(exchange, accountId)));
  }

  const answered = (): number => traders.reduce((sum, trader) => sum + trader.answered, 0);

  async function untilAnswered(more: number): Promise<void> {
    const before = answered();
    await eventually(() => expect(answered()).toBeGreaterThan(before + more), 60_000);
  }

  async function stopTrading(): Promise<void> {
    await Promise.all(traders.splice(0).map((trader) => trader.stop()));
    await untilNothingMoves();
  }

  /** No trade waits for its cycle, and no cycle for its settlement: nothing more is journaled of itself. */
  async function untilNothingMoves(): Promise<void> {
    await exchange.closeCycles();
    await exchange.everythingSettled();
  }

  async function journal(): Promise<Answer[]> {
    const records: Answer[] = [];
    let cursor = '';
    do {
      const page = await exchange.get(`/audit/v1/events?limit=500${cursor}`);
      records.push(...page.items);
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    return records;
  }

  /** The journal is what the correlator has: every record, in order, with every field the same. */
  async function everythingIsThere(correlator: CorrelatorProcess): Promise<Answer> {
    const venueId = await exchange.venueId();
    const records = await journal();
    await eventually(async () => {
      expect(await correlator.venue(venueId)).toMatchObject({ events: records.length });
    }, 60_000);
    expect(await correlator.events(venueId)).toEqual(records);
    return { ...(await correlator.venue(venueId)), records };
  }

  it('are all that was ever journaled, in order, and connected by who asked', async () => {
    const store = join(folder, 'first.jsonl');
    const accountId = await exchange.account({ USD: '10000' });
    expect((await exchange.get('/health')).details.correlator).toBeUndefined();
    const correlator = await startCorrelator({ store });
    const { orderId } = await exchange.buy(accountId, '0.01');
    await untilNothingMoves();
    const noticed = await everythingIsThere(correlator);
    expect(noticed).toMatchObject({ serviceName: 'exchange-simulator', doubles: 0, gaps: 0, conflicts: 0 });
    expect(noticed.records.map(({ sequence }: Answer) => sequence)).toEqual(
      noticed.records.map((_: Answer, at: number) => at + 1),
    );
    const placed = noticed.records.find(({ sequence }: Answer) => `ord-${sequence}` === orderId);
    expect(await correlator.events(noticed.venueId, `&requestId=${placed.origin.requestId}`)).toEqual([placed]);
    await eventually(async () => {
      expect((await exchange.get('/health')).details.correlator).toMatchObject({
        ...{ status: 'up', correlator: 'audit-correlator', lagEvents: 0, failures: 0 },
      });
    });
  }, 120_000);

  it('are all there in the end, however often the correlator and the exchange are killed with -9 under load', async () => {
    const store = join(folder, 'second.jsonl');
    let correlator = await startCorrelator({ store });
    const { port } = correlator;
    // One that is new to the exchange is first sent what comes next, and that is a gap.
    await everythingIsThere(correlator);
    await trade();
    await untilAnswered(200);

    await correlator.kill();
    await untilAnswered(200);
    await eventually(async () => {
      const { correlator: part } = (await exchange.get('/health')).details;
      expect(part.status).toBe('degraded');
      expect(part.lagEvents).toBeGreaterThan(100);
    });
    expect(await exchange.get('/health/ready')).toMatchObject({ status: 'UP' });
    correlator = await startCorrelator({ store, port });
    await untilAnswered(200);

    for (let time = 0; time < 2; time += 1) {
      await exchange.killAndRestart();
      await untilAnswered(200);
    }
    await stopTrading();
    const noticed = await everythingIsThere(correlator);
    expect(noticed).toMatchObject({ gaps: 0, conflicts: 0 });
    expect(noticed.records.length).toBeGreaterThan(1_000);
    expect((await exchange.get('/audit/v1/verify')).ok).toBe(true);
  }, 240_000);

  it('are sent again where the mark is lost, and all of them where the correlator has lost them', async () => {
    const store = join(folder, 'third.jsonl');
    const correlator = await startCorrelator({ store });
    const { port } = correlator;
    const { records } = await everythingIsThere(correlator);
    const kept = readFileSync(store, 'utf8');
    expect(kept.trimEnd().split('\n')).toHaveLength(records.length);

    await exchange.kill();
    rmSync(join(folder, 'data', 'correlator.json'));
    await exchange.restart();
    await eventually(async () => {
      const { doubles } = (await correlator.venue(await exchange.venueId()))!;
      expect(doubles).toBeGreaterThanOrEqual(Math.min(100, records.length));
    }, 20_000);
    expect(await everythingIsThere(correlator)).toMatchObject({ gaps: 0, conflicts: 0 });

    // Nothing is traded any more: it is asked how far it is, at the latest after half a minute.
    await correlator.kill();
    const empty = await startCorrelator({ port });
    expect(await everythingIsThere(empty)).toMatchObject({ doubles: 0, conflicts: 0 });
  }, 120_000);
});
