export type Status = 'ACCEPTED' | 'SETTLED' | 'FAILED';

/** What an exchange asks for. */
export interface Terms {
  readonly venueId: string;
  readonly instructionId: string;
  readonly accountId: string;
  readonly asset: string;
  /** A decimal; negative for what leaves the account. */
  readonly amount: string;
  readonly settlementDate: string;
}

export interface Instruction extends Terms {
  readonly attempt: number;
  readonly status: Status;
  readonly reason: string;
}

/** The name of an instruction among those of all venues. */
export function keyOf({ venueId, instructionId }: Pick<Terms, 'venueId' | 'instructionId'>): string {
  return `${venueId} ${instructionId}`;
}

const patterns: Readonly<Record<keyof Terms, RegExp>> = {
  venueId: /^[A-Za-z0-9._-]{1,64}$/,
  instructionId: /^[A-Za-z0-9._-]{1,64}$/,
  accountId: /^[A-Za-z0-9._-]{1,64}$/,
  asset: /^[A-Z0-9]{1,16}$/,
  amount: /^-?[0-9]{1,40}(\.[0-9]{1,18})?$/,
  settlementDate: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
};

/** The first field that cannot be understood; `undefined` if all can. */
export function faultOf(terms: Terms & { readonly attempt: number }): string | undefined {
  const wrong = (Object.keys(patterns) as (keyof Terms)[]).find((field) => !patterns[field].test(terms[field]));
  return wrong ?? (terms.attempt >= 1 ? undefined : 'attempt');
}

/** Whether two instructions ask for the same. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return (Object.keys(patterns) as (keyof Terms)[]).every((field) => a[field] === b[field]);
}
