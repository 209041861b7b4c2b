import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feesAccountId, liquidityAccountId } from '../engine/ids.js';
import type { Journal, SealedRecord } from './journal.js';
import type { Page, PageQuery } from './queries.js';
import { genesisHash } from './record-hash.js';
import { lotSize, Scenario, startTime, tickSize } from './scenario.fixture.js';
import { MemoryJournal } from './sqlite/memory-journal.js';
import { SqliteJournal } from './sqlite/sqlite-journal.js';

/** What every journal promises, whatever keeps it. */
const journals: Record<string, (directory: string) => Promise<Journal>> = {
  'a SQLite journal': (directory) => SqliteJournal.open(directory),
  'a journal in memory': async () => new MemoryJournal(),
};

describe.each(Object.entries(journals))('%s', (_, open) => {
  let directory: string;
  let journal: Journal;
  let scenario: Scenario;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'journal-'));
    journal = await open(directory);
    scenario = new Scenario().configure();
  });

  afterEach(async () => {
    await journal.close();
    rmSync(directory, { recursive: true });
  });

  const keep = () => journal.append(scenario.take());

  async function readAll(after = 0): Promise<SealedRecord[]> {
    const records: SealedRecord[] = [];
    for await (const record of journal.read(after)) records.push(record);
    return records;
  }

  /** Every row, page by page. */
  async function paged<Row>(list: (query: PageQuery) => Promise<Page<Row>>, limit = 2): Promise<Row[]> {
    const rows: Row[] = [];
    for (let cursor: number | undefined, pages = 0; pages < 1_000; pages += 1) {
      const page = await list({ limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      rows.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === undefined) return rows;
    }
    throw new Error('the pages do not end');
  }

  describe('as a chain of records', () => {
    it('is empty at first', async () => {
      const empty = { sequence: 0, time: 0, hash: genesisHash };
      expect(journal.head()).toEqual(empty);
      expect(await readAll()).toEqual([]);
      expect(await journal.verifyChain(0)).toEqual(empty);
    });

    it('gives back what was appended, chained', async () => {
      const account = scenario.openAccount('Ann');
      scenario.deposit(account, 'USD', 10n ** 12n);
      const [first, ...rest] = scenario.take();
      await journal.append([first!]);
      const head = await journal.append(rest);
      expect(journal.head()).toEqual(head);

      const records = await readAll();
      expect(records.map(({ previousHash: _p, hash: _h, ...record }) => record)).toEqual([first, ...rest]);
      expect(records.map((record) => record.previousHash)).toEqual([
        genesisHash,
        ...records.slice(0, -1).map((record) => record.hash),
      ]);
      expect(head).toEqual({ sequence: 3, time: records[2]!.time, hash: records[2]!.hash });
      expect(await readAll(2)).toEqual(records.slice(2));
      expect(await readAll(3)).toEqual([]);
    });

    it('reads and checks more records than fit a page, and reports progress', async () => {
      const account = scenario.openAccount('Ann');
      for (let count = 0; count < 9_000; count += 1) scenario.suspend(account);
      const head = await keep();
      const reached: number[] = [];
      expect(await journal.verifyChain(0, (sequence) => reached.push(sequence))).toEqual(head);
      expect(reached.at(-1)).toBe(head.sequence);
      expect(reached.length).toBeGreaterThan(1);
      expect((await readAll(1_500)).map((record) => record.sequence)).toEqual(
        Array.from({ length: head.sequence - 1_500 }, (__, index) => 1_501 + index),
      );
    });

    it('has room', async () => {
      expect(await journal.hasRoom()).toBe(true);
    });

    it('refuses a batch that leaves a gap', async () => {
      scenario.openAccount('Ann');
      await expect(journal.append(scenario.take().slice(1))).rejects.toThrow('record 2 cannot follow record 0');
    });
  });

  describe('accounts', () => {
    it('are found by id and key, and listed by owner and status', async () => {
      const ann = scenario.openAccount('Ann', { ownerId: 'o-1', idempotencyKey: 'key-1' });
      const bob = scenario.openAccount('Bob', { ownerId: 'o-1' });
      const eve = scenario.openAccount('Eve');
      scenario.suspend(bob);
      await keep();
      const { queries } = journal;
      const row = { accountId: ann, name: 'Ann', ownerId: 'o-1', accountType: 'CUSTOMER', status: 'ACTIVE' };
      expect(await queries.account(ann)).toEqual({ ...row, createdAt: startTime + 2 });
      expect(await queries.accountByIdempotencyKey('key-1')).toEqual(await queries.account(ann));
      expect(await queries.account(99)).toBeUndefined();
      expect(await queries.accountByIdempotencyKey('key-2')).toBeUndefined();

      const ids = async (query: object) =>
        (await paged((page) => queries.accounts({ ...page, ...query }))).map((account) => account.accountId);
      expect(await ids({})).toEqual([ann, bob, eve]);
      expect(await ids({ ownerId: 'o-1' })).toEqual([ann, bob]);
      expect(await ids({ status: 'ACTIVE' })).toEqual([ann, eve]);
      expect(await ids({ ownerId: 'o-1', status: 'SUSPENDED' })).toEqual([bob]);
    });
  });

  describe('transfers', () => {
    it('are found by id and by the key of their account, refused ones too', async () => {
      const ann = scenario.openAccount('Ann');
      const deposit = scenario.deposit(ann, 'USD', 500n, 'key');
      const refused = scenario.refuseWithdrawal(ann, 'USD', 900n, 'other key');
      await keep();
      const { queries } = journal;
      expect(await queries.transfer(deposit)).toEqual({
        ...{ transferId: deposit, kind: 'DEPOSIT', fromAccountId: -1, toAccountId: ann, asset: 'USD', amount: 500n },
        createdAt: startTime + 3,
      });
      expect(await queries.transferByIdempotencyKey(ann, 'key')).toEqual(await queries.transfer(deposit));
      expect(await queries.transferByIdempotencyKey(ann, 'other key')).toMatchObject({
        ...{ transferId: refused, rejectCode: 'INSUFFICIENT_FUNDS', rejectReason: 'there is not enough' },
      });
      expect(await queries.transferByIdempotencyKey(-1, 'key')).toBeUndefined();
    });
  });

  describe('orders', () => {
    const price = 10_000;

    it('is FILLED with its fills when it was filled in the record that placed it', async () => {
      const ann = scenario.openAccount('Ann');
      const fills = [
        { priceTicks: price, quantityLots: 3 },
        { priceTicks: price + 1, quantityLots: 7 },
      ];
      const id = scenario.order(ann, 'BUY', 10, price + 1, { clientOrderId: 'c-1', fills });
      await keep();
      const order = await journal.queries.order(id);
      expect(order).toMatchObject({
        ...{ orderId: id, accountId: ann, clientOrderId: 'c-1', symbol: 'BTC-USD', side: 'BUY', orderType: 'LIMIT' },
        ...{ timeInForce: 'GTC', postOnly: false, selfTradePrevention: 'EXPIRE_TAKER', status: 'FILLED' },
        ...{ quantity: 10n * lotSize, price: BigInt(price + 1) * tickSize, filledQuantity: 10n * lotSize },
        filledNotional: (3n * 10_000n + 7n * 10_001n) * 100n,
        ...{ createdAt: startTime + 3, updatedAt: startTime + 3 },
      });
      expect(order?.fills).toMatchObject([
        { tradeId: 1, quantity: 3n * lotSize, price: BigInt(price) * tickSize, liquidity: 'TAKER', side: 'BUY' },
        { tradeId: 2, quantity: 7n * lotSize, fee: 7_000n, accountId: ann, executedAt: startTime + 3 },
      ]);
      expect(await journal.queries.orderByClientOrderId(ann, 'c-1')).toEqual(order);
      expect(await journal.queries.orderByClientOrderId(ann, 'c-2')).toBeUndefined();
      expect(await journal.queries.orderByClientOrderId(ann + 1, 'c-1')).toBeUndefined();
    });

    /** The same life of an order, in one batch and in a batch for each step. */
    it.each([true, false])('rests, is hit, and ends (a batch for each step: %s)', async (stepwise) => {
      const step = async () => void (stepwise && (await keep()));
      const [ann, bob] = [scenario.openAccount('Ann'), scenario.openAccount('Bob')];
      const resting = scenario.order(ann, 'SELL', 10, price);
      await step();
      const hit = { priceTicks: price, makerOrderId: resting, makerAccountId: ann };
      const hitter = scenario.order(bob, 'BUY', 4, price, { fills: [{ ...hit, quantityLots: 4 }] });
      await step();
      const canceled = scenario.order(ann, 'SELL', 5, price + 9);
      scenario.cancel(ann, canceled);
      await keep();
      const { queries } = journal;
      expect(await queries.order(canceled)).toMatchObject({ status: 'CANCELED', fills: [], updatedAt: startTime + 7 });
      expect(await queries.order(hitter)).toMatchObject({ status: 'FILLED' });
      expect(await queries.order(resting)).toMatchObject({
        ...{ status: 'PARTIALLY_FILLED', filledQuantity: 4n * lotSize, filledNotional: 4_000_000n },
        ...{ createdAt: startTime + 4, updatedAt: startTime + 5 },
        fills: [{ liquidity: 'MAKER', side: 'SELL', accountId: ann, fee: 2_000n }],
      });

      scenario.order(bob, 'BUY', 6, price, { fills: [{ ...hit, quantityLots: 6 }] });
      await keep();
      expect(await queries.order(resting)).toMatchObject({ status: 'FILLED', filledQuantity: 10n * lotSize });
    });

    it('is EXPIRED with what was filled, or REJECTED with its reason', async () => {
      const ann = scenario.openAccount('Ann');
      const fills = [{ priceTicks: price, quantityLots: 1 }];
      const expired = scenario.order(ann, 'BUY', 10, price, { fills, expired: 'IMMEDIATE_OR_CANCEL' });
      const rejected = scenario.refuseOrder(ann, 'c-9');
      await keep();
      expect(await journal.queries.order(expired)).toMatchObject({ status: 'EXPIRED', filledQuantity: lotSize });
      expect(await journal.queries.orderByClientOrderId(ann, 'c-9')).toMatchObject({
        ...{ orderId: rejected, status: 'REJECTED', quantity: 10n * lotSize, filledQuantity: 0n, fills: [] },
        ...{ rejectCode: 'INSUFFICIENT_FUNDS', rejectReason: 'there is not enough' },
      });
    });

    it('are listed newest first by account, market and status', async () => {
      const [ann, bob] = [scenario.openAccount('Ann'), scenario.openAccount('Bob')];
      const [first, second] = [scenario.order(ann, 'SELL', 10, price), scenario.order(bob, 'SELL', 10, price)];
      const hit = { priceTicks: price, quantityLots: 4, makerOrderId: first, makerAccountId: ann };
      const third = scenario.order(bob, 'BUY', 4, price, { fills: [hit] });
      const fourth = scenario.order(ann, 'SELL', 10, price);
      const fifth = scenario.refuseOrder(ann, 'c-9');
      await keep();
      const ids = async (query: object) =>
        (await paged((page) => journal.queries.orders({ ...page, ...query }))).map((order) => order.orderId);
      expect(await ids({})).toEqual([fifth, fourth, third, second, first]);
      expect(await ids({ accountId: ann })).toEqual([fifth, fourth, first]);
      expect(await ids({ accountId: bob, symbol: 'BTC-USD' })).toEqual([third, second]);
      expect(await ids({ status: 'NEW' })).toEqual([fourth, second]);
      expect(await ids({ accountId: ann, status: 'NEW' })).toEqual([fourth]);
      expect(await ids({ accountId: ann, status: 'PARTIALLY_FILLED' })).toEqual([first]);
      expect(await ids({ accountId: ann, status: 'REJECTED' })).toEqual([fifth]);
      expect(await ids({ symbol: 'ETH-USD' })).toEqual([]);
    });
  });

  describe('the ledger', () => {
    it('has both sides of every posting and running balances', async () => {
      const [ann, bob] = [scenario.openAccount('Ann'), scenario.openAccount('Bob')];
      const transfer = scenario.deposit(ann, 'USD', 10_000_000n);
      scenario.deposit(bob, 'BTC', 900_000n);
      await keep();
      const resting = scenario.order(bob, 'SELL', 10, 10_000);
      const taken = scenario.order(ann, 'BUY', 5, 10_001, {
        fills: [
          { priceTicks: 10_000, quantityLots: 4, makerOrderId: resting, makerAccountId: bob },
          { priceTicks: 10_001, quantityLots: 1 },
        ],
      });
      await keep();
      const { queries } = journal;
      const entries = async (accountId: number, asset?: string) =>
        (await paged((page) => queries.ledger({ ...page, accountId, asset }))).map((entry) => [
          ...[entry.asset, entry.amount, entry.balance, entry.entryType, entry.counterpartyAccountId],
          entry.orderId ?? entry.transferId,
        ]);
      expect(await entries(ann)).toEqual([
        ['USD', -1_000n, 4_994_900n, 'FEE', feesAccountId, taken],
        ['USD', -1_000_100n, 4_995_900n, 'TRADE', liquidityAccountId, taken],
        ['BTC', 10_000n, 50_000n, 'TRADE', liquidityAccountId, taken],
        ['USD', -4_000n, 5_996_000n, 'FEE', feesAccountId, taken],
        ['USD', -4_000_000n, 6_000_000n, 'TRADE', bob, taken],
        ['BTC', 40_000n, 40_000n, 'TRADE', bob, taken],
        ['USD', 10_000_000n, 10_000_000n, 'DEPOSIT', -1, transfer],
      ]);
      expect(await entries(ann, 'BTC')).toHaveLength(2);
      expect(await entries(bob, 'USD')).toEqual([
        ['USD', -2_000n, 3_998_000n, 'FEE', feesAccountId, resting],
        ['USD', 4_000_000n, 4_000_000n, 'TRADE', ann, resting],
      ]);
    });
  });

  describe('an account whose records are in several spans', () => {
    const count = 600;
    const perBatch = 50;
    let accounts: number[];

    beforeEach(async () => {
      accounts = [scenario.openAccount('Ann'), scenario.openAccount('Bob')];
      const fills = [{ priceTicks: 10_000, quantityLots: 1 }];
      for (let number = 1; number <= count; number += 1) {
        for (const account of accounts) {
          scenario.order(account, 'BUY', 1, 10_000, { clientOrderId: `order-${number}`, fills });
        }
        if (number % perBatch === 0) await keep();
      }
    });

    it('has all of them, in pages from either end', async () => {
      const { queries } = journal;
      for (const accountId of accounts) {
        const placed = Array.from(
          { length: count },
          (_, at) => accounts.at(-1)! + 1 + at * 2 + (accountId - accounts[0]!),
        );
        const newest = [...placed].reverse();
        const orders = await paged((page) => queries.orders({ ...page, accountId }), 7);
        expect(orders.map(({ orderId }) => orderId)).toEqual(newest);
        const fills = await paged((page) => queries.fills({ ...page, accountId }), 7);
        expect(fills.map(({ orderId }) => orderId)).toEqual(newest);
        const entries = await paged((page) => queries.ledger({ ...page, accountId, asset: 'BTC' }), 7);
        expect(entries.map(({ orderId, balance }) => [orderId, balance])).toEqual(
          newest.map((orderId, at) => [orderId, BigInt(count - at) * lotSize]),
        );
        const records = await paged((page) => queries.records({ ...page, accountId }), 7);
        expect(records.map(({ sequence }) => sequence)).toEqual([accountId, ...placed]);
        const late = await queries.accountRecords({ accountId, fromSequence: placed[500]!, limit: 500 });
        expect(late.map(({ sequence }) => sequence)).toEqual(placed.slice(500));
      }
    });

    it('has its orders by their keys, the first and the last', async () => {
      const { queries } = journal;
      for (const number of [1, 2, 50, 51, 255, 256, 399, 400, 401, 550, 599, 600]) {
        for (const accountId of accounts) {
          const order = await queries.orderByClientOrderId(accountId, `order-${number}`);
          expect(order).toMatchObject({ accountId, clientOrderId: `order-${number}` });
          expect(order!.fills).toHaveLength(1);
        }
      }
      expect(await queries.orderByClientOrderId(accounts[0]!, 'order-601')).toBeUndefined();
    });

    it('is numbered on from event to event', async () => {
      const { queries } = journal;
      const { accountSequence } = await queries.accountPosition(accounts[0]!);
      const eventsPerOrder = 4;
      expect(accountSequence).toBe(1 + count * eventsPerOrder);
      for (const number of [1, 2, 1_000, 2_000, accountSequence]) {
        const sequence = (await queries.sequenceOfAccountEvent(accounts[0]!, number))!;
        const [record] = await queries.accountRecords({ accountId: accounts[0]!, fromSequence: sequence, limit: 1 });
        expect(record!.firstAccountSequence).toBeLessThanOrEqual(number);
        expect(record!.firstAccountSequence + eventsPerOrder).toBeGreaterThan(number);
      }
    });
  });

  describe('a ledger entry', () => {
    it('has the balance of before where its record gave and took as much', async () => {
      const ann = scenario.openAccount('Ann');
      scenario.deposit(ann, 'BTC', 30_000n);
      const sell = (takerFee?: bigint) =>
        scenario.order(ann, 'SELL', 1, 5, { fills: [{ priceTicks: 5, quantityLots: 1, takerFee }] });
      sell(500n);
      sell(0n);
      sell(500n);
      await keep();
      const entries = await paged((page) => journal.queries.ledger({ ...page, accountId: ann, asset: 'USD' }));
      expect(entries.map(({ amount, balance }) => [amount, balance])).toEqual([
        [-500n, 500n],
        [500n, 1_000n],
        [500n, 500n],
        [-500n, 0n],
        [500n, 500n],
      ]);
      expect(entries.map(({ entryId }) => entryId)).toEqual(
        [...entries.map(({ entryId }) => entryId)].sort(descending),
      );
    });
  });

  describe('the market', () => {
    it('has trades and fills, newest first', async () => {
      const ann = scenario.openAccount('Ann');
      for (const priceTicks of [10_000, 10_001, 10_002]) {
        scenario.order(ann, 'SELL', 2, 1, { fills: [{ priceTicks, quantityLots: 2 }] });
      }
      await keep();
      const { queries } = journal;
      const trades = await paged((page) => queries.trades({ ...page, symbol: 'BTC-USD' }));
      expect(trades.map((trade) => trade.tradeId)).toEqual([3, 2, 1]);
      expect(trades[0]).toEqual({
        ...{ tradeId: 3, symbol: 'BTC-USD', price: 10_002n * tickSize, quantity: 2n * lotSize },
        ...{ notional: 2_000_400n, takerSide: 'SELL', executedAt: startTime + 5 },
      });
      expect(await queries.trades({ symbol: 'ETH-USD', limit: 10 })).toEqual({ items: [], nextCursor: undefined });
      const fills = await paged((page) => queries.fills({ ...page, accountId: ann, symbol: 'BTC-USD' }));
      expect(fills.map((fill) => fill.tradeId)).toEqual([3, 2, 1]);
      expect((await queries.fills({ accountId: ann, symbol: 'ETH-USD', limit: 5 })).items).toEqual([]);
    });

    it('has candles of the reference price and the trades, and a day made of them', async () => {
      const ann = scenario.openAccount('Ann');
      scenario.movePrice(10_000).movePrice(10_005);
      scenario.order(ann, 'BUY', 3, 10_007, { fills: [{ priceTicks: 10_007, quantityLots: 3 }] });
      await keep();
      scenario.movePrice(9_990);
      await keep();
      scenario.wait(60_000).movePrice(9_995).wait(180_000).movePrice(10_001);
      const { time } = await keep();
      const { queries } = journal;
      const page = (interval: '1m' | '5m' | '1h' | '1d', more = {}) =>
        queries.candles({ symbol: 'BTC-USD', interval, limit: 10, ...more });
      const candles = async (...query: Parameters<typeof page>) => (await page(...query)).items;
      const ticks = (count: number) => BigInt(count) * tickSize;
      const minute = Date.UTC(2026, 0, 2, 3, 4);
      const first = {
        ...{ openTime: minute, open: ticks(10_000), high: ticks(10_007), low: ticks(9_990), close: ticks(9_990) },
        ...{ volume: 3n * lotSize, quoteVolume: 3_002_100n, tradeCount: 1 },
      };
      const minutes = await candles('1m');
      expect(minutes.map((candle) => candle.openTime - minute)).toEqual([240_000, 60_000, 0]);
      expect(minutes[2]).toEqual(first);
      expect(await candles('1m', { from: minute + 1, to: minute + 240_000 })).toEqual([minutes[1]]);
      expect(await page('1m', { limit: 1 })).toEqual({ items: [minutes[0]], nextCursor: minute + 240_000 });
      expect(await page('1m', { limit: 3 })).toEqual({ items: minutes });
      expect((await candles('5m')).map((candle) => candle.openTime)).toEqual([minute + 60_000, minute - 240_000]);
      const whole = { ...first, close: ticks(10_001) };
      expect(await candles('1d')).toEqual([{ ...whole, openTime: Date.UTC(2026, 0, 2) }]);
      const { openTime: _t, ...day } = whole;
      expect(await queries.day('BTC-USD', time)).toEqual(day);
      expect(await queries.day('BTC-USD', minute + 86_400_000)).toMatchObject({ open: ticks(9_995), tradeCount: 0 });
      expect(await queries.day('BTC-USD', time + 2 * 86_400_000)).toBeUndefined();
    });
  });

  describe('the audit trail', () => {
    it('finds records by account, order and event', async () => {
      const [ann, bob] = [scenario.openAccount('Ann'), scenario.openAccount('Bob')];
      const resting = scenario.order(ann, 'SELL', 10, 10_000);
      scenario.movePrice(10_000);
      const other = scenario.order(ann, 'SELL', 10, 10_000);
      const hit = { priceTicks: 10_000, quantityLots: 4, makerOrderId: resting, makerAccountId: ann };
      const hitter = scenario.order(bob, 'BUY', 4, 10_000, { fills: [hit] });
      const before = scenario.lastSequence;
      scenario.cancel(ann, resting).cancel(ann, other);
      await keep();
      const sequences = async (query: object) =>
        (await paged((page) => journal.queries.records({ ...page, ...query }))).map((record) => record.sequence);
      expect(await sequences({})).toEqual(Array.from({ length: scenario.lastSequence }, (__, index) => index + 1));
      expect(await sequences({ accountId: ann })).toEqual([ann, resting, other, hitter, before + 1, before + 2]);
      expect(await sequences({ accountId: bob })).toEqual([bob, hitter]);
      expect(await sequences({ orderId: resting })).toEqual([resting, hitter, before + 1]);
      expect(await sequences({ orderId: hitter })).toEqual([hitter]);
      expect(await sequences({ orderId: resting, accountId: bob })).toEqual([]);
      expect(await sequences({ orderId: 999 })).toEqual([]);
      expect(await sequences({ eventType: 'OrderCanceled' })).toEqual([before + 1, before + 2]);
      expect(await sequences({ accountId: ann, eventType: 'TradeExecuted' })).toEqual([hitter]);
      expect((await journal.queries.records({ limit: 1, cursor: 3 })).items).toEqual((await readAll(3)).slice(0, 1));
    });
  });
});

function descending(a: number, b: number): number {
  return b - a;
}
