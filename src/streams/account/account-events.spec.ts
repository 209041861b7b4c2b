import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Settings } from '../../config/settings.js';
import { ReadingPace } from '../../edge/reading-pace.js';
import type { Outlet, StreamEnd, StreamMessage, Subscription } from '../../edge/stream.js';
import { formatId, parseId } from '../../engine/ids.js';
import { accountFacts } from '../../journal/account-facts.js';
import type { Journal } from '../../journal/journal.js';
import { MemoryJournal } from '../../journal/sqlite/memory-journal.js';
import { SqliteJournal } from '../../journal/sqlite/sqlite-journal.js';
import { orderView } from '../../orders/order-view.js';
import { definition, GatedJournal, openVenue, origin } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';
import { CancelOnDisconnect } from '../cancel-on-disconnect/cancel-on-disconnect.js';
import type { AccountEventsRequest, DropCopyRequest } from './account-event-requests.js';
import { type AccountEventView, accountEventTypes } from './account-event-view.js';
import { AccountEvents } from './account-events.js';
import { LiveEvents } from './live-events.js';
import { randomOf, TradingSession } from './trading-session.fixture.js';

/** Keeps what it was given, as text; `slow` takes nothing now and then. */
class Reader implements Outlet<AccountEventView> {
  readonly texts: string[] = [];
  ended: StreamEnd | undefined;
  congested = false;
  subscription!: Subscription;

  constructor(private readonly slowEvery = Number.POSITIVE_INFINITY) {}

  private parsed: AccountEventView[] = [];

  get events(): AccountEventView[] {
    this.parsed.push(...this.texts.slice(this.parsed.length).map((text) => JSON.parse(text)));
    return this.parsed;
  }

  send(message: StreamMessage<AccountEventView>): void {
    this.texts.push(message.json.toString());
    if (this.texts.length % this.slowEvery === 0) this.congested = true;
  }

  async whenReady(): Promise<void> {
    if (!this.congested) return;
    await pause(1);
    this.congested = false;
  }

  end(reason: StreamEnd): void {
    this.ended = reason;
    this.subscription.close();
  }
}

class Exchange {
  readonly live: LiveEvents;
  readonly events: AccountEvents;
  readonly readers: Reader[] = [];

  constructor(readonly venue: Venue) {
    this.live = new LiveEvents(venue);
    const cancelOnDisconnect = new CancelOnDisconnect(venue, Settings.from({}));
    this.events = new AccountEvents(venue, this.live, new ReadingPace(venue), cancelOnDisconnect);
  }

  static async open(journal: Journal = new MemoryJournal()): Promise<Exchange> {
    const markets = definition.markets.map((market) => ({ ...market, liquidityQuantity: 5_000_000_000n }));
    const { venue } = await openVenue({ journal, definition: { ...definition, markets } });
    return new Exchange(venue);
  }

  async account(accountId: number, request: Partial<AccountEventsRequest> = {}, slowEvery?: number): Promise<Reader> {
    const asked = { accountId: formatId('acc', accountId), ...request };
    return this.read(await this.events.ofAccount(asked, undefined, origin), slowEvery);
  }

  async dropCopy(request: DropCopyRequest = {}, slowEvery?: number): Promise<Reader> {
    return this.read(await this.events.ofAll(request), slowEvery);
  }

  /** Waits until everybody has everything. */
  async settled(): Promise<void> {
    const head = await this.venue.durable();
    for (const { subscription, ended } of this.readers) {
      while (subscription.sequence! < head && ended === undefined) await pause(2);
    }
  }

  async close(): Promise<void> {
    for (const { subscription } of this.readers) subscription.close();
    await this.venue.close();
  }

  private read(source: Awaited<ReturnType<AccountEvents['ofAll']>>, slowEvery?: number): Reader {
    const reader = new Reader(slowEvery);
    reader.subscription = source.open(reader);
    this.readers.push(reader);
    return reader;
  }
}

/** What the journal's facts say there is to tell: who, what, and where it stands. */
async function told(journal: Journal): Promise<string[]> {
  const lines: string[] = [];
  const numbers = new Map<number, number>();
  for await (const record of journal.read(0)) {
    for (const [index, { accountId, type }] of accountFacts(record).entries()) {
      const number = (numbers.get(accountId) ?? 0) + 1;
      numbers.set(accountId, number);
      lines.push(`${record.sequence}/${index} ${formatId('acc', accountId)} ${number} ${type}`);
    }
  }
  return lines;
}

/** So many readers have to come while there is trading. */
const readersMin = 20;

const lineOf = ({ sequence, eventIndex, accountId, accountSequence, eventType }: AccountEventView) =>
  `${sequence}/${eventIndex} ${accountId} ${accountSequence} ${eventType}`;

