import { eventually } from '../../../test/eventually.fixture.js';
import { MetricsPage } from '../../../test/metrics-page.fixture.js';
import { Refusal, StreamingExchange } from './stream.fixture.js';

describe('a WebSocket', () => {
  let exchange: StreamingExchange;

  beforeAll(async () => {
    exchange = await StreamingExchange.start({ STREAM_HEARTBEAT_MS: '50', STREAM_SUBSCRIPTIONS_MAX: '2' });
  });
  afterAll(() => exchange.close());

  const subscription = { op: 'subscribe', channel: 'test', symbol: 'BTC-USD' };

  it('is acknowledged before the first message, in the words that were asked for', async () => {
    const reader = await exchange.connect('/ws/v1/market');
    expect(await reader.ask({ ...subscription, id: 'a', conflateMs: 5 })).toEqual({
      ...{ type: 'subscribed', id: 'a', channel: 'test', symbol: 'BTC-USD', conflateMs: 5, sequence: 41 },
    });
    exchange.market.send({ type: 'update' });
    expect(await reader.told()).toEqual({ type: 'update', count: expect.any(Number) });
    reader.close();
    expect((await reader.closed).code).toBe(1005);
    await eventually(() => expect(exchange.market.closed).toEqual([false]));
  });

  it('tells a channel what its messages are on the wire', async () => {
    const reader = await exchange.connect('/ws/v1/account');
    await reader.ask({ op: 'subscribe', channel: 'test', accountId: 'acc-7' });
    exchange.account.send({ sequence: 3 });
    expect(await reader.told()).toEqual({ type: 'event', channel: 'test', sequence: 3, count: expect.any(Number) });
    reader.close();
  });

  it('ends a subscription that is unsubscribed, and tells the source so', async () => {
    const reader = await exchange.connect('/ws/v1/market');
    await reader.ask(subscription);
    expect(await reader.ask({ op: 'unsubscribe', id: 7, channel: 'test', symbol: 'BTC-USD' })).toEqual({
      ...{ type: 'unsubscribed', id: 7, channel: 'test', symbol: 'BTC-USD' },
    });
    expect(exchange.market.closed.at(-1)).toBe(true);
    exchange.market.send();
    expect(await reader.ask({ op: 'ping', id: 1 })).toEqual({ type: 'pong', id: 1, time: expect.any(String) });
    const again = await reader.ask({ op: 'unsubscribe', channel: 'test', symbol: 'BTC-USD' });
    expect(again).toMatchObject({ type: 'error', code: 'NOT_SUBSCRIBED' });
    reader.close();
  });

  it('has one subscription of a kind, and no more than it may', async () => {
    const reader = await exchange.connect('/ws/v1/market');
    await reader.ask(subscription);
    expect(await reader.ask(subscription)).toMatchObject({ type: 'error', code: 'ALREADY_SUBSCRIBED' });
    await reader.ask({ ...subscription, symbol: 'ETH-USD' });
    const third = await reader.ask({ ...subscription, symbol: 'ETH-BTC' });
    expect(third).toMatchObject({ code: 'SUBSCRIPTIONS_LIMIT' });
    expect(third.detail).toContain('STREAM_SUBSCRIPTIONS_MAX (2)');
    reader.close();
  });

  it('beats with what every subscription has been sent', async () => {
    const reader = await exchange.connect('/ws/v1/market');
    exchange.market.sequence = 2;
    await reader.ask(subscription);
    const beat = await reader.next();
    expect(beat).toEqual({ type: 'heartbeat', time: expect.stringMatching(/Z$/), sequence: 2 });
    exchange.market.sequence = undefined;
    reader.close();
  });

  it('is counted by path', async () => {
    const reader = await exchange.connect('/ws/v1/market');
    await reader.ask(subscription);
    const { http } = exchange.addresses;
    const page = await MetricsPage.scrape(http);
    expect(page.value('exchange_stream_subscriptions', { path: 'market', channel: 'test' })).toBe(1);
    expect(page.value('exchange_stream_messages_total', { path: 'market' })).toBeGreaterThan(0);
    reader.close();
    await eventually(async () => {
      const after = await MetricsPage.scrape(http);
      expect(after.value('exchange_stream_subscriptions', { path: 'market', channel: 'test' })).toBe(0);
      expect(after.value('exchange_stream_connections', { path: 'market' })).toBe(0);
      expect(after.value('exchange_stream_closes_total', { path: 'market', code: '1005' })).toBeGreaterThan(0);
    });
  });

  it('is refused with a problem where there is none, like any request', async () => {
    const refusal = await exchange.connect('/ws/v1/nowhere').catch((error) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ status: 404, problem: { code: 'NOT_FOUND', instance: '/ws/v1/nowhere' } });
    expect(refusal.headers['content-type']).toContain('application/problem+json');
    expect(refusal.headers['x-request-id']).toEqual(expect.any(String));
  });

  it('asks a plain request to upgrade', async () => {
    const answer = await fetch(`${exchange.addresses.http}/ws/v1/market`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(await answer.json()).toMatchObject({ code: 'UPGRADE_REQUIRED' });
  });
});

it('ends with 1001 and a message that says why, when the exchange stops', async () => {
  const exchange = await StreamingExchange.start();
  const reader = await exchange.connect('/ws/v1/market');
  await reader.ask({ op: 'subscribe', channel: 'test' });
  const begunAtMs = performance.now();
  const stopped = exchange.close();
  expect(await reader.next()).toMatchObject({ type: 'error', code: 'DRAINING' });
  expect((await reader.closed).code).toBe(1001);
  await stopped;
  expect(performance.now() - begunAtMs).toBeLessThan(1_000);
  expect(exchange.market.closed).toEqual([false]);
});
