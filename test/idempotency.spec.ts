import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExchangeDriver, Operation, Outcome, Request } from './exchange-driver.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

const parallel = 50;

/** An exchange with its journal on the disk, and a client of each transport. */
class Kept {
  private constructor(
    private readonly exchange: RunningExchange,
    readonly rest: ExchangeDriver,
    readonly grpc: ExchangeDriver,
  ) {}

  static async open(dataDir: string): Promise<Kept> {
    const exchange = await RunningExchange.start({ STORE: 'disk', DATA_DIR: dataDir });
    const { http, grpc } = exchange.addresses;
    return new Kept(exchange, new RestDriver(http), new GrpcDriver(grpc));
  }

  /** Half of them over REST and half over gRPC. */
  async manyTimes(operation: Operation, request: Request): Promise<Outcome[]> {
    const calls = Array.from({ length: parallel }, (_, at) =>
      (at % 2 === 0 ? this.rest : this.grpc).call(operation, request),
    );
    return Promise.all(calls);
  }

  async answer(operation: Operation, request: Request) {
    const outcome = await this.rest.call(operation, request);
    if ('answer' in outcome) return outcome.answer;
    throw new Error(outcome.refusal.detail);
  }

  async close(): Promise<void> {
    this.grpc.close();
    await this.exchange.stop();
  }
}

function theOneOf(outcomes: readonly Outcome[]): Outcome {
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  return outcomes[0]!;
}

describe('the same request, sent many times at once and again after a restart,', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'exchange-idempotency-'));
  let kept: Kept;
  let accountId: string;

  beforeAll(async () => {
    kept = await Kept.open(dataDir);
    ({ accountId } = await kept.answer('CreateAccount', { name: 'Trader' }));
    await kept.answer('Deposit', { accountId, asset: 'USD', amount: '100000' });
  });

  afterAll(async () => {
    await kept.close();
    rmSync(dataDir, { recursive: true });
  });

  async function restart(): Promise<void> {
    await kept.close();
    kept = await Kept.open(dataDir);
  }

  it('is one order under one clientOrderId', async () => {
    const order = {
      ...{ accountId, clientOrderId: 'fifty', symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.1' },
    };
    const first = theOneOf(await kept.manyTimes('PlaceOrder', order));
    expect(first).toMatchObject({ answer: { status: 'FILLED', filledQuantity: '0.1' } });
    const changed = { ...order, quantity: '0.2' };
    const refusal = theOneOf(await kept.manyTimes('PlaceOrder', changed));
    expect(refusal).toMatchObject({ refusal: { status: 409, code: 'DUPLICATE_CLIENT_ORDER_ID' } });

    await restart();
    expect(theOneOf(await kept.manyTimes('PlaceOrder', order))).toEqual(first);
    expect(theOneOf(await kept.manyTimes('PlaceOrder', changed))).toEqual(refusal);
    expect((await kept.answer('ListOrders', { accountId })).items).toHaveLength(1);
    expect((await kept.answer('GetBalances', { accountId, asset: 'BTC' })).balances[0].total).toBe('0.1');
  });

  it('is one refusal under one clientOrderId, whatever has changed since', async () => {
    const order = {
      ...{ accountId, clientOrderId: 'too-much', symbol: 'ETH-USD', side: 'SELL', type: 'MARKET', quantity: '1' },
    };
    const first = theOneOf(await kept.manyTimes('PlaceOrder', order));
    expect(first).toMatchObject({ refusal: { status: 422, code: 'INSUFFICIENT_FUNDS' } });
    await kept.answer('Deposit', { accountId, asset: 'ETH', amount: '5' });
    await restart();
    expect(theOneOf(await kept.manyTimes('PlaceOrder', order))).toEqual(first);
  });

  it.each([
    ['Deposit', { asset: 'USDT', amount: '7' }, '7'],
    ['Withdraw', { asset: 'USDT', amount: '3' }, '4'],
  ] as const)('is one %s under one Idempotency-Key', async (operation, funds, total) => {
    const request = { accountId, ...funds, idempotencyKey: `one-${operation}` };
    const first = theOneOf(await kept.manyTimes(operation, request));
    expect(first).toMatchObject({ answer: { asset: 'USDT', amount: funds.amount } });
    const changed = { ...request, amount: '1' };
    const refusal = theOneOf(await kept.manyTimes(operation, changed));
    expect(refusal).toMatchObject({ refusal: { status: 409, code: 'IDEMPOTENCY_KEY_REUSED' } });

    await restart();
    expect(theOneOf(await kept.manyTimes(operation, request))).toEqual(first);
    expect(theOneOf(await kept.manyTimes(operation, changed))).toEqual(refusal);
    expect((await kept.answer('GetBalances', { accountId, asset: 'USDT' })).balances[0].total).toBe(total);
  });

  it('is one account, and one transfer to it, under one Idempotency-Key', async () => {
    const named = { name: 'Once', idempotencyKey: 'one-account' };
    const account = theOneOf(await kept.manyTimes('CreateAccount', named));
    const { accountId: toAccountId } = ('answer' in account && account.answer) || {};
    const transfer = {
      fromAccountId: accountId,
      toAccountId,
      asset: 'USD',
      amount: '10',
      idempotencyKey: 'one-transfer',
    };
    const first = theOneOf(await kept.manyTimes('Transfer', transfer));

    await restart();
    expect(theOneOf(await kept.manyTimes('CreateAccount', named))).toEqual(account);
    expect(theOneOf(await kept.manyTimes('Transfer', transfer))).toEqual(first);
    expect((await kept.answer('GetBalances', { accountId: toAccountId, asset: 'USD' })).balances[0].total).toBe('10');
  });
});