async function onDisk(work: (journal: SqliteJournal) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'account-events-'));
  try {
    await work(await SqliteJournal.open(directory));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('the events of accounts', () => {
  it.each([1, 2, 3])(
    'are those of the journal, from any sequence on, live and past (seed %i)',
    async (seed) => {
      const journal = new MemoryJournal();
      const exchange = await Exchange.open(journal);
      const { venue } = exchange;
      const random = randomOf(seed);
      const live = await exchange.dropCopy();
      const session = new TradingSession(venue, random);
      await session.begin();
      await session.trade(800);
      const all = await exchange.dropCopy({ fromSequence: 1 });
      await exchange.settled();

      expect(live.events.map(lineOf)).toEqual(await told(journal));
      // Whether a limit of risk is reached, and kept again, is the luck of a session.
      const certain = accountEventTypes.filter((type) => !type.startsWith('RISK_'));
      expect([...new Set(live.events.map(({ eventType }) => eventType))]).toEqual(expect.arrayContaining(certain));
      expect(all.texts).toEqual(live.texts);
      for (let count = 0; count < 40; count += 1) {
        const fromSequence = 1 + random(venue.exchange.sequence + 1);
        const some = await exchange.dropCopy({ fromSequence });
        await exchange.settled();
        expect(some.texts).toEqual(textsOf(live, (event) => event.sequence >= fromSequence));
      }
      for (const id of session.accountIds) {
        const accountId = formatId('acc', id);
        const own = textsOf(live, (event) => event.accountId === accountId);
        const fromAccountSequence = 1 + random(own.length);
        const [one, filtered] = await Promise.all([
          exchange.account(id, { fromAccountSequence }),
          exchange.dropCopy({ fromSequence: 1, accountId, eventTypes: ['ORDER_FILLED', 'BALANCE_CHANGED'] }),
        ]);
        await exchange.settled();
        expect(one.texts).toEqual(own.slice(fromAccountSequence - 1));
        const types = ['ORDER_FILLED', 'BALANCE_CHANGED'];
        expect(filtered.texts).toEqual(own.filter((text) => types.includes(JSON.parse(text).eventType)));
      }
      await exchange.close();
    },
    60_000,
  );

  it('agree with what REST answers', async () => {
    const exchange = await Exchange.open();
    const { venue } = exchange;
    const live = await exchange.dropCopy();
    const session = new TradingSession(venue, randomOf(11));
    await session.begin();
    await session.trade(800);
    await exchange.settled();

    const { instrument } = venue.exchange.market('BTC-USD')!;
    const orders = new Map<string, AccountEventView[]>();
    for (const event of live.events) {
      if (event.order) orders.set(event.order.orderId, [...(orders.get(event.order.orderId) ?? []), event]);
    }
    expect(orders.size).toBeGreaterThan(300);
    for (const [orderId, events] of orders) {
      const { fills, ...order } = orderView((await venue.queries.order(parseId('ord', orderId)!))!, instrument);
      expect(events.at(-1)!.order).toEqual(JSON.parse(JSON.stringify(order)));
      expect(events.flatMap(({ fill }) => fill ?? [])).toEqual(fills);
    }
    for (const accountId of session.accountIds) {
      for (const [asset, { available, held }] of venue.exchange.account(accountId)!.balances) {
        const id = formatId('acc', accountId);
        const last = live.events.findLast((event) => event.accountId === id && event.balance?.asset === asset);
        const units = (text: string) => BigInt(Math.round(Number(text) * 1e8));
        expect([units(last!.balance!.available), units(last!.balance!.held)]).toEqual([available, held]);
      }
    }
    await exchange.close();
  }, 60_000);

  it.each([false, true])(
    'have no seam between past and live under load (readers sent back: %s)',
    async (sentBack) => {
      await onDisk(async (journal) => {
        const exchange = await Exchange.open(journal);
        if (sentBack) exchange.live.waitingRecordsMax = 12;
        const random = randomOf(5);
        const session = new TradingSession(exchange.venue, random);
        await session.begin();
        const all = await exchange.dropCopy({ fromSequence: 1 });
        const joined: { reader: Reader; accountId?: string; fromSequence?: number; fromAccountSequence?: number }[] =
          [];
        // However quick the machine is, trading goes on until enough have joined it.
        const trading = (async () => {
          do await session.trade(1_500, 16);
          while (joined.length <= readersMin);
        })();
        let isTrading = true;
        void trading.finally(() => {
          isTrading = false;
        });
        while (isTrading) {
          const id = session.accountIds[random(4)]!;
          const head = exchange.venue.status().durableSequence;
          const slowEvery = random(2) === 0 ? 20 + random(500) : undefined;
          if (random(2) === 0) {
            const fromSequence = 1 + random(head + 1);
            joined.push({ reader: await exchange.dropCopy({ fromSequence }, slowEvery), fromSequence });
          } else {
            const fromSequence = random(3) > 0 ? 1 + random(head + 1) : undefined;
            const reader = await exchange.account(id, { fromSequence }, slowEvery);
            joined.push({ reader, accountId: formatId('acc', id), fromSequence });
          }
          await pause(random(60));
        }
        await trading;
        await exchange.settled();
        expect(all.events.map(lineOf)).toEqual(await told(journal));
        for (const { reader, accountId, fromSequence } of joined) {
          const from = fromSequence ?? reader.events[0]?.sequence ?? Number.POSITIVE_INFINITY;
          expect(reader.ended).toBeUndefined();
          expect(reader.texts).toEqual(
            textsOf(
              all,
              (event) => event.sequence >= from && (accountId === undefined || event.accountId === accountId),
            ),
          );
        }
        await exchange.close();
      });
    },
    120_000,
  );

  it('are told after the commit, and never before', async () => {
    const journal = new GatedJournal();
    const exchange = await Exchange.open(journal);
    const session = new TradingSession(exchange.venue, randomOf(1));
    await session.begin(1);
    const reader = await exchange.dropCopy();
    journal.hold();
    const trading = session.trade(8);
    await pause(50);
    expect(exchange.venue.exchange.sequence).toBeGreaterThan(exchange.venue.status().durableSequence);
    expect(reader.texts).toEqual([]);
    journal.release();
    await trading;
    await exchange.settled();
    expect(reader.texts.length).toBeGreaterThan(0);
    await exchange.close();
  });

  it('say how the account stands to a limit from there on', async () => {
    const exchange = await Exchange.open();
    const { venue } = exchange;
    const session = new TradingSession(venue, randomOf(3));
    await session.begin(1);
    const accountId = session.accountIds[0]!;
    const reader = await exchange.account(accountId);
    const btc = (whole: number) => ({ accountId, asset: 'BTC', amount: BigInt(whole) * 100_000_000n });
    const limits = [{ kind: 'POSITION', of: 'BTC', limit: btc(1_100).amount }] as const;
    const order = { symbol: 'BTC-USD', side: 'BUY', orderType: 'LIMIT', timeInForce: 'GTC', postOnly: false } as const;
    await venue.submit({ type: 'SetRiskLimits', accountId, warnAtPercent: 80, limits }, origin);
    await venue.submit({ type: 'Deposit', ...btc(200) }, origin);
    await venue.submit({ type: 'Withdraw', ...btc(700) }, origin);
    await venue.submit({ type: 'Deposit', ...btc(590) }, origin);
    const { sequence } = await venue.submit(
      {
        ...{ type: 'PlaceOrder', accountId, ...order, selfTradePrevention: 'EXPIRE_TAKER' },
        ...{ quantity: btc(40).amount, price: 9_999_000_000n },
      },
      origin,
    );
    await exchange.settled();

    const position = { kind: 'POSITION', asset: 'BTC', limit: '1100' };
    const orderId = formatId('ord', sequence);
    expect(reader.events.flatMap(({ eventType, risk }) => (risk === undefined ? [] : [{ eventType, risk }]))).toEqual([
      { eventType: 'RISK_WARNING', risk: { ...position, value: '1000', level: 'WARNING' } },
      { eventType: 'RISK_BREACHED', risk: { ...position, value: '1200', level: 'BREACHED' } },
      { eventType: 'RISK_EASED', risk: { ...position, value: '500', level: 'NORMAL' } },
      { eventType: 'RISK_WARNING', risk: { ...position, value: '1090', level: 'WARNING' } },
      { eventType: 'RISK_BREACHED', risk: { ...position, value: '1130', level: 'REFUSING', orderId } },
    ]);
    await exchange.close();
  });

  it('begin after the acknowledged position, or where they are asked to, and not beyond it', async () => {
    const exchange = await Exchange.open();
    const session = new TradingSession(exchange.venue, randomOf(2));
    await session.begin(1);
    const accountId = formatId('acc', session.accountIds[0]!);
    const ask = (request: object) => exchange.events.ofAccount({ accountId, ...request }, undefined, origin);
    const head = exchange.venue.exchange.sequence;
    // Opened, and two deposits with a balance each.
    expect((await ask({})).acknowledgement).toEqual({ sequence: head, accountSequence: 5 });
    await expect(ask({ fromSequence: head + 1 })).resolves.toBeDefined();
    await expect(ask({ fromAccountSequence: 6 })).resolves.toBeDefined();
    await expect(ask({ fromSequence: head + 2 })).rejects.toThrow(`fromSequence must be at most ${head + 1}`);
    await expect(ask({ fromAccountSequence: 7 })).rejects.toThrow('fromAccountSequence must be at most 6');
    await expect(ask({ fromSequence: 1, fromAccountSequence: 1 })).rejects.toThrow(
      'fromAccountSequence cannot be given',
    );
    await expect(ask({ accountId: 'acc-999' })).rejects.toThrow('There is no account acc-999.');
    await expect(exchange.events.ofAll({ fromSequence: head + 2 })).rejects.toThrow('fromSequence must be at most');
    const other = { principal: 'key-9', accountId: 999, scopes: ['read'] as const };
    await expect(exchange.events.ofAccount({ accountId }, other, origin)).rejects.toThrow('There is no account');
    await exchange.close();
  });
});

function textsOf(reader: Reader, isWanted: (event: AccountEventView) => boolean): string[] {
  const { events } = reader;
  return reader.texts.filter((_text, index) => isWanted(events[index]!));
}
