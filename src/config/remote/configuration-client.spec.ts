import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationServer } from '../../../test/configuration-server.fixture.js';
import { oneOf } from '../setting.js';
import { ConfigurationClient } from './configuration-client.js';
import { anyText, boolean, decimal, duration, integer, json } from './value-forms.js';

const cacheTtlMs = 300;
const timeoutMs = 250;

describe('ConfigurationClient', () => {
  let server: ConfigurationServer;
  let client: ConfigurationClient;

  beforeAll(async () => {
    server = await ConfigurationServer.start();
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    await server.tell({ values: { greeting: 'hello' }, bodies: {}, status: 200, delayMs: 0, etags: true });
    client = clientWith();
  });

  function clientWith(cacheEntriesMax = 100): ConfigurationClient {
    return new ConfigurationClient({
      ...{ url: server.url, serviceName: 'exchange-simulator', environment: 'development' },
      ...{ timeoutMs, cacheTtlMs, cacheEntriesMax },
    });
  }

  it('asks for a key, says who asks, and tells when the value was changed', async () => {
    const reading = await client.read('greeting', anyText);
    expect(reading).toEqual({
      kind: 'value',
      ...{ value: 'hello', ageMs: expect.any(Number), stale: false, updatedAt: '2026-11-22T10:00:00Z' },
    });
    expect(await server.seen()).toEqual([
      { key: 'greeting', serviceName: 'exchange-simulator', conditional: false, status: 200 },
    ]);
  });

  it('asks for keys with any characters in them', async () => {
    await server.tell({ values: { 'a/b ?#ü': 'found' } });
    expect(await client.read('a/b ?#ü', anyText)).toMatchObject({ value: 'found' });
  });

  describe('the cache', () => {
    it('answers for as long as a value lives, and then asks again', async () => {
      await client.read('greeting', anyText);
      await server.tell({ values: { greeting: 'goodbye' } });
      expect(await client.read('greeting', anyText)).toMatchObject({ value: 'hello', stale: false });
      expect(await server.seen()).toHaveLength(0);
      await pause(cacheTtlMs + 50);
      expect(await client.read('greeting', anyText)).toMatchObject({ value: 'goodbye', stale: false });
      expect(client.metrics()).toMatchObject({ hits: 1, misses: 2, requests: 2, entries: 1, failures: 0 });
    });

    it('sends one request for a hundred readers at the same time', async () => {
      await server.tell({ delayMs: 50 });
      const readings = await Promise.all(Array.from({ length: 100 }, () => client.read('greeting', anyText)));
      expect(new Set(readings.map((reading) => reading.kind === 'value' && reading.value))).toEqual(new Set(['hello']));
      expect(await server.seen()).toHaveLength(1);
    });

    it('asks with the ETag, and keeps the value that has not changed', async () => {
      await client.read('greeting', anyText);
      await pause(cacheTtlMs + 50);
      expect(await client.read('greeting', anyText)).toMatchObject({ value: 'hello', stale: false });
      expect((await server.seen()).map(({ conditional, status }) => [conditional, status])).toEqual([
        [false, 200],
        [true, 304],
      ]);
      expect(client.metrics()).toMatchObject({ unchanged: 1, requests: 2 });
    });

    it('asks without one where the service gives none', async () => {
      await server.tell({ etags: false });
      await client.refresh('greeting', anyText);
      await client.refresh('greeting', anyText);
      expect((await server.seen()).map(({ conditional }) => conditional)).toEqual([false, false]);
    });

    it('is passed by who asks for a confirmed value', async () => {
      await client.read('greeting', anyText);
      await server.tell({ values: { greeting: 'goodbye' } });
      expect(await client.refresh('greeting', anyText)).toMatchObject({ value: 'goodbye' });
    });

    it('keeps no more values than it may', async () => {
      const small = clientWith(3);
      for (let index = 0; index < 10; index += 1) await small.read(`key-${index}`, anyText);
      expect(small.metrics().entries).toBe(3);
    });

    it('remembers that there is no such key', async () => {
      expect(await client.read('nothing', anyText)).toMatchObject({ kind: 'absent', stale: false });
      expect(await client.read('nothing', anyText)).toMatchObject({ kind: 'absent' });
      expect(await server.seen()).toHaveLength(1);
    });
  });

  describe('while the service is down', () => {
    it('answers what it last said, marked as stale, with its age', async () => {
      await client.read('greeting', anyText);
      await server.tell({ status: 500 });
      await pause(cacheTtlMs + 50);
      const reading = await client.read('greeting', anyText);
      expect(reading).toMatchObject({ kind: 'value', value: 'hello', stale: true });
      expect(reading.kind === 'value' && reading.ageMs).toBeGreaterThan(cacheTtlMs);
      expect(client.metrics()).toMatchObject({ staleReads: 1, failures: 1 });
      await server.tell({ status: 200 });
      expect(await client.read('greeting', anyText)).toMatchObject({ value: 'hello', stale: false });
    });

    it('says why where it knows nothing', async () => {
      await server.tell({ delayMs: 1_000 });
      const start = performance.now();
      const reading = await client.read('greeting', anyText);
      expect(performance.now() - start).toBeLessThan(900);
      expect(reading).toEqual({ kind: 'unavailable', reason: `no answer within ${timeoutMs} ms` });
    });

    it.each([
      ['a refusal', { success: false, error: 'no such service' }, 'it refused: no such service'],
      ['no data', { success: true }, 'its answer has no data'],
      ['no object', [1], 'it refused: no reason'],
      ['a flood', { success: true, data: 'x'.repeat(100_000) }, 'its answer is longer than 65536 bytes'],
    ])('takes %s for no answer', async (_what, body, reason) => {
      await server.tell({ bodies: { greeting: body } });
      expect(await client.read('greeting', anyText)).toEqual({ kind: 'unavailable', reason });
    });

    it('leaves it alone after some failures, and finds it again', async () => {
      await client.read('greeting', anyText);
      await server.tell({ status: 503 });
      for (let index = 0; index < 20; index += 1) await client.refresh('greeting', anyText);
      expect(client.metrics().breaker).toBe('open');
      expect((await server.seen()).length).toBeLessThan(10);
      expect(await client.refresh('unknown', anyText)).toMatchObject({ kind: 'unavailable' });
      await server.tell({ status: 200, values: { greeting: 'back' } });
      const end = Date.now() + 5_000;
      for (;;) {
        const reading = await client.refresh('greeting', anyText);
        if (reading.kind === 'value' && reading.value === 'back') break;
        if (Date.now() > end) throw new Error('the breaker never closed');
        await pause(50);
      }
      expect(client.metrics().breaker).toBe('closed');
    });
  });

  describe('conversion', () => {
    it.each([
      ['an integer', integer(), '-42', -42],
      ['an integer without quotes', integer(), 42, 42],
      ['a decimal', decimal(2), '7.25', 725n],
      ['a decimal far beyond a float', decimal(8), '90071992547.40993111', 9007199254740993111n],
      ['true', boolean, 'true', true],
      ['false without quotes', boolean, false, false],
      ['milliseconds', duration, '1500', 1500],
      ['milliseconds without quotes', duration, 1500, 1500],
      ['seconds', duration, '30s', 30_000],
      ['minutes', duration, '5m', 300_000],
      ['hours and minutes', duration, '1h30m', 5_400_000],
      ['JSON in a text', json, '{"a":[1]}', { a: [1] }],
      ['JSON as it is', json, { a: [1] }, { a: [1] }],
      ['a choice', oneOf('thin', 'brutal'), 'thin', 'thin'],
    ])('reads %s', async (_what, form, raw, value) => {
      await server.tell({ values: { some_key: raw } });
      expect(await client.read<unknown>('some_key', form)).toMatchObject({ kind: 'value', value });
    });

    it.each([
      ['an integer', integer(0, 10), '11', 'some_key is "11": it must be a whole number from 0 to 10'],
      ['an integer', integer(0, 10), '1e1', 'some_key is "1e1": it must be a whole number from 0 to 10'],
      [
        'a decimal',
        decimal(2),
        '0.125',
        'some_key is "0.125": it must be a decimal of plain digits with at most 2 decimals, in quotes, such as "7.5"',
      ],
      ['a boolean', boolean, 'yes', 'some_key is "yes": it must be true or false'],
      [
        'a duration',
        duration,
        '5 minutes',
        'some_key is "5 minutes": it must be a duration such as 250ms, 30s, 5m, 2h or 1d; digits alone are milliseconds',
      ],
      ['JSON', json, '{a:1}', 'some_key is "{a:1}": it must be JSON'],
      [
        'a decimal that went through a float',
        decimal(2),
        0.1,
        'some_key is a number with a fraction or beyond 2^53: write it in quotes, so that it is exact',
      ],
    ])('refuses what is not %s: %p', async (_what, form, raw, fault) => {
      await server.tell({ values: { some_key: raw } });
      expect(await client.read<unknown>('some_key', form)).toEqual({ kind: 'wrong', fault });
    });

    it('takes the entry that is meant for this service and environment', async () => {
      const entry = (value: string, service: string, environment: string) => ({
        key: 'k',
        value,
        service,
        environment,
      });
      const data = [
        entry('for all', '', ''),
        entry('ours', 'exchange-simulator', 'development'),
        entry('elsewhere', 'exchange-simulator', 'production'),
        { key: 'other', value: 'x' },
      ];
      await server.tell({ bodies: { k: { success: true, data } } });
      expect(await client.read('k', anyText)).toMatchObject({ value: 'ours' });
    });
  });
});
