import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { OrderPlaced, TradeExecuted } from '../engine/event.js';
import { Exchange } from '../engine/exchange.js';
import { intents, play } from '../engine/properties/session.fixture.js';
import { accountFacts } from './account-facts.js';
import type { Journal, JournalRecord } from './journal.js';
import type { AccountRecord, RecordedEvents } from './queries.js';
import { MemoryJournal } from './sqlite/memory-journal.js';
import { SqliteJournal } from './sqlite/sqlite-journal.js';
import { touchedAccounts } from './sqlite/touched-accounts.js';

/** What a busy session of random trading leaves behind. */
function session(): JournalRecord[] {
  const wanted = fc.sample(intents, { numRuns: 30, seed: 41 }).flat();
  return play(new Exchange(), 'ladder', wanted).flatMap(({ command, stamp, execution }) => {
    const { events, balances, reject } = execution;
    if (events.length === 0) return [];
    const record = { ...stamp, origin: { transport: 'REST' }, command, events, balances } as const;
    return [reject === undefined ? record : { ...record, reject }];
  });
}

/** The accounts' records, counted by hand. */
function countedByHand(records: readonly JournalRecord[]): Map<number, AccountRecord[]> {
  const counted = new Map<number, AccountRecord[]>();
  const next = new Map<number, number>();
  for (const { sequence, time, events, balances } of records) {
    for (const accountId of touchedAccounts(events)) {
      const firstAccountSequence = next.get(accountId) ?? 1;
      const mine = accountFacts({ events, balances }).filter((fact) => fact.accountId === accountId).length;
      next.set(accountId, firstAccountSequence + mine);
      const record = { sequence, time, events, balances, firstAccountSequence };
      counted.set(accountId, [...(counted.get(accountId) ?? []), record]);
    }
  }
  return counted;
}

const journals: Record<string, (directory: string) => Promise<Journal>> = {
  'a SQLite journal': (directory) => SqliteJournal.open(directory),
  'a journal in memory': async () => new MemoryJournal(),
};

