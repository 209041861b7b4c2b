import type { Page, PageQuery } from '../queries.js';
import type { Database } from './database.js';
import type { StoredRow } from './rows.js';

export const pageRowsMax = 500;
/** How many rows a page may look at to find those that pass its filters. */
export const scannedRowsMax = 20_000;

export function assertLimit(limit: number): void {
  if (limit < 1 || limit > pageRowsMax) throw new RangeError(`a page has 1 to ${pageRowsMax} rows`);
}

/** One condition, with the value of its one `?` if it has one. The SQL is written in the code; only the value comes from outside. */
export interface Condition {
  readonly sql: string;
  readonly value?: string | number;
}

/** A walk over a table in the order of a key. */
export interface Scan {
  readonly from: string;
  /** The unique integer column that orders the pages and is their cursor. */
  readonly key: string;
  readonly descending: boolean;
  /** The order by other columns that the key is in as well, where SQLite cannot know that it is. */
  readonly order?: string;
  /** What an index narrows the walk down to. */
  readonly within: readonly Condition[];
  /** What is then looked at row by row. */
  readonly where: readonly Condition[];
}

/**
 * One page of a scan. A filter that few rows pass could make it walk a whole table, so a page looks at
 * `scannedRowsMax` rows at most and may then be short and still have a next cursor.
 */
export function scanPage<Row>(
  database: Database,
  scan: Scan,
  query: PageQuery,
  map: (row: StoredRow) => Row,
): Page<Row> {
  assertLimit(query.limit);
  const window = windowOf(scan, query.cursor);
  const filter = scan.where.length === 0 ? '' : `WHERE ${scan.where.map(({ sql }) => sql).join(' AND ')}`;
  const sql = `SELECT * FROM (SELECT *, ${scan.key} AS page_key ${window.sql} LIMIT ${scannedRowsMax}) ${filter} LIMIT +?`;
  const values = [...window.values, ...valuesOf(scan.where)];
  const rows = database.statement(sql).all(...values, query.limit + 1);
  if (rows.length <= query.limit) {
    return {
      items: rows.map(map),
      nextCursor: scan.where.length === 0 ? undefined : windowEnd(database, scan, window),
    };
  }
  const shown = rows.slice(0, query.limit);
  return { items: shown.map(map), nextCursor: Number(shown.at(-1)?.page_key) };
}

interface Window {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

function windowOf(scan: Scan, cursor: number | undefined): Window {
  const conditions = [...scan.within];
  if (cursor !== undefined) conditions.push({ sql: `${scan.key} ${scan.descending ? '<' : '>'} ?`, value: cursor });
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  return {
    sql: `FROM ${scan.from} ${where} ORDER BY ${scan.order ?? `${scan.key} ${scan.descending ? 'DESC' : 'ASC'}`}`,
    values: valuesOf(conditions),
  };
}

function valuesOf(conditions: readonly Condition[]): (string | number)[] {
  return conditions.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

/** The key of the last row that the window could hold; `undefined` if the scan ended within it. */
function windowEnd(database: Database, scan: Scan, window: Window): number | undefined {
  const sql = `SELECT ${scan.key} AS page_key ${window.sql} LIMIT 1 OFFSET ${scannedRowsMax - 1}`;
  const row = database.statement(sql).get(...window.values);
  return row === undefined ? undefined : Number(row.page_key);
}
