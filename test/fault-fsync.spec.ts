import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { ExchangeDirectory, type Reply, type RunningExchange } from './faults/exchange-directory.fixture.js';

jest.setTimeout(120_000);

const compiler = ['gcc', 'cc', 'clang'].find((name) => runs(name, ['--version']));
const isRequired = process.env.CI === 'true';
const needs =
  'failing fsyncs are not tested: they need a C compiler on Linux (on Debian: apt-get install gcc libc6-dev)';
const canRun = process.platform === 'linux' && compiler !== undefined;
if (!canRun && !isRequired) console.warn(needs);

(canRun || isRequired ? describe : describe.skip)('an I/O error at fsync', () => {
  const clients = 8;
  let directory: ExchangeDirectory;
  let library: string;
  let workspace: string | undefined;

  beforeAll(() => {
    if (!canRun) throw new Error(needs);
    workspace = mkdtempSync(join(tmpdir(), 'failing-fsync-'));
    library = join(workspace, 'failing-fsync.so');
    execFileSync(compiler!, ['-shared', '-fPIC', '-O2', '-o', library, resolve('test/faults/failing-fsync.c'), '-ldl']);
  });
  afterAll(() => workspace && rmSync(workspace, { recursive: true }));
  beforeEach(() => {
    directory = new ExchangeDirectory();
  });
  afterEach(() => directory?.remove());

  it.each([
    ['the log, at a commit', 'journal.sqlite-wal', {}],
    ['the log, once, after which the disk seems well', 'journal.sqlite-wal', { FAIL_FSYNC_ONCE: '1' }],
    ['the database, at a checkpoint', 'journal.sqlite', {}],
    ['the database, once, after which the disk seems well', 'journal.sqlite', { FAIL_FSYNC_ONCE: '1' }],
  ])('of %s stops the process, and everything acknowledged is there afterwards', async (_what, file, more) => {
    const trigger = join(workspace!, 'fail');
    const fault = { LD_PRELOAD: library, FAIL_FSYNC_OF: file, FAIL_FSYNC_WHEN: trigger, ...more };
    const exchange = await directory.serve(fault);
    const accountId = await exchange.openAccount();
    const load = new Load(exchange, accountId, clients);
    await load.acknowledgedMoreThan(50);
    writeFileSync(trigger, '');
    expect(await exchange.server.exited).toBe(74);
    rmSync(trigger, { force: true });
    const acknowledged = await load.ended();
    expect(exchange.server.output).toMatch(
      /The exchange stops, because its journal or its engine failed: JournalFailed/,
    );

    const restarted = await directory.serve();
    for (const [key, order] of acknowledged) expect((await restarted.order(accountId, key)).body).toEqual(order);
    expect(await restarted.verification()).toMatchObject({ ok: true });
    expect((await restarted.buy(accountId, 'afterwards')).status).toBe(201);
    expect(existsSync(trigger)).toBe(false);
  });
});

/** Clients that buy one after the other until the server is gone. */
class Load {
  private readonly acknowledged = new Map<string, Reply['body']>();
  private readonly clients: Promise<void>[];

  constructor(
    private readonly exchange: RunningExchange,
    private readonly accountId: string,
    clients: number,
  ) {
    this.clients = Array.from({ length: clients }, (_, client) => this.buyUntilItEnds(client));
  }

  async acknowledgedMoreThan(count: number): Promise<void> {
    while (this.acknowledged.size <= count) await new Promise((wake) => setTimeout(wake, 5));
  }

  /** What was acknowledged, by its key. */
  async ended(): Promise<ReadonlyMap<string, Reply['body']>> {
    await Promise.all(this.clients);
    return this.acknowledged;
  }

  private async buyUntilItEnds(client: number): Promise<void> {
    for (let n = 0; ; n += 1) {
      const key = `client-${client}-${n}`;
      const reply = await this.exchange.buy(this.accountId, key).catch(() => undefined);
      if (reply === undefined || reply.status === 503) return;
      if (reply.status !== 201) throw new Error(`answered with ${reply.status}: ${JSON.stringify(reply.body)}`);
      this.acknowledged.set(key, reply.body);
    }
  }
}

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
