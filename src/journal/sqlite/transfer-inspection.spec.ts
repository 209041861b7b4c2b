import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openTradingVenue, type TradingDay, tradeADay } from '../../venue/trading-day.fixture.js';
import type { Venue } from '../../venue/venue.js';
import type { Check } from '../journal.js';
import { reseal } from './reseal.fixture.js';
import { SqliteJournal } from './sqlite-journal.js';
import { verifyFile } from './verification.js';

const origin = { transport: 'REST', requestId: 'moving' } as const;

/** A journal that was begun without a custodian, and goes on with one. */
describe('the verification of deposits, withdrawals and transfers', () => {
  let folder: string;
  let day: TradingDay;
  let deposit: number;
  let transfer: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'transfers-'));
    const path = join(folder, 'sound');
    const before = await openTradingVenue(await SqliteJournal.open(path));
    day = await tradeADay(before);
    expect(before.exchange.state.settlement.instructionCount).toBe(0);
    await before.close();
    const venue = await openTradingVenue(await SqliteJournal.open(path), undefined, { instructsTransfers: true });
    deposit = await moved(venue, { type: 'Deposit', accountId: day.alice, asset: 'USD', amount: 300_000_000n });
    await moved(venue, { type: 'Withdraw', accountId: day.alice, asset: 'USD', amount: 100_000_000n });
    const terms = { fromAccountId: day.alice, toAccountId: day.bob, asset: 'USD', amount: 50_000_000n };
    transfer = await moved(venue, { type: 'Transfer', ...terms });
    await venue.close();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function moved(venue: Venue, command: Parameters<Venue['submit']>[0]): Promise<number> {
    const { sequence, reject } = await venue.submit(command, origin);
    expect(reject).toBeUndefined();
    return sequence;
  }

  async function checks(tamper: (database: DatabaseSync) => void): Promise<readonly Check[]> {
    const directory = mkdtempSync(join(folder, 'tampered-'));
    cpSync(join(folder, 'sound'), directory, { recursive: true });
    const path = join(directory, 'journal.sqlite');
    const database = new DatabaseSync(path);
    tamper(database);
    database.close();
    return (await verifyFile({ path })).checks;
  }
  const finding = async (tamper: (database: DatabaseSync) => void) =>
    (await checks(tamper)).find(({ name }) => name === 'settlement')!;

  it('finds instructions to be what was posted, from the custodian on', async () => {
    const found = await checks(() => undefined);
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(found.find(({ name }) => name === 'settlement')!.detail).toMatch(
      /; those of 3 deposits, withdrawals and transfers to their postings\.$/,
    );
  });

  it.each([
    [
      'an instruction that is kept to be sent',
      () => 'UPDATE instructions SET amount = amount + 1 WHERE instruction_id = 1',
      () =>
        `Record ${deposit}: In the deposit tfr-${deposit} the postings of acc-${day.alice} come to 3 USD, ` +
        `its instructions as they are sent to 3.00000001 USD.`,
    ],
    [
      'an instruction that was lost',
      () => 'DELETE FROM instructions WHERE instruction_id = 4',
      () =>
        `Record ${transfer}: In the transfer tfr-${transfer} the postings of acc-${day.bob} come to 0.5 USD, ` +
        `its instructions as they are sent to 0 USD.`,
    ],
    [
      'an instruction of another account',
      () => `UPDATE instructions SET account_id = ${day.bob} WHERE instruction_id = 1`,
      () => `the postings of acc-${day.alice} come to 3 USD, its instructions as they are sent to 0 USD, and 1 more`,
    ],
    [
      'a posting',
      () => `UPDATE transfers SET amount = amount * 2 WHERE transfer_id = ${deposit}`,
      () => `the postings of acc-${day.alice} come to 6 USD, its instructions to 3 USD.`,
    ],
  ])('names %s', async (_what, sql, expected) => {
    const { ok, detail } = await finding((database) => database.exec(sql()));
    expect([ok, detail]).toEqual([false, expect.stringContaining(expected())]);
  });

  it('finds a movement whose instruction was taken out of the journal', async () => {
    const found = await checks((database) => {
      const forged = `events = replace(events, ',"instructionId":1', '')`;
      database.exec(`UPDATE journal SET ${forged} WHERE sequence = ${deposit}`);
      reseal(database);
    });
    expect(found.find(({ name }) => name === 'replay')).toMatchObject({
      ok: false,
      detail: expect.stringContaining(`Record ${deposit}: its command leads to other events`),
    });
  });
});
