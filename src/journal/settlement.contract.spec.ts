import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstructionStatus, NetObligation } from '../engine/command.js';
import { externalAccountId, feesAccountId, liquidityAccountId } from '../engine/ids.js';
import type { Journal } from './journal.js';
import { Scenario, startTime } from './scenario.fixture.js';
import type { InstructionRow } from './settlement-queries.js';
import { MemoryJournal } from './sqlite/memory-journal.js';
import { SqliteJournal } from './sqlite/sqlite-journal.js';

const journals: Record<string, (directory: string) => Promise<Journal>> = {
  'a SQLite journal': (directory) => SqliteJournal.open(directory),
  'a journal in memory': async () => new MemoryJournal(),
};

/** What every journal knows of settlement. */
describe.each(Object.entries(journals))('%s', (_, open) => {
  let directory: string;
  let journal: Journal;
  let scenario: Scenario;
  let ann: number;
  let bob: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'settlement-'));
    journal = await open(directory);
    scenario = new Scenario().configure();
    [ann, bob] = [scenario.openAccount('Ann'), scenario.openAccount('Bob')];
    scenario.deposit(ann, 'USD', 10_000_000n);
    scenario.deposit(bob, 'BTC', 900_000n);
  });

  afterEach(async () => {
    await journal.close();
    rmSync(directory, { recursive: true });
  });

  const keep = () => journal.append(scenario.take());
  const nets = (afterSequence: number, throughSequence: number, everyMarket = true) =>
    journal.queries.settlement.nets({
      markets: [{ symbol: 'BTC-USD', afterSequence }],
      throughSequence,
      everyMarket,
    });

  /** Bob sells five lots at 100.00 USD to Ann and the rest to nobody: 5,000,000 units. */
  function trade(): number {
    const resting = scenario.order(bob, 'SELL', 10, 10_000);
    const hit = { priceTicks: 10_000, quantityLots: 5, makerOrderId: resting, makerAccountId: bob };
    return scenario.order(ann, 'BUY', 5, 10_000, { fills: [hit] });
  }

  /** The market's own provider buys one lot of Bob at 100.00 USD. */
  const sellOne = () => scenario.order(bob, 'SELL', 1, 10_000, { fills: [{ priceTicks: 10_000, quantityLots: 1 }] });

  const net = (accountId: number, asset: string, amount: bigint): NetObligation => ({ accountId, asset, amount });

  it('adds up what trades and fees left each account with, and nothing else', async () => {
    trade();
    const first = scenario.lastSequence;
    sellOne();
    await keep();
    const traded = [
      net(feesAccountId, 'USD', 7_500n),
      net(ann, 'BTC', 50_000n),
      net(ann, 'USD', -5_005_000n),
      net(bob, 'BTC', -50_000n),
      net(bob, 'USD', 4_997_500n),
    ];
    for (const everyMarket of [true, false]) {
      expect(await nets(0, first, everyMarket)).toEqual(traded);
      expect(await nets(first, scenario.lastSequence, everyMarket)).toEqual([
        net(liquidityAccountId, 'BTC', 10_000n),
        net(liquidityAccountId, 'USD', -1_000_000n),
        net(feesAccountId, 'USD', 1_000n),
        net(bob, 'BTC', -10_000n),
        net(bob, 'USD', 999_000n),
      ]);
      expect(await nets(0, first - 1, everyMarket)).toEqual([]);
    }
    const elsewhere = {
      markets: [{ symbol: 'ETH-USD', afterSequence: 0 }],
      throughSequence: first,
      everyMarket: false,
    };
    expect(await journal.queries.settlement.nets(elsewhere)).toEqual([]);
  });

  it('adds up more than 63 bits hold', async () => {
    const huge = 2n ** 62n;
    for (let count = 0; count < 3; count += 1) {
      scenario.deposit(ann, 'USD', huge);
      scenario.tradeFor(ann, huge);
    }
    await keep();
    // A candle's volume ends at 63 bits, within a batch as well: it must not end the journal.
    const { items } = await journal.queries.candles({ symbol: 'BTC-USD', interval: '1d', limit: 1 });
    expect(items[0]).toMatchObject({ quoteVolume: 2n ** 63n - 1n, tradeCount: 3 });
    expect(await nets(0, scenario.lastSequence)).toContainEqual(net(ann, 'USD', -3n * huge));
  });

  it('finds records by their time', async () => {
    const before = scenario.lastSequence;
    scenario.wait(60_000).movePrice(10_000);
    await keep();
    const { settlement } = journal.queries;
    const time = (await settlement.timeOf(before + 1))!;
    expect(time).toBe(startTime + 60_000 + before + 1);
    expect(await settlement.lastSequenceBefore(time)).toBe(before);
    expect(await settlement.lastSequenceBefore(time + 1)).toBe(before + 1);
    expect(await settlement.lastSequenceBefore(startTime)).toBe(0);
    expect(await settlement.timeOf(before + 2)).toBeUndefined();
  });

  describe('has instructions', () => {
    const note = (...changes: [number, InstructionStatus, string?][]) =>
      scenario.noteInstructions(
        changes.map(([instructionId, status, reason]) => ({ instructionId, accountId: bob, status, reason })),
      );

    beforeEach(async () => {
      trade();
      scenario.closeCycle([net(ann, 'BTC', 50_000n), net(bob, 'BTC', -50_000n)]);
      sellOne();
      scenario.closeCycle([net(liquidityAccountId, 'BTC', 10_000n), net(bob, 'BTC', -10_000n)]);
      note([1, 'INSTRUCTED'], [2, 'INSTRUCTED'], [1, 'SETTLED']);
      note([2, 'FAILED', 'too late']);
      await keep();
    });

    it('with their history', async () => {
      const last = scenario.lastSequence;
      const { settlement } = journal.queries;
      expect(await settlement.instruction(2)).toEqual({
        ...{ instructionId: 2, kind: 'TRADE_NET', madeBy: 8, accountId: bob, asset: 'BTC', amount: -50_000n },
        ...{
          status: 'FAILED',
          reason: 'too late',
          settlementDate: '2026-01-02',
          attempts: 1,
          createdAt: startTime + 8,
        },
        updatedAt: startTime + last,
        history: [
          { status: 'PENDING', sequence: 8, changedAt: startTime + 8 },
          { status: 'INSTRUCTED', sequence: last - 1, changedAt: startTime + last - 1 },
          { status: 'FAILED', reason: 'too late', sequence: last, changedAt: startTime + last },
        ],
      });
      expect((await settlement.instruction(1))!.history.map(({ status }) => status)).toEqual([
        'PENDING',
        'INSTRUCTED',
        'SETTLED',
      ]);
      expect(await settlement.instruction(5)).toBeUndefined();
    });

    it('listed newest first, with every filter, and those that are open oldest first', async () => {
      const { settlement } = journal.queries;
      const ids = async (query: object, list: 'instructions' | 'openInstructions' = 'instructions') =>
        (await settlement[list]({ limit: 10, ...query })).items.map(({ instructionId }) => instructionId);
      expect(await ids({})).toEqual([4, 3, 2, 1]);
      expect(await ids({ limit: 2, cursor: 3 })).toEqual([2, 1]);
      expect(await ids({ accountId: bob })).toEqual([4, 2]);
      expect(await ids({ accountId: bob, status: 'FAILED' })).toEqual([2]);
      expect(await ids({ status: 'SETTLED' })).toEqual([1]);
      expect(await ids({ settlementDate: '2026-01-02' })).toEqual([4, 3, 2, 1]);
      expect(await ids({ settlementDate: '2026-01-03' })).toEqual([]);
      expect(await ids({}, 'openInstructions')).toEqual([2, 3, 4]);
      expect(await ids({ cursor: 2 }, 'openInstructions')).toEqual([3, 4]);
    });

    it('by cycle', async () => {
      const { items } = await journal.queries.settlement.cycles({ limit: 10 });
      expect(items).toEqual([
        {
          ...{ sequence: 8, settlementDate: '2026-01-02', throughSequence: 7, closedAt: startTime + 8 },
          ...{ markets: [{ symbol: 'BTC-USD', afterSequence: 0 }], firstInstructionId: 1, instructionCount: 2 },
        },
        expect.objectContaining({ markets: [{ symbol: 'BTC-USD', afterSequence: 7 }], firstInstructionId: 3 }),
      ]);
      const [, second] = items;
      const found = await journal.queries.settlement.instructionsInARow(second!);
      expect(found.map(({ instructionId }) => instructionId)).toEqual([3, 4]);
    });

    it('of deposits and transfers, each side that is not the outside world, between those of cycles', async () => {
      const deposited = scenario.moveAtCustodian(externalAccountId, ann, 'USD', 700n);
      sellOne();
      scenario.closeCycle([net(liquidityAccountId, 'BTC', 10_000n), net(bob, 'BTC', -10_000n)]);
      const moved = scenario.moveAtCustodian(ann, bob, 'USD', 200n);
      const uninstructed = scenario.deposit(ann, 'USD', 5n);
      await keep();
      const { settlement } = journal.queries;
      const shown = ({ instructionId, kind, madeBy, accountId, amount, settlementDate, status }: InstructionRow) =>
        `${instructionId} ${kind} of ${madeBy}: ${amount} of ${accountId} on ${settlementDate} ${status}`;
      const ofDeposit = `5 DEPOSIT of ${deposited}: 700 of ${ann} on 2026-01-02 PENDING`;
      const ofTransfer = [
        `8 TRANSFER of ${moved}: -200 of ${ann} on 2026-01-02 PENDING`,
        `9 TRANSFER of ${moved}: 200 of ${bob} on 2026-01-02 PENDING`,
      ];
      expect((await settlement.instructionsOfTransfer(deposited)).map(shown)).toEqual([ofDeposit]);
      expect((await settlement.instructionsOfTransfer(moved)).map(shown)).toEqual(ofTransfer);
      for (const other of [uninstructed, 8, 999]) expect(await settlement.instructionsOfTransfer(other)).toEqual([]);
      const { items } = await settlement.instructions({ limit: 10, accountId: ann });
      expect(items.map(shown).slice(0, 2)).toEqual([ofTransfer[0], ofDeposit]);
      const inARow = await settlement.instructionsInARow({ firstInstructionId: 4, instructionCount: 3 });
      expect(inARow.map(({ kind }) => kind)).toEqual(['TRADE_NET', 'DEPOSIT', 'TRADE_NET']);
      expect((await settlement.instruction(5))!.history).toEqual([
        { status: 'PENDING', sequence: deposited, changedAt: startTime + deposited },
      ]);
      expect(await settlement.transferNets(deposited)).toEqual([net(ann, 'USD', 700n)]);
      expect(await settlement.transferNets(moved)).toEqual([net(ann, 'USD', -200n), net(bob, 'USD', 200n)]);
      expect(await settlement.transferNets(8)).toEqual([]);
    });

    it('of the obligations of a trade and of an account', async () => {
      sellOne();
      await keep();
      const { settlement } = journal.queries;
      const shown = ({ tradeId, accountId, asset, amount, cycle, instruction }: ObligationShown) =>
        `trd-${tradeId} ${accountId} ${amount} ${asset} ${cycle?.sequence} ${instruction?.instructionId} ${instruction?.status}`;
      expect((await settlement.tradeObligations(1)).map(shown)).toEqual([
        `trd-1 ${bob} -50000 BTC 8 2 FAILED`,
        `trd-1 ${ann} 50000 BTC 8 1 SETTLED`,
        `trd-1 ${ann} -5000000 USD 8 undefined undefined`,
        `trd-1 ${bob} 5000000 USD 8 undefined undefined`,
        `trd-1 ${ann} -5000 USD 8 undefined undefined`,
        `trd-1 ${feesAccountId} 5000 USD 8 undefined undefined`,
        `trd-1 ${bob} -2500 USD 8 undefined undefined`,
        `trd-1 ${feesAccountId} 2500 USD 8 undefined undefined`,
      ]);
      expect(await settlement.tradeObligations(99)).toEqual([]);
      const { items } = await settlement.accountObligations({ accountId: bob, limit: 100 });
      expect(items.map(shown).filter((text) => text.includes('BTC'))).toEqual([
        `trd-3 ${bob} -10000 BTC undefined undefined undefined`,
        `trd-2 ${bob} -10000 BTC 10 4 PENDING`,
        `trd-1 ${bob} -50000 BTC 8 2 FAILED`,
      ]);
    });
  });
});

type ObligationShown = Awaited<ReturnType<Journal['queries']['settlement']['tradeObligations']>>[number];
