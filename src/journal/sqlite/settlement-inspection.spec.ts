import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PlaceOrder } from '../../engine/command.js';
import { formatDecimal } from '../../engine/money.js';
import { openTradingVenue, type TradingDay, tradeADay } from '../../venue/trading-day.fixture.js';
import type { Venue } from '../../venue/venue.js';
import type { Check } from '../journal.js';
import { reseal } from './reseal.fixture.js';
import { SqliteJournal } from './sqlite-journal.js';
import { verifyFile } from './verification.js';

const origin = { transport: 'REST', requestId: 'settling' } as const;

describe('the verification of settlement', () => {
  let folder: string;
  let day: TradingDay;
  let bitcoins: number;
  let ethers: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'settlement-'));
    const venue = await openTradingVenue(await SqliteJournal.open(join(folder, 'sound')));
    day = await tradeADay(venue);
    await buy(venue, 'ETH-USD');
    bitcoins = await closeCycle(venue, 'BTC-USD');
    await buy(venue, 'BTC-USD');
    ethers = await closeCycle(venue, 'ETH-USD');
    await buy(venue, 'BTC-USD');
    await venue.close();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function buy(venue: Venue, symbol: string): Promise<void> {
    const order: PlaceOrder = {
      ...{ type: 'PlaceOrder', accountId: day.alice, symbol, side: 'BUY', orderType: 'MARKET', timeInForce: 'IOC' },
      ...{ quantity: 1_000_000n, postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
    };
    expect((await venue.submit(order, origin)).reject).toBeUndefined();
  }

  /** As the closer of cycles does it, of one market. */
  async function closeCycle(venue: Venue, symbol: string): Promise<number> {
    const throughSequence = await venue.durable();
    const afterSequence = venue.exchange.markets.get(symbol)!.settledThrough;
    const range = { markets: [{ symbol, afterSequence }], throughSequence, everyMarket: false };
    const instructions = await venue.queries.settlement.nets(range);
    const command = { type: 'CloseSettlementCycle', settlementDate: '2026-01-02', symbols: [symbol] } as const;
    const { sequence, reject } = await venue.submit({ ...command, throughSequence, instructions }, origin);
    expect([reject, instructions.length > 3]).toEqual([undefined, true]);
    return sequence;
  }

  async function checked(tamper: (database: DatabaseSync) => void): Promise<Check> {
    const directory = mkdtempSync(join(folder, 'tampered-'));
    cpSync(join(folder, 'sound'), directory, { recursive: true });
    const path = join(directory, 'journal.sqlite');
    const database = new DatabaseSync(path);
    tamper(database);
    database.close();
    return (await verifyFile({ path })).checks.find(({ name }) => name === 'settlement')!;
  }

  /** What is kept of one number before somebody changes it. */
  function kept(sql: string, scale = 8): string {
    const database = new DatabaseSync(join(folder, 'sound', 'journal.sqlite'), { readOnly: true });
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    const [value] = Object.values(statement.get()!);
    database.close();
    return formatDecimal(value as bigint, scale);
  }

  const netOf = (cycle: number, accountId: number, asset: string, more = 0) =>
    kept(`SELECT amount + ${more} FROM instructions
      WHERE cycle_sequence = ${cycle} AND account_id = ${accountId} AND asset = '${asset}'`);

  it('finds trades, obligations and instructions to be the same, in cycles and while they wait', async () => {
    expect(await checked(() => undefined)).toEqual({
      name: 'settlement',
      ok: true,
      detail:
        'The obligations come to what 3 trades in 2 cycles and 2 that wait say, and the 12 instructions to the obligations.',
    });
  });

  it('names the account, the asset and the cycle of a trade that was changed', async () => {
    const { ok, detail } = await checked((database) =>
      database.exec(`UPDATE trades SET quantity = quantity + 5 WHERE trade_id = 2`),
    );
    expect(ok).toBe(false);
    expect(detail).toBe(
      `Record ${bitcoins}: In the cycle of record ${bitcoins}, which settles on 2026-01-02, ` +
        `the obligations of acc-${day.alice} come to ${netOf(bitcoins, day.alice, 'BTC', 5)} BTC, ` +
        `its instructions to ${netOf(bitcoins, day.alice, 'BTC')} BTC, and 1 more of its sums differ.`,
    );
  });

  it('names those of an obligation that is not what its trade says', async () => {
    const { detail } = await checked(
      withOtherPostings('quantity AS amount', 'quantity + iif(trade_id = 3, 7, 0) AS amount'),
    );
    expect(detail).toContain(
      `In the cycle of record ${ethers}, which settles on 2026-01-02, the trades of acc-liquidity come to ` +
        `${netOf(ethers, -3, 'ETH')} ETH, its obligations to ${netOf(ethers, -3, 'ETH', -7)} ETH`,
    );
  });

  it('names those of an instruction that was changed where it is kept to be sent', async () => {
    const { detail } = await checked((database) =>
      database.exec(`UPDATE instructions SET amount = amount - 9
        WHERE cycle_sequence = ${ethers} AND account_id = ${day.alice} AND asset = 'USD'`),
    );
    expect(detail).toContain(
      `the obligations of acc-${day.alice} come to ${netOf(ethers, day.alice, 'USD')} USD, ` +
        `its instructions as they are sent to ${netOf(ethers, day.alice, 'USD', -9)} USD.`,
    );
  });

  it('names those of an instruction that was journaled so, though each asset adds up', async () => {
    const amounts = kept(
      `SELECT amount FROM instructions WHERE cycle_sequence = ${ethers} AND asset = 'ETH'
      AND amount > 0`,
      0,
    );
    const { detail } = await checked((database) => {
      const forged = (column: string) => `${column} = replace(${column}, '${amounts}"', '${amounts}0"')`;
      database.exec(`UPDATE journal SET ${forged('command')}, ${forged('events')} WHERE sequence = ${ethers}`);
      reseal(database);
    });
    expect(detail).toContain(
      `the obligations of acc-liquidity come to ${netOf(ethers, -3, 'ETH')} ETH, its instructions to -0.1 ETH`,
    );
  });

  it.each([
    [
      'a fee',
      withOtherPostings('taker_fee, taker_account_id', 'taker_fee + (trade_id = 5), taker_account_id'),
      /the trades of acc-\d+ come to .* USD, its obligations to .* USD, and 1 more/,
    ],
    [
      'a buyer',
      withOtherPostings(
        'taker_account_id, maker_account_id) AS to',
        'iif(trade_id = 4, 1, taker_account_id), maker_account_id) AS to',
      ),
      /the trades of acc-\d+ come to 0\.0[12] BTC/,
    ],
  ])('names what waits for a cycle: %s', async (_what, tamper, finding) => {
    const { ok, detail } = await checked(tamper);
    expect([ok, detail]).toEqual([false, expect.stringMatching(finding)]);
    expect(detail).toMatch(/^After the last cycle /);
  });

  it.each([
    ['that was lost', 'DELETE FROM trades WHERE trade_id = 3'],
    ['of another market', `UPDATE trades SET symbol = 'BTC-USD' WHERE trade_id = 3`],
  ])('finds a trade %s', async (_what, sql) => {
    const { ok, detail } = await checked((database) => database.exec(sql));
    expect([ok, detail]).toEqual([
      false,
      expect.stringMatching(/the (trades|obligations) of acc-\S+ come to .* its (obligations|instructions) to/),
    ]);
  });

  it.each([
    ['that has no obligations', withOtherPostings('WHERE taker_fee <> 0', 'WHERE taker_fee <> 0 AND trade_id <> 3')],
    ['of a market that trades in another asset', `UPDATE markets SET base = 'BTC' WHERE symbol = 'ETH-USD'`],
  ])('finds a trade %s', async (_what, tamper) => {
    const { ok, detail } = await checked((database) =>
      typeof tamper === 'string' ? database.exec(tamper) : tamper(database),
    );
    expect([ok, detail]).toEqual([false, expect.stringMatching(/the trades of acc-\S+ come to .* its obligations to/)]);
  });
});

/** Changes how the postings follow from trades. */
function withOtherPostings(said: string, forged: string): (database: DatabaseSync) => void {
  return (database) => {
    const { sql } = database.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'postings'`).get() as { sql: string };
    expect(sql).toContain(said);
    database.exec(`DROP VIEW postings; ${sql.replace(said, forged)}`);
  };
}
