import { jest } from '@jest/globals';
import {
  type EventReader,
  type EventStreamKind,
  openEventReader,
  received,
  type Transport,
  transports,
} from './event-reader.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

jest.setTimeout(60_000);

const limit = (accountId: string, side: string, quantity: string, price: string, more: object = {}) => {
  return { accountId, symbol: 'BTC-USD', side, type: 'LIMIT', quantity, price, ...more };
};

/** What a stream has to say must be the same over WebSocket and gRPC; what it should be is said once. */
describe('the streams of events over WebSocket and gRPC', () => {
  let exchange: RunningExchange;
  let rest: RestDriver;
  let alice: string;
  let bob: string;
  const readers: EventReader[] = [];

  beforeAll(async () => {
    exchange = await RunningExchange.start({ STREAM_HEARTBEAT_MS: '100' });
    rest = new RestDriver(exchange.addresses.http);
  });

  beforeEach(async () => {
    alice = (await ok('CreateAccount', { name: 'Alice', ownerId: 'team-a' })).accountId;
    bob = (await ok('CreateAccount', { name: 'Bob' })).accountId;
    await ok('Deposit', { accountId: alice, asset: 'USD', amount: '100000' });
    await ok('Deposit', { accountId: bob, asset: 'BTC', amount: '2' });
  });

  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.lose()));
  });

  afterAll(() => exchange.stop());

  async function ok(operation: Parameters<RestDriver['call']>[0], request: object): Promise<Answer> {
    const outcome = await rest.call(operation, request as Answer);
    if ('answer' in outcome) return outcome.answer;
    throw new Error(`${operation} was refused: ${JSON.stringify(outcome.refusal)}`);
  }

  async function refused(operation: Parameters<RestDriver['call']>[0], request: object): Promise<Answer> {
    const outcome = await rest.call(operation, request as Answer);
    if ('refusal' in outcome) return outcome.refusal;
    throw new Error(`${operation} was not refused`);
  }

  async function open(transport: Transport, kind: EventStreamKind, request: object): Promise<EventReader> {
    const reader = await openEventReader(transport, exchange.addresses, kind, request);
    readers.push(reader);
    return reader;
  }

  const both = (kind: EventStreamKind, request: object) =>
    Promise.all(transports.map((transport) => open(transport, kind, request)));

  const refusals = (kind: EventStreamKind, request: object) =>
    Promise.all(transports.map((transport) => open(transport, kind, request).catch((error: Error) => error.message)));

  /** Something of everything that an account can be told. */
  async function trade(): Promise<Answer> {
    const resting = await ok('PlaceOrder', limit(alice, 'BUY', '0.3', '60000', { clientOrderId: `a-${alice}` }));
    await ok('PlaceOrder', limit(bob, 'SELL', '0.1', '60000'));
    const market = { accountId: alice, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quoteQuantity: '500' };
    await ok('PlaceOrder', market);
    await ok('PlaceOrder', limit(bob, 'SELL', '0.5', '60000', { timeInForce: 'IOC' }));
    const rejection = await refused('PlaceOrder', limit(alice, 'BUY', '100', '60000'));
    const open = await ok('PlaceOrder', limit(alice, 'BUY', '0.01', '59000'));
    await ok('CancelOrder', { orderId: open.orderId });
    await ok('Transfer', { fromAccountId: alice, toAccountId: bob, asset: 'USD', amount: '12.5' });
    await refused('Withdraw', { accountId: bob, asset: 'ETH', amount: '1' });
    await ok('UpdateAccount', { accountId: alice, status: 'SUSPENDED' });
    return { resting: resting.orderId, canceled: open.orderId, rejected: rejection.orderId };
  }

  const ofAlice = [
    ...['ACCOUNT_OPENED', 'TRANSFER_COMPLETED', 'BALANCE_CHANGED'],
    ...['ORDER_ACCEPTED', 'BALANCE_CHANGED'],
    ...['ORDER_FILLED', 'BALANCE_CHANGED', 'BALANCE_CHANGED'],
    ...['ORDER_ACCEPTED', 'ORDER_FILLED', 'BALANCE_CHANGED', 'BALANCE_CHANGED'],
    ...['ORDER_FILLED', 'BALANCE_CHANGED', 'BALANCE_CHANGED'],
    'ORDER_REJECTED',
    ...['ORDER_ACCEPTED', 'BALANCE_CHANGED', 'ORDER_CANCELED', 'BALANCE_CHANGED'],
    ...['TRANSFER_COMPLETED', 'BALANCE_CHANGED'],
    'ACCOUNT_STATUS_CHANGED',
  ];

  it('tell an account the same, and what REST says', async () => {
    const live = await both('account', { accountId: alice });
    const ids = await trade();
    const past = await both('account', { accountId: alice, fromSequence: 1 });
    const [first, ...others] = await Promise.all(past.map((reader) => received(reader, ofAlice.length)));
    for (const events of others) expect(events).toEqual(first);
    // What was there before the live ones came: the account and the deposit.
    for (const reader of live) expect(await received(reader, ofAlice.length - 3)).toEqual(first!.slice(3));

    expect(first!.map(({ eventType }) => eventType)).toEqual(ofAlice);
    expect(first!.map(({ accountSequence }) => accountSequence)).toEqual(ofAlice.map((_, index) => index + 1));
    for (const orderId of Object.values(ids)) {
      const { fills, ...order } = await ok('GetOrder', { orderId });
      const events = first!.filter((event) => event.order?.orderId === orderId);
      expect(events.at(-1)!.order).toEqual(order);
      expect(events.flatMap(({ fill }) => fill ?? [])).toEqual(fills);
    }
    const opened = await ok('GetAccount', { accountId: alice });
    expect(first![0]!.account).toEqual({ ...opened, status: 'ACTIVE' });
    expect(first!.at(-1)!.account).toEqual(opened);
    const [usd] = (await ok('GetBalances', { accountId: alice, asset: 'USD' })).balances;
    expect(first!.findLast(({ balance }) => balance?.asset === 'USD')!.balance).toEqual(usd);
    const rejected = first!.find(({ eventType }) => eventType === 'ORDER_REJECTED')!;
    expect(rejected).toMatchObject({ rejectCode: 'INSUFFICIENT_FUNDS', order: { status: 'REJECTED' } });
    expect(rejected.reason).toContain('USD');
  });

  it('tell the risk monitor the same of everybody, by account and by type', async () => {
    await trade();
    const [overSocket, overGrpc] = await both('audit', { fromSequence: 1 });
    const { sequence } = overSocket!.acknowledgement;
    await eventually(() => {
      for (const reader of [overSocket!, overGrpc!])
        expect(reader.heartbeats.at(-1)?.sequence).toBeGreaterThanOrEqual(sequence);
    });
    const { events } = overSocket!;
    expect(overGrpc!.events).toEqual(events);
    const places = events.map((event) => event.sequence * 1_000 + event.eventIndex);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(events.filter(({ accountId }) => accountId === alice).map(({ eventType }) => eventType)).toEqual(ofAlice);
    const eventTypes = ['ORDER_EXPIRED', 'TRANSFER_REJECTED'];
    for (const reader of await both('audit', { fromSequence: 1, accountId: bob, eventTypes })) {
      const wanted = events.filter((event) => event.accountId === bob && eventTypes.includes(event.eventType));
      expect(wanted.map(({ eventType }) => eventType)).toEqual(eventTypes);
      expect(await received(reader, wanted.length)).toEqual(wanted);
    }
  });

  it('begin where they are asked to', async () => {
    const [overSocket, overGrpc] = await both('account', { accountId: alice });
    const { sequence, accountSequence } = overSocket!.acknowledgement;
    expect(accountSequence).toBe(3);
    expect(overGrpc!.acknowledgement).toEqual({ sequence, accountSequence });
    await trade();
    for (const reader of await both('account', { accountId: alice, fromAccountSequence: 5 })) {
      expect((await received(reader, ofAlice.length - 4))[0]).toMatchObject({ accountSequence: 5 });
    }
    for (const reader of await both('account', { accountId: alice, fromSequence: sequence + 1 })) {
      expect((await received(reader, ofAlice.length - 3))[0]).toMatchObject({ accountSequence: 4 });
    }
  });

  it('show signs of life, with the sequence up to which everything was sent', async () => {
    const pair = await both('account', { accountId: alice, fromSequence: 1 });
    await ok('Deposit', { accountId: bob, asset: 'USD', amount: '1' });
    const { headSequence } = await exchange.fingerprint();
    for (const reader of pair) {
      await eventually(() => expect(reader.heartbeats.at(-1)?.sequence).toBe(headSequence));
    }
  });

  it('refuse the same in the same words', async () => {
    const same = async (kind: EventStreamKind, request: object, words: RegExp) => {
      const [overSocket, overGrpc] = await refusals(kind, request);
      expect(overGrpc).toEqual(overSocket);
      expect(overSocket).toMatch(words);
    };
    const { headSequence } = await exchange.fingerprint();
    const beyond = headSequence + 1_000;
    await same('account', { accountId: 'acc-999999' }, /^ACCOUNT_NOT_FOUND: There is no account acc-999999/);
    await same(
      'account',
      { accountId: alice, fromSequence: beyond },
      /^VALIDATION_FAILED: fromSequence must be at most/,
    );
    await same('account', { accountId: alice, fromAccountSequence: 99 }, /fromAccountSequence must be at most 4/);
    await same('account', { accountId: alice, fromSequence: 1, fromAccountSequence: 1 }, /fromAccountSequence cannot/);
    await same('account', { accountId: 'seven' }, /^VALIDATION_FAILED: accountId must be an id/);
    await same('audit', { fromSequence: beyond }, /^VALIDATION_FAILED: fromSequence must be at most/);
    await same('audit', { accountId: 'acc-999999' }, /^ACCOUNT_NOT_FOUND/);
  });
});