describe.each(Object.entries(journals))('of its accounts %s', (_, open) => {
  const records = session();
  const byAccount = countedByHand(records);
  let directory: string;
  let journal: Journal;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'account-records-'));
    journal = await open(directory);
    const rest = [...records];
    for (let size = 1; rest.length > 0; size = (size * 7) % 31) await journal.append(rest.splice(0, size));
  });

  afterAll(async () => {
    await journal.close();
    rmSync(directory, { recursive: true });
  });

  async function paged<Row extends RecordedEvents>(
    from: number,
    page: (query: { fromSequence: number; limit: number }) => Promise<readonly Row[]>,
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for (let fromSequence = from; ; fromSequence = rows.at(-1)!.sequence + 1) {
      const items = await page({ fromSequence, limit: 7 });
      rows.push(...items);
      if (items.length < 7) return rows;
    }
  }

  it('is of a session in which enough has happened', () => {
    expect(records.length).toBeGreaterThan(500);
    expect([...byAccount.values()].filter((mine) => mine.length > 50).length).toBeGreaterThanOrEqual(3);
    const silent = [...byAccount.values()].flat().filter(({ events }) => events[0]!.type === 'ApiKeyIssued');
    expect(silent.length).toBeGreaterThan(0);
  });

  it('gives what happened from any sequence on', async () => {
    const all = records.map(({ sequence, time, events, balances }) => ({ sequence, time, events, balances }));
    const from = (fromSequence: number) => paged(fromSequence, (query) => journal.queries.recordedEvents(query));
    expect(await from(1)).toEqual(all);
    expect(await from(200)).toEqual(all.slice(199));
    expect(await from(all.length + 1)).toEqual([]);
  });

  it('gives an account what happened to it, with the number of its first event', async () => {
    for (const [accountId, mine] of byAccount) {
      const from = (fromSequence: number) =>
        paged(fromSequence, (query) => journal.queries.accountRecords({ ...query, accountId }));
      expect(await from(0)).toEqual(mine);
      const middle = mine[Math.floor(mine.length / 2)]!.sequence;
      expect(await from(middle)).toEqual(mine.filter(({ sequence }) => sequence >= middle));
      expect(await from(middle + 1)).toEqual(mine.filter(({ sequence }) => sequence > middle));
    }
    expect(await journal.queries.accountRecords({ accountId: 999, fromSequence: 0, limit: 5 })).toEqual([]);
    await expect(journal.queries.accountRecords({ accountId: 2, fromSequence: 0, limit: 501 })).rejects.toThrow('500');
  });

  it('knows how far the events of an account go, and went before any record', async () => {
    for (const [accountId, mine] of byAccount) {
      let before = { sequence: 0, accountSequence: 0 };
      for (const { sequence, firstAccountSequence } of mine) {
        before = { ...before, accountSequence: firstAccountSequence - 1 };
        expect(await journal.queries.accountPosition(accountId, sequence)).toEqual(before);
        before = { sequence, accountSequence: 0 };
      }
      const last = mine.at(-1)!;
      const facts = accountFacts(last).filter((fact) => fact.accountId === accountId).length;
      const end = { sequence: last.sequence, accountSequence: last.firstAccountSequence + facts - 1 };
      expect(await journal.queries.accountPosition(accountId)).toEqual(end);
    }
    expect(await journal.queries.accountPosition(999)).toEqual({ sequence: 0, accountSequence: 0 });
  });

  it('finds the record of every event of an account by its number', async () => {
    for (const [accountId, mine] of byAccount) {
      const { queries } = journal;
      let last = 0;
      for (const record of mine) {
        const facts = accountFacts(record).filter((fact) => fact.accountId === accountId).length;
        for (let number = record.firstAccountSequence; number < record.firstAccountSequence + facts; number += 1) {
          expect(await queries.sequenceOfAccountEvent(accountId, number)).toBe(record.sequence);
          last = number;
        }
      }
      expect(await queries.sequenceOfAccountEvent(accountId, last + 1)).toBeUndefined();
      expect(await queries.sequenceOfAccountEvent(accountId, 0)).toBeUndefined();
    }
  });

  it('gives an order as it was before each of its trades', async () => {
    const events = records.flatMap((record) => record.events.map((event) => ({ event, time: record.time })));
    const placed = new Map<number, { terms: OrderPlaced; time: number }>();
    const trades = new Map<number, { trade: TradeExecuted; time: number }[]>();
    for (const { event, time } of events) {
      if (event.type === 'OrderPlaced') placed.set(event.orderId, { terms: event, time });
      if (event.type !== 'TradeExecuted') continue;
      for (const orderId of [event.takerOrderId, event.makerOrderId].filter((id) => id !== 0)) {
        trades.set(orderId, [...(trades.get(orderId) ?? []), { trade: event, time }]);
      }
    }
    expect([...trades.values()].filter((mine) => mine.length > 1).length).toBeGreaterThan(10);

    const lotSizes: Record<string, bigint> = { 'BTC-USD': 100n, 'ETH-USD': 20n, 'ETH-BTC': 100n };
    for (const [orderId, mine] of trades) {
      const { terms, time } = placed.get(orderId)!;
      const lotSize = lotSizes[terms.symbol]!;
      let [filledLots, filledNotional, updatedAt] = [0, 0n, time];
      for (const { trade, time: tradedAt } of [...mine, { trade: undefined, time: 0 }]) {
        expect(await journal.queries.orderBefore(orderId, trade?.tradeId ?? Number.MAX_SAFE_INTEGER)).toMatchObject({
          ...{ orderId, accountId: terms.accountId, symbol: terms.symbol, side: terms.side, price: terms.price },
          ...{ quantity: BigInt(terms.quantityLots) * lotSize, fills: [] },
          ...{ filledQuantity: BigInt(filledLots) * lotSize, filledNotional },
          ...{ status: filledLots === 0 ? 'NEW' : 'PARTIALLY_FILLED', createdAt: time, updatedAt },
        });
        if (trade === undefined) break;
        filledLots += trade.quantityLots;
        filledNotional += trade.notional;
        updatedAt = tradedAt;
      }
    }
    expect(await journal.queries.orderBefore(999_999, 1)).toBeUndefined();
  });
});
