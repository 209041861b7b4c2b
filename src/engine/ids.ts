/**
 * Accounts, orders, transfers, API keys and faults are named by the sequence of the record that created them, trades and
 * settlement instructions by counters of their own: the same commands give the same ids. In public they carry a prefix (`acc-7`), so
 * that one kind is never taken for another.
 */
export type IdKind = 'acc' | 'ord' | 'tfr' | 'trd' | 'key' | 'ins' | 'flt';

/** The venue's own accounts. They stand outside the range of sequences, so no customer can have their ids. */
export const externalAccountId = -1;
export const feesAccountId = -2;
export const liquidityAccountId = -3;

const systemAccounts: ReadonlyMap<number, string> = new Map([
  [externalAccountId, 'acc-external'],
  [feesAccountId, 'acc-fees'],
  [liquidityAccountId, 'acc-liquidity'],
]);

export function formatId(kind: IdKind, id: number): string {
  if (id < 0 && kind === 'acc') return systemAccounts.get(id) ?? `acc-${id}`;
  return `${kind}-${id}`;
}

/** The number behind a public id of this kind; `undefined` for anything that `formatId` never writes for a customer. */
export function parseId(kind: IdKind, text: string): number | undefined {
  if (!text.startsWith(`${kind}-`)) return undefined;
  const digits = text.slice(kind.length + 1);
  return /^[1-9][0-9]{0,14}$/.test(digits) ? Number(digits) : undefined;
}
