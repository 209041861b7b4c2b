/** The exchange broke its word: the message says where, with what was promised and what was found. */
export class Discrepancy extends Error {
  override readonly name = 'Discrepancy';
}

export function discrepancy(what: string, promised: unknown, found: unknown): Discrepancy {
  return new Discrepancy(`${what}\n  promised: ${shown(promised)}\n  found:    ${shown(found)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
