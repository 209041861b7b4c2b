/** What the exchange found out about itself. */
export interface Verification {
  readonly ok: boolean;
  readonly records: number;
  readonly headSequence: number;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** Asks the exchange to check itself, as its auditors can: hash chain, ledger, and a replay of every command. */
export async function verify(address: string): Promise<Verification> {
  const answer = await fetch(`${address}/audit/v1/verify`);
  if (!answer.ok) throw new Error(`The verification was answered with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Verification;
}
