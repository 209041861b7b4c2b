import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { withinRequest } from '../src/edge/request-context.js';
import type { CallRecord } from '../src/peers/call-record.js';
import { healthService } from '../src/peers/health.client.js';
import { marketDataService } from '../src/peers/market-data.client.js';
import { PeerClients } from '../src/peers/peer-clients.js';
import type { PeerLimits } from '../src/peers/peer-limits.js';
import { ListedPeers } from '../src/peers/peers.fixture.js';
import { eventually } from './eventually.fixture.js';
import { type PeerBehaviour, PeerProcess } from './peer-process-driver.fixture.js';

/** Real peers in processes of their own, that behave as badly as they can. */
describe('calls of peers', () => {
  const processes: PeerProcess[] = [];
  const opened: PeerClients[] = [];

  afterEach(async () => {
    for (const clients of opened.splice(0)) clients.close();
    await Promise.all(processes.splice(0).map((peer) => peer.kill()));
  });

  async function peer(kind: PeerBehaviour['kind'] = 'answer', textTimestamps = false): Promise<PeerProcess> {
    const behaviour = kind === 'error' ? ({ kind, code: 'INTERNAL' } as const) : { kind };
    const started = await PeerProcess.start({ behaviour, textTimestamps });
    processes.push(started);
    return started;
  }

  function clientsOf(registry: ListedPeers, limits: Partial<PeerLimits> = {}) {
    const clients = new PeerClients(registry, { timeoutMs: 2_000, ...limits });
    opened.push(clients);
    return {
      clients,
      market: clients.client(marketDataService, 'peer'),
      health: clients.client(healthService, 'peer'),
    };
  }

  const request = { symbol: 'BTC-USD' };

  /** What a call came to, in a word: `OK`, or the code of its failure and the limit that it ran into. */
  async function outcomeOf(call: Promise<unknown>): Promise<string> {
    try {
      await call;
      return 'OK';
    } catch (error) {
      const { code, limit } = error as { code: string; limit?: { name: string } };
      return limit === undefined ? code : `${code} ${limit.name}`;
    }
  }

  it.each([false, true])('are answered, whatever type the peer gives to a timestamp (text: %p)', async (text) => {
    const { address } = await peer('answer', text);
    const { market, health } = clientsOf(new ListedPeers(address));
    expect(await market.getPrice(request)).toEqual({ symbol: 'BTC-USD', price: 100, source: 'spec' });
    expect(await health.check({ service: '' })).toEqual({ status: 'SERVING' });
    for await (const update of market.streamPrices({ symbols: ['ETH-USD'], updateIntervalMs: 20 })) {
      expect(update).toMatchObject({ symbol: 'ETH-USD', price: 100, volume: 1 });
      break;
    }
  });

  it('carry the id and the trace of the request that they are made for', async () => {
    const process = await peer();
    const { market } = clientsOf(new ListedPeers(process.address));
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: 1 };
    await withinRequest({ transport: 'REST', requestId: 'req-7', trace }, () => market.getPrice(request));
    expect((await process.seen()).metadata).toMatchObject({
      'x-request-id': 'req-7',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  it('go to all instances in turn, and to those that are there now', async () => {
    const [first, second] = [await peer(), await peer()];
    const registry = new ListedPeers(first.address, second.address);
    const { market, clients } = clientsOf(registry);
    for (let call = 0; call < 10; call += 1) await market.getPrice(request);
    expect([(await first.seen()).calls, (await second.seen()).calls]).toEqual([5, 5]);

    registry.list(second.address);
    expect(clients.openChannels).toBe(1);
    for (let call = 0; call < 10; call += 1) await market.getPrice(request);
    expect([(await first.seen()).calls, (await second.seen()).calls]).toEqual([5, 15]);
  });

  it.each(['black-hole', 'silent'] as const)('of a %s peer end at their deadline, and then at once', async (kind) => {
    const { address } = await peer(kind);
    const registry = new ListedPeers(address);
    const { market, clients } = clientsOf(registry, { timeoutMs: 400, breakerFailures: 3, breakerOpenMs: 300 });
    for (let call = 0; call < 3; call += 1) {
      const startedAt = performance.now();
      expect(await outcomeOf(market.getPrice(request))).toBe('DEADLINE_EXCEEDED timeoutMs');
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(390);
      expect(performance.now() - startedAt).toBeLessThan(1_400);
    }
    expect(clients.breakers()).toEqual([{ peer: 'peer', address, state: 'OPEN' }]);
    expect(registry.suspected).toEqual([address]);
    const error = await market.getPrice(request).catch((failure) => failure);
    expect(error).toMatchObject({
      peer: 'peer',
      method: 'marketdata.MarketDataService/getPrice',
      code: 'UNAVAILABLE',
      limit: { name: 'breakerFailures', value: 3 },
    });
    expect(registry.refreshes).toBe(1);
  });

  it('stop at a breaker that opens, is probed by one call at a time, and closes when that is answered', async () => {
    const process = await peer('error');
    const { market, clients } = clientsOf(new ListedPeers(process.address), {
      ...{ breakerFailures: 4, breakerOpenMs: 200, attemptsMax: 1 },
    });
    const get = () => outcomeOf(market.getPrice(request));
    const state = () => clients.breakers()[0]!.state;
    for (let call = 0; call < 4; call += 1) expect(await get()).toBe('INTERNAL');
    expect(state()).toBe('OPEN');
    expect(await get()).toBe('UNAVAILABLE breakerFailures');
    expect((await process.seen()).calls).toBe(4);

    await pause(250);
    const together = Promise.all([get(), get(), get()]);
    expect(state()).toBe('HALF_OPEN');
    expect((await together).sort()).toEqual(['INTERNAL', 'UNAVAILABLE breakerFailures', 'UNAVAILABLE breakerFailures']);
    expect(state()).toBe('OPEN');
    expect((await process.seen()).calls).toBe(5);

    process.behave({ kind: 'answer' });
    await pause(250);
    expect(await get()).toBe('OK');
    expect(state()).toBe('CLOSED');
  });

  it('that a peer refuses for what they are do not count against it, and are not repeated', async () => {
    const process = await peer();
    process.behave({ kind: 'error', code: 'INVALID_ARGUMENT' });
    const { market, clients } = clientsOf(new ListedPeers(process.address), { breakerFailures: 2 });
    for (let call = 0; call < 10; call += 1) expect(await outcomeOf(market.getPrice(request))).toBe('INVALID_ARGUMENT');
    expect(clients.breakers()[0]!.state).toBe('CLOSED');
    expect((await process.seen()).calls).toBe(10);
  });

  it('are repeated within the deadline if they are idempotent, at another instance if there is one', async () => {
    const [broken, good] = [await peer('error'), await peer()];
    const { market, clients } = clientsOf(new ListedPeers(broken.address, good.address), { timeoutMs: 2_000 });
    const records: CallRecord[] = [];
    clients.onCall((record) => records.push(record));
    expect(await outcomeOf(market.getPrice(request))).toBe('OK');
    expect(records).toEqual([
      {
        ...{ peer: 'peer', method: 'marketdata.MarketDataService/getPrice', code: 'OK', attempts: 2 },
        durationMs: expect.any(Number),
      },
    ]);
    expect((await broken.seen()).calls).toBe(1);
  });

  it('are not repeated if they are not idempotent, nor more often than they may be', async () => {
    const process = await peer('error');
    const { market, clients } = clientsOf(new ListedPeers(process.address), { timeoutMs: 5_000, breakerFailures: 100 });
    const once = { ...marketDataService, methods: { getPrice: { kind: 'unary', idempotent: false } } } as const;
    expect(await outcomeOf(clients.client(once, 'peer').getPrice(request))).toBe('INTERNAL');
    expect((await process.seen()).calls).toBe(1);
    expect(await outcomeOf(market.getPrice(request))).toBe('INTERNAL');
    expect((await process.seen()).calls).toBe(4);
  });

  it('crowd no further than the bulkhead and its queue, and wait there no longer than their deadline', async () => {
    const process = await peer('silent');
    const { market, clients } = clientsOf(new ListedPeers(process.address), {
      ...{ activeCallsMax: 2, queuedCallsMax: 3, breakerFailures: 100, attemptsMax: 1 },
    });
    const outcomes = await Promise.all(Array.from({ length: 7 }, () => outcomeOf(market.getPrice(request))));
    expect(outcomes.filter((outcome) => outcome === 'RESOURCE_EXHAUSTED queuedCallsMax')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'DEADLINE_EXCEEDED timeoutMs')).toHaveLength(5);
    process.behave({ kind: 'answer' });
    await pause(50);
    expect(await outcomeOf(market.getPrice(request))).toBe('OK');
    expect(clients.openChannels).toBe(1);
  });

  it('find nobody, and say so', async () => {
    const registry = new ListedPeers();
    const { market } = clientsOf(registry);
    expect(await outcomeOf(market.getPrice(request))).toBe('UNAVAILABLE instances');
    const stream = market.streamPrices({ symbols: [], updateIntervalMs: 10 })[Symbol.asyncIterator]();
    expect(await outcomeOf(stream.next())).toBe('UNAVAILABLE instances');
  });

  it('share channels, of which there are no more than may be, and which are closed when nobody uses them', async () => {
    const [first, second, third] = [await peer(), await peer(), await peer('silent')];
    const registry = new ListedPeers(`a=${first.address}`, `b=${second.address}`, `c=${third.address}`);
    const { clients } = clientsOf(registry, { channelsMax: 2, channelIdleMs: 1_000 });
    const get = (name: string) => outcomeOf(clients.client(marketDataService, name).getPrice(request));
    expect([await get('a'), await get('b'), await get('a')]).toEqual(['OK', 'OK', 'OK']);
    expect(clients.openChannels).toBe(2);
    const hanging = get('c');
    await pause(20);
    expect(clients.openChannels).toBe(2);
    expect(await get('a')).toBe('OK');
    expect(await hanging).toBe('DEADLINE_EXCEEDED timeoutMs');
    await eventually(() => expect(clients.openChannels).toBe(0));
    expect(await get('b')).toBe('OK');
  });

  it('that stream end when the peer is silent for too long, and when the caller has enough', async () => {
    const process = await peer();
    const { market } = clientsOf(new ListedPeers(process.address));
    const prices = market.streamPrices({ symbols: ['BTC-USD'], updateIntervalMs: 20 }, { timeoutMs: 2_000 });
    const iterator = prices[Symbol.asyncIterator]();
    await iterator.next();
    process.behave({ kind: 'silent' });
    const outcome = async () => {
      for (;;) await iterator.next();
    };
    expect(await outcomeOf(outcome())).toBe('DEADLINE_EXCEEDED timeoutMs');
  });

  describe('leave nothing behind', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;

    /** Sockets, timers and the like that keep the process busy; what is to run in this turn anyway is left out. */
    const resources = () => {
      const active = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate');
      return active.sort().join(' ');
    };
    const heapBytes = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };

    /** Many at once, so that those that only end at their deadline do not take a day. */
    async function call(count: number, together: number, one: () => Promise<string>): Promise<Map<string, number>> {
      const outcomes = new Map<string, number>();
      let left = count;
      const lane = async () => {
        while (left > 0) {
          left -= 1;
          const outcome = await one();
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: together }, lane));
      return outcomes;
    }

    it('over 10,000 calls of peers that answer, fail, are silent and are black holes', async () => {
      const good = await peer();
      const bad = [await peer('error'), await peer('silent'), await peer('black-hole')];
      const registry = new ListedPeers(`good=${good.address}`, ...bad.map(({ address }) => `bad=${address}`));
      const before = resources();
      const limits = { retryDelayMs: 1, activeCallsMax: 64, queuedCallsMax: 1_000, channelIdleMs: 100 };
      const guarded = clientsOf(registry, { ...limits, breakerFailures: 5, breakerOpenMs: 20 }).clients;
      // A breaker that never opens, so that every single call goes out and fails.
      const { clients } = clientsOf(registry, { ...limits, breakerFailures: Number.MAX_SAFE_INTEGER });
      const one = (of: PeerClients, name: string, timeoutMs: number) => () =>
        outcomeOf(of.client(marketDataService, name).getPrice(request, { timeoutMs }));
      for (const each of [clients, guarded]) await call(500, 20, one(each, 'bad', 20));
      await call(500, 20, one(clients, 'good', 5_000));
      const heapBefore = heapBytes();

      const failed = await call(4_000, 50, one(clients, 'bad', 20));
      const refused = await call(1_000, 50, one(guarded, 'bad', 20));
      const answered = await call(5_000, 50, one(clients, 'good', 5_000));
      expect(failed.get('DEADLINE_EXCEEDED timeoutMs')).toBeGreaterThan(2_000);
      expect(failed.get('OK')).toBeUndefined();
      expect(refused.get('UNAVAILABLE breakerFailures')).toBeGreaterThan(500);
      expect(answered).toEqual(new Map([['OK', 5_000]]));
      expect(clients.openChannels).toBeLessThanOrEqual(4);

      expect(heapBytes() - heapBefore).toBeLessThan(4_000_000);
      clients.close();
      guarded.close();
      await pause(300);
      expect(clients.openChannels).toBe(0);
      expect(resources()).toBe(before);
    }, 120_000);
  });
});
