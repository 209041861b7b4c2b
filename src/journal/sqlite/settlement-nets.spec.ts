import { genesisHash } from '../record-hash.js';
import { Database } from './database.js';
import { createSchema } from './schema.js';
import { netsOf } from './settlement-nets.js';

const trades = 25_000;
/** Seven accounts buy of three others, for a prime number of units each time; every eleventh trade is of another market. */
const fill = `
  INSERT INTO markets VALUES ('BTC-USD', 'BTC', 'USD'), ('ETH-USD', 'ETH', 'USD');
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${trades})
  INSERT INTO trades (trade_id, sequence, symbol, price, quantity, notional, taker_side, taker_order_id, taker_account_id,
    taker_fee, maker_order_id, maker_account_id, maker_fee, executed_at)
  SELECT n, n, iif(n % 11 = 0, 'ETH-USD', 'BTC-USD'), 1, 1, 7919 * n, 'BUY', n, n % 7, 0, n, 7 + n % 3, 0, 0 FROM numbers`;

describe('the nets of a cycle', () => {
  it('are those of all its trades, however many', () => {
    const database = new Database(':memory:', { cacheKib: 1024 });
    createSchema(database, { hash: genesisHash });
    database.connection.exec(fill);
    const markets = [{ symbol: 'BTC-USD', afterSequence: 10 }];
    const paid = (everyMarket: boolean) =>
      new Map(
        netsOf(database, { markets, throughSequence: 24_990, everyMarket })
          .filter(({ asset }) => asset === 'USD')
          .map(({ accountId, amount }) => [accountId, amount]),
      );

    expect(paid(false)).toEqual(summedOneByOne(10, 24_990, (n) => n % 11 !== 0));
    expect(paid(true)).toEqual(summedOneByOne(10, 24_990, () => true));
    database.close();
  });
});

function summedOneByOne(after: number, through: number, counts: (n: number) => boolean): Map<number, bigint> {
  const sums = new Map([...Array(10).keys()].map((accountId) => [accountId, 0n]));
  for (let n = after + 1; n <= through; n += 1) {
    if (!counts(n)) continue;
    sums.set(n % 7, sums.get(n % 7)! - BigInt(7919 * n));
    sums.set(7 + (n % 3), sums.get(7 + (n % 3))! + BigInt(7919 * n));
  }
  return sums;
}
