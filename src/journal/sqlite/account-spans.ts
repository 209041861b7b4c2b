/** Some five pages of account_records: large enough to be shared, small enough that most of it is written at once. */
export const spanBits = 9;

/** The span of records that the sequence in an SQL expression is in. */
export function spanOf(sequence: string): string {
  return `(${sequence} >> ${spanBits})`;
}

/** The orders of `account_history` for one account. */
export const newestFirst = 'span DESC, touched_at DESC';
export const oldestFirst = 'span, touched_at';
