import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { Outlet, StreamSource } from '../../edge/stream.js';
import type { Event } from '../../engine/event.js';
import type { Journal, JournalRecord, Origin } from '../../journal/journal.js';
import { fundedAccount, GatedJournal, openVenue, origin } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';
import { CancelOnDisconnect } from './cancel-on-disconnect.js';

const reader: Origin = { transport: 'WEBSOCKET', requestId: 'connection-1', actor: 'key-5' };
const outlet = {} as Outlet;

/** A stream that sends nothing, and notes how it was closed. */
class SilentSource implements StreamSource {
  readonly acknowledgement = { sequence: 7 };
  closed: boolean | undefined = undefined;

  open() {
    const close = (unsubscribed?: boolean) => {
      this.closed = unsubscribed;
    };
    return { sequence: 7, close };
  }
}

describe('cancel on disconnect', () => {
  let journal: GatedJournal;
  let venue: Venue;
  let service: CancelOnDisconnect;
  let alice: number;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    // The clock of the graces stands still until a spec lets it go on.
    const others = ['nextTick', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'Date'] as const;
    jest.useFakeTimers({ doNotFake: [...others, 'queueMicrotask', 'performance', 'hrtime'] });
    journal = new GatedJournal();
    await start();
    alice = await fundedAccount(venue);
  });

  afterEach(async () => {
    await venue.close();
    jest.useRealTimers();
  });

  async function start(): Promise<void> {
    ({ venue } = await openVenue({ journal }));
    service = new CancelOnDisconnect(venue, Settings.from({ STORE: 'memory' }));
    service.onApplicationBootstrap();
  }

  /** The exchange is gone without a word, and starts again with what it has in its journal. */
  async function restart(): Promise<void> {
    service.onApplicationShutdown();
    const kept = journal as Journal;
    const { close } = kept;
    kept.close = async () => undefined;
    await venue.close();
    kept.close = close;
    await start();
  }

  async function order(): Promise<number> {
    const terms = { symbol: 'BTC-USD', side: 'BUY', orderType: 'LIMIT', timeInForce: 'GTC', postOnly: true } as const;
    const size = { quantity: 100_000_000n, price: 9_500_000_000n, selfTradePrevention: 'EXPIRE_TAKER' } as const;
    const { sequence } = await venue.submit({ type: 'PlaceOrder', accountId: alice, ...terms, ...size }, origin);
    return sequence;
  }

  async function read(graceMs: number, symbol?: string) {
    const source = new SilentSource();
    const guarded = await service.guard(source, { accountId: alice, symbol, graceMs }, reader);
    expect(guarded.acknowledgement).toBe(source.acknowledgement);
    const subscription = guarded.open(outlet);
    expect(subscription.sequence).toBe(7);
    return { lose: () => subscription.close(), unsubscribe: () => subscription.close(true), source };
  }

  async function pass(ms: number): Promise<void> {
    await jest.advanceTimersByTimeAsync(ms);
    await venue.durable();
  }

  const open = () =>
    venue.exchange
      .account(alice)!
      .openOrders.values()
      .map(({ orderId }) => orderId);
  const armed = () => venue.exchange.state.disconnectGuards.all();
  async function last(): Promise<JournalRecord> {
    await venue.durable();
    return (await venue.queries.records({ limit: 1, cursor: venue.exchange.sequence - 1 })).items[0]!;
  }

  it('cancels when the grace is over, by the exchange itself, and the journal says what it is', async () => {
    const { lose, source } = await read(500);
    expect(await last()).toMatchObject({ origin: reader, command: { type: 'ArmCancelOnDisconnect', graceMs: 500 } });
    const orderId = await order();
    await lose();
    expect(source.closed).toBe(false);
    await pass(499);
    expect(open()).toEqual([orderId]);
    await pass(1);
    expect(open()).toEqual([]);
    const { origin: by, command, events } = await last();
    expect([by, command]).toEqual([
      { transport: 'SYSTEM' },
      { type: 'CancelOrders', accountId: alice, cause: 'CANCEL_ON_DISCONNECT' },
    ]);
    expect(events).toEqual<Event[]>([
      { type: 'OrderCanceled', orderId, accountId: alice, reason: 'CANCEL_ON_DISCONNECT' },
      { type: 'CancelOnDisconnectDisarmed', accountId: alice },
    ]);
  });

  it('leaves the orders of who comes back within the grace, and cancels when that one is gone too', async () => {
    const first = await read(500);
    const orderId = await order();
    await first.lose();
    await pass(499);
    const sequence = venue.exchange.sequence;
    const second = await read(500);
    expect(venue.exchange.sequence).toBe(sequence);
    await pass(5_000);
    expect(open()).toEqual([orderId]);
    await second.lose();
    await pass(500);
    expect(open()).toEqual([]);
  });

  it('waits for the last of several readers, and for each of them once', async () => {
    const [first, second] = [await read(0), await read(0)];
    const orderId = await order();
    await first.lose();
    await first.lose();
    await pass(1_000);
    expect(open()).toEqual([orderId]);
    await second.lose();
    await pass(0);
    expect(open()).toEqual([]);
  });

  it('cancels nothing of a reader who unsubscribes, who is told when that is durable', async () => {
    const { unsubscribe, source } = await read(0);
    const orderId = await order();
    await unsubscribe();
    expect([source.closed, armed()]).toEqual([true, []]);
    expect(await last()).toMatchObject({ origin: reader, command: { type: 'DisarmCancelOnDisconnect' } });
    await pass(10_000);
    expect(open()).toEqual([orderId]);
  });

  it('knows after a restart, and begins the grace anew', async () => {
    await read(500);
    const orderId = await order();
    await restart();
    expect(open()).toEqual([orderId]);
    await pass(499);
    expect(open()).toEqual([orderId]);
    await pass(1);
    expect([open(), armed()]).toEqual([[], []]);
  });

  it('leaves the orders of who comes back after a restart', async () => {
    await read(500);
    const orderId = await order();
    await restart();
    await pass(400);
    const { lose } = await read(500);
    await pass(10_000);
    expect(open()).toEqual([orderId]);
    await lose();
    await pass(500);
    expect(open()).toEqual([]);
  });

  it('takes a reader who left before the stream began for one who was lost', async () => {
    const guarded = await service.guard(new SilentSource(), { accountId: alice, graceMs: 100 }, reader);
    await order();
    guarded.abandon?.();
    await pass(100);
    expect(open()).toEqual([]);
  });

  it('guards one market, apart from the others', async () => {
    const [one, all] = [await read(0, 'BTC-USD'), await read(0)];
    await order();
    await one.lose();
    await pass(0);
    expect(open()).toEqual([]);
    expect(armed()).toEqual([{ accountId: alice, symbol: undefined, graceMs: 0 }]);
    const orderId = await order();
    await pass(1_000);
    expect(open()).toEqual([orderId]);
    await all.lose();
    await pass(0);
    expect(open()).toEqual([]);
  });

  it.each([
    ['VALIDATION_FAILED', { graceMs: 60_001 }],
    ['MARKET_NOT_FOUND', { graceMs: 0, symbol: 'XRP-USD' }],
    ['ACCOUNT_NOT_FOUND', { graceMs: 0, accountId: 999 }],
  ])('is refused with %s, and leaves nothing behind', async (code, guard) => {
    const refused = service.guard(new SilentSource(), { accountId: alice, ...guard }, reader);
    await expect(refused).rejects.toMatchObject({ code });
    expect([armed(), jest.getTimerCount()]).toEqual([[], 0]);
  });

  it('begins the grace of a lost reader anew where the next one is refused', async () => {
    const { lose } = await read(500);
    await order();
    await lose();
    await pass(400);
    journal.full = true;
    await expect(read(700)).rejects.toMatchObject({ code: 'JOURNAL_FULL' });
    journal.full = false;
    await serving();
    await pass(700);
    expect(open()).toEqual([]);
  });

  it('cancels as soon as there is room for it again', async () => {
    const { lose } = await read(0);
    const orderId = await order();
    await lose();
    journal.full = true;
    await pass(0);
    expect([open(), armed().length]).toEqual([[orderId], 1]);
    journal.full = false;
    await serving();
    await pass(1_000);
    expect([open(), armed()]).toEqual([[], []]);
  });

  async function serving(): Promise<void> {
    while (venue.status().state !== 'SERVING') await new Promise((wake) => setImmediate(wake));
  }
});
