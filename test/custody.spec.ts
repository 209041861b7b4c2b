import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CustodianProcess } from './custodian-process.fixture.js';
import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { SettlingExchange, units } from './settling-exchange.fixture.js';

/** Deposits, withdrawals and transfers where there is a custodian, each in a process of its own, with real files. */
describe('custody', () => {
  let folder: string;
  let custodian: CustodianProcess;
  let exchange: SettlingExchange;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custody-'));
    custodian = await CustodianProcess.start({ store: join(folder, 'custody.jsonl') });
    exchange = await SettlingExchange.start({
      ...{ STORE: 'disk', DATA_DIR: join(folder, 'data'), SETTLEMENT_CUTOFF: '24h' },
      ...{ SETTLEMENT_CUSTODIAN: 'custodian-simulator', PEERS: `custodian-simulator=${custodian.address}` },
      CHAOS_ENABLED: 'true',
    });
  });

  afterEach(async () => {
    await exchange.kill();
    await custodian.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const move = (accountId: string, what: 'deposits' | 'withdrawals', amount: string, key?: string): Promise<Answer> =>
    exchange.post(`/api/v1/accounts/${accountId}/${what}`, { asset: 'USD', amount }, key);
  const settlements = async (query: string): Promise<Answer[]> =>
    (await exchange.get(`/api/v1/settlements?limit=500&${query}`)).items;

  /** How often the custodian has settled each instruction, from what it keeps. */
  function settledAtCustodian(): Record<string, number> {
    const lines = readFileSync(join(folder, 'custody.jsonl'), 'utf8').trim().split('\n');
    const settled = lines.map((line) => JSON.parse(line)).filter(({ status }) => status === 'SETTLED');
    const ids = settled.map(({ instructionId }) => instructionId as string);
    return Object.fromEntries(ids.map((id) => [id, ids.filter((other) => other === id).length]));
  }

  async function custodianHasWhatAccountsHave(accounts: readonly string[]): Promise<void> {
    const positions = await custodian.positions(await exchange.venueId());
    for (const accountId of accounts) {
      const totals = await exchange.totals(accountId);
      expect(Object.fromEntries(Object.keys(totals).map((key) => [key, units(positions[key] ?? '0')]))).toEqual(totals);
    }
  }

  it('moves with each deposit, withdrawal and transfer, at once, and with a repeated one only once', async () => {
    const [alice, bob] = [await exchange.account({}), await exchange.account({})];
    const { transferId: deposit } = await move(alice, 'deposits', '100', 'first');
    expect((await move(alice, 'deposits', '100', 'first')).transferId).toBe(deposit);
    const { transferId: withdrawal } = await move(alice, 'withdrawals', '30');
    const terms = { fromAccountId: alice, toAccountId: bob, asset: 'USD', amount: '20' };
    const { transferId: transfer } = await exchange.post('/api/v1/transfers', terms);
    expect(await move(alice, 'withdrawals', '1000')).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    await exchange.everythingSettled();

    const settlementDate = new Date().toISOString().slice(0, 10);
    const instruction = { asset: 'USD', status: 'SETTLED', attempts: 1, settlementDate };
    expect(await settlements('')).toMatchObject([
      { ...instruction, kind: 'TRANSFER', transferId: transfer, accountId: bob, amount: '20' },
      { ...instruction, kind: 'TRANSFER', transferId: transfer, accountId: alice, amount: '-20' },
      { ...instruction, kind: 'WITHDRAWAL', transferId: withdrawal, accountId: alice, amount: '-30' },
      { ...instruction, kind: 'DEPOSIT', transferId: deposit, accountId: alice, amount: '100' },
    ]);
    expect((await settlements(`transferId=${transfer}&accountId=${bob}`)).map(({ amount }) => amount)).toEqual(['20']);
    const { history } = await exchange.get('/api/v1/settlements/ins-1');
    expect(history.map(({ status }: Answer) => status)).toEqual(['PENDING', 'INSTRUCTED', 'SETTLED']);
    const { items } = await exchange.get(`/audit/v1/events?accountId=${bob}&type=FundsMoved`);
    expect(items[0].events[0].instructions).toMatchObject([{ instructionId: 'ins-3' }, { instructionId: 'ins-4' }]);
    await custodianHasWhatAccountsHave([alice, bob]);
    expect(await exchange.reconcile()).toMatchObject({ ok: true, cycles: 0, transfers: 4, confirmed: 4 });
  }, 60_000);

  it('is struck by the faults of settlement, and settled in the end', async () => {
    const accountId = await exchange.account({});
    const fault = { kind: 'settlement-fail', target: { accountId }, untilCleared: true };
    const { faultId } = await exchange.post('/audit/v1/faults', fault);
    const { transferId } = await move(accountId, 'deposits', '100');
    await eventually(async () => expect(await settlements(`transferId=${transferId}&status=FAILED`)).toHaveLength(1));
    await exchange.delete(`/audit/v1/faults/${faultId}`);
    await exchange.everythingSettled();
    const { status, attempts, history } = await exchange.get('/api/v1/settlements/ins-1');
    expect([status, attempts > 1]).toEqual(['SETTLED', true]);
    expect(history[2]).toMatchObject({ status: 'FAILED', reason: `The custodian fails it, by fault ${faultId}.` });
    await custodianHasWhatAccountsHave([accountId]);
    expect(await exchange.reconcile()).toMatchObject({ ok: true, confirmed: 1 });
  }, 60_000);

  it('survives kill -9 between a deposit and its settlement: nothing is lost, and nothing is done twice', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => exchange.account({})));
    await custodian.behave({ silence: 'all' });
    for (const accountId of accounts) await move(accountId, 'deposits', '100');
    await exchange.killAndRestart();
    expect((await settlements('status=PENDING')).map(({ kind }) => kind)).toEqual(Array(5).fill('DEPOSIT'));

    // From here on it is killed once the custodian has some, and each deposit is sent until it is answered.
    await custodian.behave({ silence: 'none', delayMs: 200 });
    for (let kills = 0; kills < 2; kills += 1) {
      const sending = accounts.map((accountId) => sendUntilAnswered(accountId, `round-${kills}`));
      await eventually(async () => {
        const sent = (await settlements('')).filter(({ status }) => status !== 'PENDING');
        expect(sent.length).toBeGreaterThan(kills * 5);
      }, 20_000);
      await exchange.killAndRestart();
      await Promise.all(sending);
    }
    await exchange.everythingSettled();
    expect(await settlements('status=SETTLED')).toHaveLength(15);
    expect(Object.values(settledAtCustodian())).toEqual(Array(15).fill(1));
    for (const accountId of accounts) {
      expect(await exchange.totals(accountId)).toMatchObject({ [`${accountId} USD`]: units('300') });
    }
    await custodianHasWhatAccountsHave(accounts);
    expect(await exchange.reconcile()).toMatchObject({ ok: true, breaks: [], transfers: 15, confirmed: 15 });
    expect(await exchange.get('/audit/v1/verify')).toMatchObject({ ok: true });
  }, 120_000);

  async function sendUntilAnswered(accountId: string, key: string): Promise<void> {
    await eventually(() => move(accountId, 'deposits', '100', key), 60_000);
  }

  it('names what was forged, at the custodian and in its own books', async () => {
    const accountId = await exchange.account({});
    const { transferId: first } = await move(accountId, 'deposits', '100');
    const { transferId: second } = await move(accountId, 'deposits', '50');
    await move(accountId, 'withdrawals', '10');
    await exchange.buy(accountId, '0.001');
    await exchange.closeCycles();
    await move(accountId, 'withdrawals', '5');
    await exchange.everythingSettled();
    expect(await exchange.reconcile()).toMatchObject({ ok: true, cycles: 1, transfers: 4, confirmed: 9 });

    await custodian.tamper(await exchange.venueId(), 'ins-1', '1000');
    const atCustodian = {
      ...{ kind: 'CUSTODIAN_TERMS', instructionId: 'ins-1', transferId: first },
      detail: 'ins-1 has amount 100 here and 1000 at the custodian.',
    };
    expect(await exchange.reconcile()).toMatchObject({ ok: false, confirmed: 8, breaks: [atCustodian] });

    await exchange.kill();
    const database = new DatabaseSync(join(folder, 'data', 'journal.sqlite'));
    database.exec(`UPDATE instructions SET amount = 1 WHERE instruction_id = 2;
      DELETE FROM instructions WHERE instruction_id IN (3, 9)`);
    database.close();
    await exchange.restart();
    const missing = (id: string) => ({ kind: 'INSTRUCTION_MISSING', instructionId: id });
    const { breaks } = await exchange.reconcile();
    expect(breaks).toMatchObject([
      missing('ins-3'),
      {
        ...{ kind: 'LEDGER_AMOUNT', instructionId: 'ins-2', transferId: second },
        detail: `ins-2 is of 1 units for ${accountId} USD, the posting of ${second} comes to 5000000000.`,
      },
      atCustodian,
      { kind: 'CUSTODIAN_TERMS', instructionId: 'ins-2', transferId: second },
      missing('ins-9'),
    ]);
    const { ok, checks } = await exchange.get('/audit/v1/verify');
    const { detail } = checks.find(({ name }: Answer) => name === 'settlement');
    expect([ok, detail]).toEqual([
      false,
      expect.stringContaining(
        `In the deposit ${second} the postings of ${accountId} come to 50 USD, its instructions as they are sent to 0.00000001 USD.`,
      ),
    ]);
  }, 60_000);
});
