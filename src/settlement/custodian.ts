/** An instruction as it is sent, in the words of the public: `ins-7`, `acc-3`, and a decimal that is negative for what leaves the account. */
export interface OutgoingInstruction {
  readonly instructionId: string;
  readonly accountId: string;
  readonly asset: string;
  readonly amount: string;
  readonly settlementDate: string;
  /** 1 for the first time; one more each time that the custodian failed it. */
  readonly attempt: number;
}

export type CustodyStatus = 'ACCEPTED' | 'SETTLED' | 'FAILED';

/** What a custodian has of an instruction. */
export interface CustodyRecord extends OutgoingInstruction {
  readonly status: CustodyStatus;
  /** Why it failed; empty otherwise. */
  readonly reason: string;
  /** The public ids of the injected faults that struck it as it was handed over; no custodian knows of them. */
  readonly faults?: readonly string[];
}

/** Where instructions go. A class, so that it can be asked for by name where parts are put together. */
export abstract class Custodian {
  /** As the registry calls the service; `internal` where the exchange settles by itself. */
  abstract readonly name: string;

  /**
   * Hands an instruction over, as often as it takes: the same one again, in the same attempt, gives what became of
   * it. Rejects with `CustodianRefused` where it is not taken, and with anything else if nothing is known.
   */
  abstract submit(instruction: OutgoingInstruction): Promise<CustodyRecord>;

  /** What became of an instruction; `undefined` where the custodian knows of none. */
  abstract find(instructionId: string): Promise<CustodyRecord | undefined>;

  /** Tells of every change from now on, until the signal; it may miss some. */
  abstract follow(onChange: (record: CustodyRecord) => void, signal: AbortSignal): void;
}

/** The custodian does not take an instruction for what it is. */
export class CustodianRefused extends Error {
  override readonly name = 'CustodianRefused';
}
