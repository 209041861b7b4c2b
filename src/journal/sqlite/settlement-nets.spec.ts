import { genesisHash } from '../record-hash.js';
import { Database } from './database.js';
import { createSchema } from './schema.js';
import { netsOf } from './settlement-nets.js';

const postings = 25_000;
/** Seven accounts pay three others, a prime number of units each time; every eleventh posting is of no trade. */
const fill = `
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${postings})
  INSERT INTO postings (posting_id, sequence, posting_type, asset, amount, from_account_id, to_account_id, trade_id, created_at)
  SELECT n, n, 'TRADE', 'USD', 7919 * n, n % 7, 7 + n % 3, iif(n % 11 = 0, NULL, n), 0 FROM numbers`;

describe('the nets of a cycle', () => {
  it('are those of all its postings, however many', () => {
    const database = new Database(':memory:', { cacheKib: 1024 });
    createSchema(database, { hash: genesisHash });
    database.connection.exec(fill);
    const markets = [{ symbol: 'BTC-USD', afterSequence: 10 }];

    const nets = netsOf(database, { markets, throughSequence: 24_990, everyMarket: true });

    expect(new Map(nets.map(({ accountId, amount }) => [accountId, amount]))).toEqual(summedOneByOne(10, 24_990));
    database.close();
  });
});

function summedOneByOne(after: number, through: number): Map<number, bigint> {
  const sums = new Map([...Array(10).keys()].map((accountId) => [accountId, 0n]));
  for (let n = after + 1; n <= through; n += 1) {
    if (n % 11 === 0) continue;
    sums.set(n % 7, sums.get(n % 7)! - BigInt(7919 * n));
    sums.set(7 + (n % 3), sums.get(7 + (n % 3))! + BigInt(7919 * n));
  }
  return sums;
}
