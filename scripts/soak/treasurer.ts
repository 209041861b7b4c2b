import { setTimeout as pause } from 'node:timers/promises';
import { ExchangeClient, ExchangeError, type Transfer } from '../../clients/typescript/src/index.js';
import type { Random } from '../crash/random.js';

const restMs = 100;
/** A restart takes as long as the history is checked. */
const retryForMs = 180_000;

interface Instruction {
  readonly key: string;
  readonly kind: 'deposit' | 'withdraw' | 'transfer';
  readonly accountId: string;
  readonly toAccountId: string;
  readonly amount: string;
}

/** Moves money between the accounts and out and in, each time under a key, until it is answered. */
export class Treasurer {
  private readonly answered: { readonly instruction: Instruction; readonly transferId: string }[] = [];
  private readonly client: ExchangeClient;
  private readonly ending = new AbortController();

  constructor(
    address: string,
    private readonly accountIds: readonly string[],
    private readonly random: Random,
  ) {
    this.client = new ExchangeClient({ address, retryForMs });
  }

  get movements(): number {
    return this.answered.length;
  }

  async work(): Promise<void> {
    for (let count = 1; !this.ending.signal.aborted; count += 1) {
      const instruction = this.next(`treasurer-${count}`);
      const transferId = await this.carryOut(instruction);
      this.answered.push({ instruction, transferId });
      await pause(restMs);
    }
  }

  stop(): void {
    this.ending.abort();
  }

  /** The first whose key is answered with another transfer than it was; `undefined` if there is none. */
  async difference(): Promise<string | undefined> {
    for (const { instruction, transferId } of this.answered) {
      const again = await this.carryOut(instruction);
      if (again !== transferId) return `${instruction.key} was ${transferId}, and is ${again}`;
    }
    return undefined;
  }

  private next(key: string): Instruction {
    const { random } = this;
    const accountId = random.pick(this.accountIds);
    const toAccountId = random.pick(this.accountIds.filter((other) => other !== accountId));
    const kind = random.pick(['deposit', 'withdraw', 'transfer'] as const);
    return { key, kind, accountId, toAccountId, amount: `${random.between(1, 50)}` };
  }

  private async carryOut({ key, kind, accountId, toAccountId, amount }: Instruction): Promise<string> {
    const { accounts } = this.client;
    const [funds, once] = [{ asset: 'USD', amount }, { idempotencyKey: key }];
    try {
      const { transferId }: Transfer =
        kind === 'transfer'
          ? await accounts.transfer({ ...funds, fromAccountId: accountId, toAccountId }, once)
          : await accounts[kind](accountId, funds, once);
      return transferId;
    } catch (error) {
      // A refusal is an answer, and is to be the same one again.
      if (error instanceof ExchangeError && error.status === 422) return `refused with ${error.code}`;
      throw error;
    }
  }
}
