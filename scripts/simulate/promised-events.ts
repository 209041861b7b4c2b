import { formatId } from '../../src/engine/ids.js';
import { type AccountFact, accountFacts } from '../../src/journal/account-facts.js';
import { decodeBalances, type RecordText } from '../../src/journal/record-codec.js';
import { eventsOf } from './recorded-events.js';

/** What every reader has to come to, in a line each: the facts of the durable records, numbered by account. */
export class PromisedEvents {
  private readonly all: string[] = [];
  private readonly byAccount = new Map<number, string[]>();
  private counted = 0;

  constructor(private readonly durable: readonly RecordText[]) {}

  /** Of an account, or of all of them; by what is durable now. */
  of(accountId: number | undefined): readonly string[] {
    for (; this.counted < this.durable.length; this.counted += 1) this.count(this.durable[this.counted]!);
    return accountId === undefined ? this.all : (this.byAccount.get(accountId) ?? []);
  }

  private count(record: RecordText): void {
    const facts = accountFacts({ events: eventsOf(record), balances: decodeBalances(record.balances) });
    for (const [index, fact] of facts.entries()) this.add(record.sequence, index, fact);
  }

  private add(sequence: number, index: number, { accountId, type }: AccountFact): void {
    const lines = this.byAccount.get(accountId) ?? [];
    this.byAccount.set(accountId, lines);
    const line = [sequence, index, lines.length + 1, formatId('acc', accountId), type].join(' ');
    lines.push(line);
    this.all.push(line);
  }
}
