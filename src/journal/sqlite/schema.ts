import { feesAccountId } from '../../engine/ids.js';
import { spanBits } from './account-spans.js';
import type { Database } from './database.js';

/** Marks the file as this project's ("EXCH"), so that nobody else's database is taken for a journal. */
export const applicationId = 0x45584348;
export const schemaVersion = 7;

/**
 * The journal and the read model. All amounts and prices are INTEGER units, all times milliseconds since
 * 1970. Every index is paid for with each row written, by the one thread that writes: there is one only
 * where a query of the public contract would otherwise walk a whole table, and WITHOUT ROWID wherever a
 * table is only ever read in the order of its key.
 */
const schema = `
CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  type TEXT NOT NULL,
  origin TEXT NOT NULL,
  command TEXT NOT NULL,
  reject TEXT NOT NULL,
  events TEXT NOT NULL,
  balances TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- The last record, kept apart from the journal so that a tail that was cut off is noticed.
CREATE TABLE journal_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  time INTEGER NOT NULL,
  hash TEXT NOT NULL,
  posting_id INTEGER NOT NULL,
  -- Orders up to here have their keys in client_order_ids, those after it are a thousand at most.
  keyed_sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE scratch (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;

CREATE TABLE accounts (
  account_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  owner_id TEXT,
  account_type TEXT NOT NULL,
  status TEXT NOT NULL,
  idempotency_key TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_by_owner ON accounts (owner_id) WHERE owner_id IS NOT NULL;
CREATE UNIQUE INDEX accounts_by_key ON accounts (idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE orders (
  order_id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL,
  client_order_id TEXT,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL,
  order_type TEXT NOT NULL,
  time_in_force TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  quote_quantity INTEGER,
  price INTEGER,
  post_only INTEGER NOT NULL,
  self_trade_prevention TEXT NOT NULL,
  status TEXT NOT NULL,
  filled_quantity INTEGER NOT NULL,
  filled_notional INTEGER NOT NULL,
  reject_code TEXT,
  reject_reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_open ON orders (account_id) WHERE status IN ('NEW', 'PARTIALLY_FILLED');

-- The keys that an account has used for orders. They are brought here in the order of the key, a thousand orders at a
-- time: one by one each of them would write a page of its own.
CREATE TABLE client_order_ids (
  account_id INTEGER NOT NULL,
  client_order_id TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  PRIMARY KEY (account_id, client_order_id)
) STRICT, WITHOUT ROWID;

-- What a market trades in, for the views and for whoever reads the file with SQL.
CREATE TABLE markets (
  symbol TEXT PRIMARY KEY,
  base TEXT NOT NULL,
  quote TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A trade is a fill of both its orders. Order id 0 stands for the liquidity provider's quotes, which are no orders.
CREATE TABLE trades (
  trade_id INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL,
  symbol TEXT NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  notional INTEGER NOT NULL,
  taker_side TEXT NOT NULL,
  taker_order_id INTEGER NOT NULL,
  taker_account_id INTEGER NOT NULL,
  taker_fee INTEGER NOT NULL,
  maker_order_id INTEGER NOT NULL,
  maker_account_id INTEGER NOT NULL,
  maker_fee INTEGER NOT NULL,
  executed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX trades_by_symbol ON trades (symbol);

-- The fills of an order after the record that it was placed in; those within it are among the trades of that record.
CREATE TABLE order_trades (
  order_id INTEGER NOT NULL,
  trade_id INTEGER NOT NULL,
  PRIMARY KEY (order_id, trade_id)
) STRICT, WITHOUT ROWID;

-- transfers.key_account_id is whose key it is: the account that a deposit goes to, or that anything else comes from.
CREATE TABLE transfers (
  transfer_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  from_account_id INTEGER NOT NULL,
  to_account_id INTEGER NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL,
  key_account_id INTEGER NOT NULL,
  idempotency_key TEXT,
  reject_code TEXT,
  reject_reason TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX transfers_by_key ON transfers (key_account_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- The ledger. A posting takes an amount from one account and gives it to another, so that its very shape adds up to
-- zero. All of them follow from trades and transfers, so none has a row of its own.
CREATE VIEW postings AS
  SELECT sequence, symbol, trade_id, NULL AS transfer_id, 'TRADE' AS posting_type, base AS asset, quantity AS amount,
    iif(taker_side = 'BUY', maker_account_id, taker_account_id) AS from_account_id,
    iif(taker_side = 'BUY', taker_account_id, maker_account_id) AS to_account_id
  FROM trades JOIN markets USING (symbol)
  UNION ALL SELECT sequence, symbol, trade_id, NULL, 'TRADE', quote, notional,
    iif(taker_side = 'BUY', taker_account_id, maker_account_id),
    iif(taker_side = 'BUY', maker_account_id, taker_account_id)
  FROM trades JOIN markets USING (symbol)
  UNION ALL SELECT sequence, symbol, trade_id, NULL, 'FEE', quote, taker_fee, taker_account_id, ${feesAccountId}
  FROM trades JOIN markets USING (symbol) WHERE taker_fee <> 0
  UNION ALL SELECT sequence, symbol, trade_id, NULL, 'FEE', quote, maker_fee, maker_account_id, ${feesAccountId}
  FROM trades JOIN markets USING (symbol) WHERE maker_fee <> 0
  UNION ALL SELECT transfer_id, NULL, NULL, transfer_id, kind, asset, amount, from_account_id, to_account_id
  FROM transfers WHERE reject_code IS NULL;

CREATE TABLE candles (
  symbol TEXT NOT NULL,
  interval TEXT NOT NULL,
  open_time INTEGER NOT NULL,
  open INTEGER NOT NULL,
  high INTEGER NOT NULL,
  low INTEGER NOT NULL,
  close INTEGER NOT NULL,
  volume INTEGER NOT NULL,
  quote_volume INTEGER NOT NULL,
  trade_count INTEGER NOT NULL,
  PRIMARY KEY (symbol, interval, open_time)
) STRICT, WITHOUT ROWID;

-- Settlement. A cycle settles the trades of its markets, of each from where its last cycle ended.
CREATE TABLE settlement_cycles (
  sequence INTEGER PRIMARY KEY,
  settlement_date TEXT NOT NULL,
  through_sequence INTEGER NOT NULL,
  first_instruction_id INTEGER NOT NULL,
  instruction_count INTEGER NOT NULL,
  closed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE settlement_cycle_markets (
  symbol TEXT NOT NULL,
  through_sequence INTEGER NOT NULL,
  after_sequence INTEGER NOT NULL,
  cycle_sequence INTEGER NOT NULL,
  PRIMARY KEY (symbol, through_sequence)
) STRICT, WITHOUT ROWID;
-- Those that are not settled are the outbox: what was committed here is sent, whatever happens to the process.
-- cycle_sequence is the record that made it: that of its cycle, or the transfer that has this id.
CREATE TABLE instructions (
  instruction_id INTEGER PRIMARY KEY,
  cycle_sequence INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  asset TEXT NOT NULL,
  amount INTEGER NOT NULL,
  settlement_date TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  attempts INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX instructions_by_account ON instructions (account_id);
CREATE INDEX instructions_open ON instructions (instruction_id) WHERE status <> 'SETTLED';
CREATE TABLE instruction_history (
  instruction_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  sequence INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (instruction_id, step)
) STRICT, WITHOUT ROWID;

-- Which records touch which customer's account: the one index by account, for all that its records led to. It has two
-- levels, so that accounts which trade at the same time share pages: in which spans of ${2 ** spanBits} records an account
-- has any, and which of each span. The trades and postings of a record have ids in a row, and an order's id is the
-- sequence of its record. The last posting of a record without any comes before its first. An account's events are
-- numbered from 1, and last_event is the number of its last one up to and with this record.
CREATE TABLE account_spans (
  account_id INTEGER NOT NULL,
  span INTEGER NOT NULL,
  PRIMARY KEY (account_id, span)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_records (
  span INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  last_event INTEGER NOT NULL,
  first_trade_id INTEGER,
  last_trade_id INTEGER,
  first_posting_id INTEGER NOT NULL,
  last_posting_id INTEGER NOT NULL,
  PRIMARY KEY (span, account_id, sequence)
) STRICT, WITHOUT ROWID;
-- To be read with holder_id = ? in the order of span and touched_at, narrowed by the span of a sequence where there is one.
CREATE VIEW account_history AS
  SELECT holder.account_id AS holder_id, holder.span, touched.sequence AS touched_at, last_event,
    first_trade_id, last_trade_id, first_posting_id, last_posting_id
  FROM account_spans AS holder CROSS JOIN account_records AS touched
    ON touched.span = holder.span AND touched.account_id = holder.account_id;
`;

/** Makes the tables in a new file; leaves a file that has them as it is. */
export function createSchema(database: Database, emptyHead: { readonly hash: string }): void {
  if (database.pragma('application_id') === 0 && isEmpty(database)) {
    database.connection.exec(`
      BEGIN IMMEDIATE;
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${schemaVersion};
      ${schema}
      INSERT INTO journal_head VALUES (1, 0, 0, '${emptyHead.hash}', 0, 0);
      COMMIT;`);
  }
  assertSchema(database);
}

/** Throws for a database of somebody else, or of another version of this project. */
export function assertSchema(database: Database): void {
  if (database.pragma('application_id') !== applicationId) {
    throw new Error(`${database.path} is a SQLite database, but not a journal of the Exchange Simulator`);
  }
  const version = database.pragma('user_version');
  if (version !== schemaVersion) {
    throw new Error(
      `${database.path} has schema version ${version}, this program reads and writes version ${schemaVersion}`,
    );
  }
}

function isEmpty(database: Database): boolean {
  return database.statement('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0n;
}
