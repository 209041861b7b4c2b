import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from './exchange-driver.fixture.js';
import { adminToken, auditToken, codeOf, GuardedExchange, must } from './guarded-exchange.fixture.js';

describe('access after a restart', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'access-'));
  const environment = { STORE: 'disk', DATA_DIR: dataDir };
  let exchange: GuardedExchange;
  let secrets: string[];
  let logOfFirst: string;
  const answered: string[] = [];

  beforeAll(async () => {
    const first = await (await GuardedExchange.start(environment)).prepare();
    secrets = [adminToken, auditToken, ...Object.values(first.keys).map(({ key }) => key)];
    for (const name of Object.keys(first.keys)) await first.rest(first.key(name)).call('ListOrders', {});
    await misuse(first);
    expect(await first.stop()).toBe(0);
    logOfFirst = first.server.output;
    exchange = await GuardedExchange.start(environment);
    Object.assign(exchange.keys, first.keys);
    exchange.alice = first.alice;
  }, 60_000);

  afterAll(async () => {
    await exchange.server.kill();
    await rm(dataDir, { recursive: true });
  });

  /** Secrets where they do not belong, and requests that fail with them: whatever is answered or logged tells none. */
  async function misuse({ addresses, keys }: GuardedExchange): Promise<void> {
    const bearers = [adminToken, auditToken, ...Object.values(keys).map(({ key }) => key)];
    for (const secret of bearers) {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      for (const [path, init] of [
        ['/api/v1/accounts', {}],
        ['/api/v1/orders', { method: 'POST', body: '{"accountId":' }],
        ['/audit/v1/state', {}],
        ['/no/such/path', {}],
        ['/metrics', {}],
        [`/api/v1/markets/BTC-USD/book?access_token=${secret}`, {}],
      ] as const) {
        const answer = await fetch(`${addresses.http}${path}`, { ...init, headers });
        answered.push(await answer.text(), JSON.stringify([...answer.headers]));
      }
    }
  }

  it('keys are good that were good, and revoked ones are not', async () => {
    const codes = await Promise.all(
      ['reads', 'all', 'bob', 'revoked'].map(async (name) =>
        codeOf(await exchange.rest(exchange.key(name)).call('ListAccounts', {})),
      ),
    );
    expect(codes).toEqual(['OK', 'OK', 'OK', 'UNAUTHENTICATED']);
  });

  it('it is known when keys were used last', async () => {
    const { items } = await must(exchange.rest(adminToken), 'ListApiKeys', { accountId: exchange.alice });
    const transfers = items.find(({ label }: Request) => label === 'transfers');
    expect(Date.parse(transfers.lastUsedAt)).toBeGreaterThan(Date.now() - 120_000);
  });

  it('no secret is in the logs, in answers, or in a file of the data directory', () => {
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('journal.sqlite');
    const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
    texts.push(logOfFirst, exchange.server.output, ...answered);
    // What is looked for would be found: an account's name is in a file.
    expect(texts.some((text) => text.includes('alice-1'))).toBe(true);
    for (const secret of secrets) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThanOrEqual(8);
  });
});
