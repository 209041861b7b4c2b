import { fundsFor, openAccounts } from '../scripts/crash/funded-accounts.js';
import { requestFor } from '../scripts/crash/operation.js';
import type { Random } from '../scripts/crash/random.js';
import { RestClient } from '../scripts/crash/rest-client.js';
import { Workload } from '../scripts/crash/workload.js';
import { formatId } from '../src/engine/ids.js';
import { accountFacts } from '../src/journal/account-facts.js';
import { LocalJournalReader } from '../src/journal/sqlite/local-journal-reader.js';
import type { Answer } from './exchange-driver.fixture.js';

const accounts = 6;
const clients = 8;

/** Customers of an exchange who never rest, over REST. */
export class EventLoad {
  readonly accountIds: string[] = [];
  private readonly workload: Workload;
  private ended = false;
  private working: Promise<unknown> = Promise.resolve();

  constructor(random: Random) {
    this.workload = new Workload(random, this.accountIds);
  }

  async openAccounts(http: string): Promise<void> {
    const client = new RestClient(http);
    this.accountIds.push(...(await openAccounts(client, accounts, 'streams')));
    for (const deposit of this.accountIds.flatMap(fundsFor)) await client.send(requestFor(deposit));
    client.close();
  }

  begin(http: string): void {
    const client = new RestClient(http);
    this.ended = false;
    this.working = Promise.all(Array.from({ length: clients }, () => this.work(client))).finally(() => client.close());
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.working;
  }

  private async work(client: RestClient): Promise<void> {
    const openOrderIds: string[] = [];
    while (!this.ended) {
      const answer = await client.send(requestFor(this.workload.next(openOrderIds)));
      if (answer === undefined) return;
      if (answer.body?.status === 'NEW') openOrderIds.push(answer.body.orderId);
    }
  }
}

/** What the journal's own facts say there is to tell, in order; of one account, or of all. */
export async function toldByJournal(dataDirectory: string): Promise<(accountId?: string) => string[]> {
  const journal = LocalJournalReader.open(dataDirectory);
  const lines: { readonly accountId: string; readonly line: string }[] = [];
  const numbers = new Map<string, number>();
  for await (const record of journal.read(0)) {
    for (const [eventIndex, fact] of accountFacts(record).entries()) {
      const accountId = formatId('acc', fact.accountId);
      const accountSequence = (numbers.get(accountId) ?? 0) + 1;
      numbers.set(accountId, accountSequence);
      const place = { sequence: record.sequence, eventIndex, accountSequence, accountId };
      lines.push({ accountId, line: lineOf({ ...place, eventType: fact.type }) });
    }
  }
  await journal.close();
  return (accountId) => {
    const wanted = accountId === undefined ? lines : lines.filter((line) => line.accountId === accountId);
    return wanted.map(({ line }) => line);
  };
}

export function lineOf({ sequence, eventIndex, accountId, accountSequence, eventType }: Answer): string {
  return `${sequence}/${eventIndex} ${accountId} ${accountSequence} ${eventType}`;
}
