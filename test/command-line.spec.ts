import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { columns } from '../src/cli/export-columns.js';
import { SqliteJournal } from '../src/journal/sqlite/sqlite-journal.js';
import { openTradingVenue, type TradingDay, tradedDirectory } from '../src/venue/trading-day.fixture.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(60_000);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as a process of its own, run from the sources. */
function start(...argv: string[]) {
  const { PATH, HOME } = process.env;
  const [node, ...program] = sourceProgram('src/cli/main.ts');
  const child = spawn(node!, [...program, ...argv], {
    cwd: tmpdir(),
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text.err += chunk;
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, ...text })));
  return { child, text, ended };
}

const run = (...argv: string[]): Promise<Ended> => start(...argv).ended;

describe('the command line', () => {
  let folder: string;
  let sound: string;
  let day: TradingDay;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'command-line-'));
    sound = join(folder, 'sound');
    day = await tradedDirectory(sound);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('explains itself', async () => {
    const { code, out } = await run('--help');
    expect([code, out]).toEqual([0, expect.stringMatching(/start[\s\S]*verify[\s\S]*export[\s\S]*Examples:/)]);
    for (const command of ['start', 'verify', 'export']) {
      const help = await run(command, '--help');
      expect([help.code, help.out]).toEqual([0, expect.stringMatching(/Exit codes:[\s\S]*Examples:/)]);
    }
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['explode'], /unknown command/],
    [['verify', '--colour'], /unknown option '--colour'/],
    [['export'], /--what <rows>' not specified/],
    [['export', '--what', 'secrets'], /Allowed choices are trades, orders, ledger/],
  ])('refuses %j as wrong usage', async (argv, message) => {
    expect(await run(...argv)).toEqual({ code: 64, out: '', err: expect.stringMatching(message) });
  });

  it('verifies a directory', async () => {
    const { code, out, err } = await run('verify', '--data-dir', sound);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/\d+ records[\s\S]*ok {5}hash-chain[\s\S]*ok {5}snapshots[\s\S]*Everything is as it should be/);
  });

  it('verifies while a server has the directory', async () => {
    const venue = await openTradingVenue(await SqliteJournal.open(sound));
    const { code, out } = await run('verify', '--data-dir', sound, '--json');
    await venue.close();
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ ok: true, checks: expect.any(Array) })]);
  });

  it('ends with 1 where something is wrong, and says what', async () => {
    const tampered = join(folder, 'tampered');
    await tradedDirectory(tampered);
    const database = new DatabaseSync(join(tampered, 'journal.sqlite'));
    database.exec(`UPDATE orders SET filled_quantity = 1 WHERE order_id = ${day.canceled}`);
    database.close();
    const { code, out } = await run('verify', '--data-dir', tampered);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/WRONG {2}read-model .*orders \(order_id \d+\) has filled_qua/),
    ]);
    expect(out).toContain('1 of 8 checks');
  });

  it('ends with 2 where there is no journal, and makes none', async () => {
    const nowhere = join(folder, 'nowhere');
    for (const argv of [['verify'], ['export', '--what', 'trades']]) {
      const { code, err } = await run(...argv, '--data-dir', nowhere);
      expect([code, err]).toEqual([2, expect.stringMatching(/there is no journal in .*nowhere/i)]);
    }
    expect(existsSync(nowhere)).toBe(false);
  });

  it.each(['trades', 'orders', 'ledger'] as const)('exports %s with the columns that it promises', async (what) => {
    const { code, out } = await run('export', '--data-dir', sound, '--what', what);
    const [head, ...rows] = parse(out) as string[][];
    expect([code, head]).toEqual([0, columns[what]]);
    expect(rows.length).toBeGreaterThan(1);
    const { out: lines } = await run('export', '--data-dir', sound, '--what', what, '--format', 'jsonl');
    const objects = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects.map((object) => Object.keys(object))).toEqual(objects.map(() => columns[what]));
    expect(objects.map((object) => Object.values(object).map((cell) => (cell === null ? '' : String(cell))))).toEqual(
      rows,
    );
  });

  it('exports decimals and public ids', async () => {
    const { out } = await run('export', '--data-dir', sound, '--what', 'orders', '--format', 'jsonl');
    const orders = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(orders.find(({ orderId }) => orderId === `ord-${day.resting}`)).toMatchObject({
      ...{ accountId: `acc-${day.alice}`, status: 'PARTIALLY_FILLED', price: '60000', quantity: '0.2' },
      ...{ filledQuantity: '0.1', remainingQuantity: '0.1', averagePrice: '60000', clientOrderId: null },
    });
  });

  it('writes to a new file, never over an old one', async () => {
    const output = join(folder, 'trades.csv');
    expect((await run('export', '--data-dir', sound, '--what', 'trades', '--output', output)).code).toBe(0);
    const written = readFileSync(output, 'utf8');
    expect(written).toMatch(/^tradeId,symbol,.*\ntrd-1,BTC-USD,60000.01,0.1,6000.001,BUY,/);
    const again = await run('export', '--data-dir', sound, '--what', 'orders', '--output', output);
    expect([again.code, again.err, readFileSync(output, 'utf8')]).toEqual([
      2,
      expect.stringContaining('EEXIST'),
      written,
    ]);
  });

  it.each([
    ['export', '--what', 'ledger', '--data-dir'],
    ['verify', '--data-dir'],
  ])('ends quietly when nobody reads any more: %s', async (...argv) => {
    const { child, ended } = start(...argv, sound);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });

  it('starts an exchange with the settings of its options, and drains it', async () => {
    const { child, text, ended } = start('start', '--store', 'memory', '--http-port', '0', '--grpc-port', '0');
    while (!text.out.includes('Data')) {
      if (child.exitCode !== null) throw new Error(text.err);
      await new Promise((wake) => setTimeout(wake, 50));
    }
    const [, address] = /REST +(http:\/\/[0-9.:]+)/.exec(text.out)!;
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('names a setting that is wrong', async () => {
    const { code, err } = await run('start', '--http-port', 'eighty');
    expect([code, err]).toEqual([78, expect.stringContaining('HTTP_PORT is "eighty": it must be a whole number')]);
  });
});
