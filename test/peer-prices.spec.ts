import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.fixture.js';
import type { Answer, Operation, Request } from './exchange-driver.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { type PeerBehaviour, PeerProcess } from './peer-process-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

/** Prices of a real market data service in a process of its own, with what becomes of them when it fails. */
describe('PRICE_SOURCE=peer:market-data-simulator', () => {
  let peer: PeerProcess | undefined;
  let exchange: RunningExchange;
  let rest: RestDriver;

  afterEach(async () => {
    await exchange.stop();
    await peer?.kill();
    peer = undefined;
  });

  async function startPeer(prices: Record<string, number>, port = 0): Promise<PeerProcess> {
    peer = await PeerProcess.start({ behaviour: { kind: 'answer', prices }, port });
    return peer;
  }

  async function startExchange(address: string, environment: Record<string, string> = {}): Promise<void> {
    exchange = await RunningExchange.start({
      PRICE_SOURCE: 'peer:market-data-simulator',
      PEERS: `market-data-simulator=${address}`,
      PRICE_INTERVAL_MS: '20',
      PRICE_STALE_MS: '400',
      PEER_CHECK_INTERVAL_MS: '100',
      ...environment,
    });
    rest = new RestDriver(exchange.addresses.http);
  }

  /** The answer, or the refusal, whichever it was. */
  async function call(operation: Operation, request: Request): Promise<Answer> {
    const outcome = await rest.call(operation, request);
    return 'answer' in outcome ? outcome.answer : outcome.refusal;
  }

  const tickerOf = (symbol: string) => call('GetTicker', { symbol });
  const healthOf = async (name: string) => {
    const answer = await fetch(`${exchange.addresses.http}/health`);
    const { status, details } = (await answer.json()) as { status: string; details: Record<string, object> };
    return { health: status, ...details[name] };
  };

  async function fundedAccount(): Promise<string> {
    const { accountId } = await call('CreateAccount', { name: 'Alice' });
    await call('Deposit', { accountId, asset: 'USD', amount: '1000000' });
    return accountId;
  }

  function buy(accountId: string, price?: string) {
    const terms = price === undefined ? { type: 'MARKET' } : { type: 'LIMIT', price, timeInForce: 'GTC' };
    return call('PlaceOrder', { accountId, symbol: 'BTC-USD', side: 'BUY', quantity: '0.01', ...terms });
  }

  it('follows the peer, to the nearest tick, over REST and gRPC', async () => {
    const { address } = await startPeer({ 'BTC-USD': 50_123.455, 'ETH-BTC': 0.06 });
    await startExchange(address);
    await eventually(async () =>
      expect(await tickerOf('BTC-USD')).toMatchObject({ referencePrice: '50123.46', stale: false }),
    );
    expect(await tickerOf('BTC-USD')).not.toHaveProperty('staleSince');
    peer!.behave({ kind: 'answer', prices: { 'BTC-USD': 50_200 } });
    await eventually(async () => expect((await tickerOf('BTC-USD')).referencePrice).toBe('50200'));
    const grpc = new GrpcDriver(exchange.addresses.grpc);
    expect(await grpc.call('GetTicker', { symbol: 'BTC-USD' })).toMatchObject({
      answer: { referencePrice: '50200', stale: false },
    });
    grpc.close();
    await eventually(async () =>
      expect(await healthOf('prices')).toMatchObject({ health: 'ok', status: 'up', streaming: true, stale: [] }),
    );
  });

  it('takes no price that is none: the last good one stays and goes stale', async () => {
    const { address } = await startPeer({ 'BTC-USD': 50_000 });
    await startExchange(address);
    await eventually(async () => expect((await tickerOf('BTC-USD')).referencePrice).toBe('50000'));
    for (const price of [Number.NaN, Infinity, -5, 0, 1e300]) {
      peer!.behave({ kind: 'answer', prices: { 'BTC-USD': price } });
      await pause(60);
    }
    await eventually(async () =>
      expect(await tickerOf('BTC-USD')).toMatchObject({ referencePrice: '50000', stale: true }),
    );
    expect((await tickerOf('ETH-USD')).stale).toBe(false);
    expect(await healthOf('prices')).toMatchObject({ status: 'degraded', stale: ['BTC-USD'] });
  });

  it.each<[string, (peer: PeerProcess) => unknown]>([
    ['dies', (started) => started.kill()],
    ['stalls', (started) => started.behave({ kind: 'silent' } satisfies PeerBehaviour)],
  ])(
    'goes on at the last price, marked as stale, when the peer %s, and finds it again',
    async (_, fail) => {
      const { address, port } = await startPeer({ 'BTC-USD': 50_000 });
      await startExchange(address);
      const accountId = await fundedAccount();
      await eventually(async () => expect((await tickerOf('BTC-USD')).stale).toBe(false));
      await fail(peer!);
      await eventually(async () =>
        expect(await tickerOf('BTC-USD')).toMatchObject({
          referencePrice: '50000',
          stale: true,
          staleSince: expect.stringMatching(/Z$/),
        }),
      );
      expect(await buy(accountId)).toMatchObject({ status: 'FILLED', averagePrice: '50000.01' });
      await eventually(async () =>
        expect(await healthOf('prices')).toMatchObject({ health: 'degraded', status: 'degraded' }),
      );

      await peer!.kill();
      await startPeer({ 'BTC-USD': 51_000 }, port);
      await eventually(
        async () => expect(await tickerOf('BTC-USD')).toMatchObject({ referencePrice: '51000', stale: false }),
        15_000,
      );
    },
    30_000,
  );

  it('takes no orders at a stale price with STALE_PRICE=halt, but cancels them, and the journal says so', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stale-'));
    const halting = { STALE_PRICE: 'halt', STORE: 'disk', DATA_DIR: directory };
    const { address } = await startPeer({ 'BTC-USD': 50_000 });
    await startExchange(address, halting);
    const accountId = await fundedAccount();
    await eventually(async () => expect((await tickerOf('BTC-USD')).stale).toBe(false));
    const { orderId } = await buy(accountId, '49000');
    await peer!.kill();
    // Prices arrive one after the other, so they go stale at one beat or at two.
    await eventually(async () => {
      const { items } = await call('ListMarkets', {});
      for (const { symbol } of items) expect((await tickerOf(symbol)).stale).toBe(true);
    });
    expect(await buy(accountId)).toMatchObject({
      status: 422,
      code: 'PRICE_STALE',
      detail: expect.stringMatching(/^The reference price of BTC-USD is stale since .*Z; orders are taken when/),
    });
    expect(await call('CancelOrder', { orderId })).toMatchObject({ status: 'CANCELED' });

    const before = await exchange.fingerprint();
    await exchange.stop();
    // Nobody is there after the restart either: the last price of the journal stands, and is stale.
    await startExchange(address, halting);
    expect(await tickerOf('BTC-USD')).toMatchObject({ referencePrice: '50000', stale: true });
    expect((await exchange.fingerprint()).stateHash).toBe(before.stateHash);
    expect(await buy(accountId)).toMatchObject({ code: 'PRICE_STALE' });
    rmSync(directory, { recursive: true });
  }, 30_000);

  it('starts from the configured prices, stale, while nobody is there', async () => {
    await startExchange('127.0.0.1:1');
    const accountId = await fundedAccount();
    expect(await tickerOf('BTC-USD')).toMatchObject({ referencePrice: '60000', stale: true });
    expect(await buy(accountId)).toMatchObject({ status: 'FILLED' });
    await eventually(async () =>
      expect(await healthOf('peer:market-data-simulator')).toMatchObject({
        health: 'degraded',
        instances: [{ address: '127.0.0.1:1', state: 'down', message: expect.stringContaining('UNAVAILABLE') }],
      }),
    );
  });
});

it('PRICE_SOURCE=peer:... without a way to find the peer stops the start', async () => {
  await expect(RunningExchange.start({ PRICE_SOURCE: 'peer:market-data-simulator' })).rejects.toThrow(
    'set PEERS to market-data-simulator=host:port, or REDIS_URL',
  );
});
