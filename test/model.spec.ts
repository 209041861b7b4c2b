import { jest } from '@jest/globals';
import fc from 'fast-check';
import type { ExchangeDriver, Operation, Outcome, Request } from './exchange-driver.fixture.js';
import { ExchangeDirectory } from './faults/exchange-directory.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { amountOf, type KeyedStep, ModelExchange, type Step } from './model.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

/** `npm run model-test` tries more, and kills a server of its own where this one is asked to stop. */
const runs = Number(process.env.MODEL_RUNS ?? 12);
const kills = process.env.MODEL_RESTART === 'kill';

jest.setTimeout(60_000 + runs * 20_000);

const account = fc.integer({ min: 0, max: 1 });
const asset = fc.constantFrom('USD' as const, 'BTC' as const);
const key = fc.integer({ min: 1, max: 6 });
const movement = { account, asset, whole: fc.integer({ min: 1, max: 3_000 }), key };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deposit' as const), ...movement }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('withdraw' as const, 'transfer' as const), ...movement }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      rests: fc.boolean(),
      thousandths: fc.integer({ min: 1, max: 40 }),
      ...{ account, key },
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), account, nth: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

const directory = new ExchangeDirectory();
let running: { stop(): Promise<void> };
let drivers: readonly [ExchangeDriver, ExchangeDriver];

async function start(): Promise<void> {
  const settings = { STORE: 'disk', DATA_DIR: directory.path, DRAIN_WAIT_MS: '0', SNAPSHOT_EVERY: '100' };
  let addresses: { http: string; grpc: string };
  if (kills) {
    const server = directory.launch(settings);
    addresses = await server.ready();
    running = { stop: async () => void (await server.kill()) };
  } else {
    const exchange = await RunningExchange.start(settings);
    addresses = exchange.addresses;
    running = exchange;
  }
  drivers = [new RestDriver(addresses.http), new GrpcDriver(addresses.grpc)];
}

async function stop(): Promise<void> {
  for (const driver of drivers) driver.close();
  await running.stop();
}

beforeAll(start);
afterAll(async () => {
  await stop();
  await directory.remove();
});

it('does as a naive model does, over REST and gRPC and restarts in between', async () => {
  const scripts = fc.array(fc.tuple(step, fc.boolean()), { minLength: 10, maxLength: 40, size: 'max' });
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const session = await Session.begin();
      for (const [next, overGrpc] of script) await session.take(next, overGrpc ? 1 : 0);
      await session.compareOrders();
    }),
    { numRuns: runs, endOnFailure: false },
  );
});

/** Two new accounts, in the exchange and in the model. */
class Session {
  private readonly model = new ModelExchange();

  static async begin(): Promise<Session> {
    const create = async (name: string) => answerOf(await drivers[0].call('CreateAccount', { name })).accountId;
    return new Session([await create('Ann'), await create('Bob')]);
  }

  private constructor(private readonly accountIds: readonly string[]) {}

  /** What one transport did, the other has to show. */
  async take(next: Step, transport: 0 | 1): Promise<void> {
    if (next.kind === 'restart') {
      await stop();
      await start();
    } else if (next.kind === 'cancel') await this.cancel(next.account, next.nth, transport);
    else await this.ask(next, transport);
    for (const account of [0, 1]) await this.compareBalances(account, transport === 0 ? 1 : 0);
  }

  async compareOrders(): Promise<void> {
    for (const { orderId, status } of this.model.orders) {
      for (const driver of drivers)
        expect(answerOf(await driver.call('GetOrder', { orderId }))).toMatchObject({ status });
    }
  }

  private async ask(next: KeyedStep, transport: 0 | 1): Promise<void> {
    const { verdict, repeated, order } = this.model.ask(next);
    const outcome = await drivers[transport].call(...this.requestOf(next));
    expect(verdictOf(outcome)).toBe(verdict);
    if (order === undefined) return;
    const { orderId } = 'answer' in outcome ? outcome.answer : outcome.refusal;
    if (repeated) expect(orderId).toBe(order.orderId);
    else order.orderId = orderId;
  }

  private requestOf(next: KeyedStep): [Operation, Request] {
    const accountId = this.accountIds[next.account];
    if (next.kind === 'order') {
      const { side, thousandths, rests } = next;
      const quantity = `${(thousandths / 1_000).toFixed(3)}`.replace(/0+$/, '');
      const limit = { type: 'LIMIT', price: side === 'BUY' ? '59000' : '61000' };
      const terms = rests ? limit : { type: 'MARKET' };
      return ['PlaceOrder', { accountId, clientOrderId: `k-${next.key}`, symbol: 'BTC-USD', side, quantity, ...terms }];
    }
    const common = { asset: next.asset, amount: amountOf(next.asset, next.whole), idempotencyKey: `k-${next.key}` };
    if (next.kind === 'deposit') return ['Deposit', { accountId, ...common }];
    if (next.kind === 'withdraw') return ['Withdraw', { accountId, ...common }];
    return ['Transfer', { fromAccountId: accountId, toAccountId: this.accountIds[1 - next.account], ...common }];
  }

  private async cancel(account: number, nth: number, transport: 0 | 1): Promise<void> {
    const order = this.model.openOrder(account, nth);
    if (order === undefined) return;
    this.model.cancel(order);
    const { orderId } = order;
    expect(answerOf(await drivers[transport].call('CancelOrder', { orderId }))).toMatchObject({ status: 'CANCELED' });
    const again = await drivers[transport].call('CancelOrder', { orderId });
    expect(again).toMatchObject({ refusal: { status: 422, code: 'ORDER_NOT_OPEN' } });
  }

  private async compareBalances(account: number, transport: 0 | 1): Promise<void> {
    const accountId = this.accountIds[account];
    const { balances } = answerOf(await drivers[transport].call('GetBalances', { accountId }));
    for (const [asset, promised] of Object.entries(this.model.balances(account))) {
      const found = balances.find((balance: { asset: string }) => balance.asset === asset);
      expect(`${asset} ${found.available} + ${found.held}`).toBe(`${asset} ${promised}`);
    }
  }
}

function verdictOf(outcome: Outcome): string {
  if ('answer' in outcome) return 'ok';
  return outcome.refusal.status === 409 ? 'conflict' : outcome.refusal.code;
}

// biome-ignore lint/suspicious/noExplicitAny: it is what the exchange sent; the spec says what it must be.
function answerOf(outcome: Outcome): any {
  if ('answer' in outcome) return outcome.answer;
  throw new Error(`it was refused: ${JSON.stringify(outcome.refusal)}`);
}
