import { ExchangeClient, ExchangeError, type Order } from '../../clients/typescript/src/index.js';
import type { AccountFollower } from './account-follower.js';
import type { BookFollower } from './book-follower.js';
import type { Told } from './trader.js';

/** Something that holds whatever fails, and whether it did. */
export interface Invariant {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** How long the custodian has to settle what is open once everything works again. */
const settlingMsMax = 20_000;
const lookupsAtOnce = 8;

/** Holds what clients were told, the journal and the custodian against one another. */
export async function invariantsOf(address: string, told: readonly Told[]): Promise<Invariant[]> {
  return [await noLies(address, told), await settled(address), await verified(address), await reconciled(address)];
}

/** What the readers of streams were told comes to what the journal has, whatever struck the streams. */
export async function readersAgree(
  accounts: readonly AccountFollower[],
  books: readonly BookFollower[],
): Promise<Invariant> {
  const followers = [...accounts, ...books];
  const found: string[] = [];
  for (const follower of followers) {
    const difference = await follower.difference().catch((error: Error) => `a stream ended: ${error.message}`);
    if (difference !== undefined) found.push(difference);
  }
  const events = accounts.reduce((sum, { eventCount }) => sum + eventCount, 0);
  const noticed = followers.reduce((sum, each) => sum + each.noticed, 0);
  const detail = `${events} events of ${accounts.length} accounts and ${books.length} books are those of the journal, ${noticed} times something was noticed to be missing, doubled or out of order, and made good`;
  return { name: 'readers agree', ok: found.length === 0, detail: found[0] ?? detail };
}

/** What was answered is so, and what was refused without leaving a trace was never carried out. */
async function noLies(address: string, told: readonly Told[]): Promise<Invariant> {
  const client = new ExchangeClient({ address });
  const lies: string[] = [];
  let unknown = 0;
  const rest = told.values();
  const lookUp = async () => {
    for (const each of rest) {
      const kept = await client.orders.getByClientOrderId(each.accountId, each.clientOrderId).catch(absent);
      const lie = lieOf(each, kept);
      if (lie !== undefined) lies.push(`${each.clientOrderId} ${lie}`);
      if (each.order === undefined && each.refusal === undefined) unknown += 1;
    }
  };
  await Promise.all(Array.from({ length: lookupsAtOnce }, lookUp));
  const detail = lies[0] ?? `${told.length} orders are what their clients were told; of ${unknown} they know nothing`;
  return { name: 'no answer lies', ok: lies.length === 0, detail };
}

function lieOf({ order, refusal, unanswered }: Told, kept: Order | undefined): string | undefined {
  if (order !== undefined && kept?.orderId !== order.orderId) return `was answered with ${order.orderId}`;
  if (refusal === undefined || unanswered > 0) return undefined;
  const { code, orderId } = refusal;
  if (orderId === undefined) return kept && `was refused with ${code}, and is ${kept.status}`;
  return kept?.status === 'REJECTED' ? undefined : `was refused as ${orderId}`;
}

function absent(error: unknown): undefined {
  if (error instanceof ExchangeError && error.code === 'ORDER_NOT_FOUND') return undefined;
  throw error;
}

async function settled(address: string): Promise<Invariant> {
  const giveUpAt = performance.now() + settlingMsMax;
  for (;;) {
    const open: string[] = [];
    for (const status of ['PENDING', 'INSTRUCTED', 'FAILED']) {
      const { items } = await json(`${address}/api/v1/settlements?status=${status}&limit=500`);
      open.push(...(items as { instructionId: string }[]).map(({ instructionId }) => `${instructionId} is ${status}`));
    }
    if (open.length === 0) return { name: 'all is settled', ok: true, detail: 'no instruction is open' };
    if (performance.now() > giveUpAt)
      return { name: 'all is settled', ok: false, detail: `${open.length} are open: ${open[0]}` };
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

async function verified(address: string): Promise<Invariant> {
  const { ok, records, checks } = await json(`${address}/audit/v1/verify`);
  const failed = (checks as { ok: boolean; detail: string }[]).find((check) => !check.ok);
  return {
    name: 'verify',
    ok,
    detail: failed?.detail ?? `${records} records: chain, ledger, replay and read model fit`,
  };
}

async function reconciled(address: string): Promise<Invariant> {
  const { ok, breaks, cycles } = await json(`${address}/audit/v1/reconciliation`);
  const [first] = breaks as { detail: string }[];
  return { name: 'reconciliation', ok, detail: first?.detail ?? `${cycles} cycles without a break` };
}

// biome-ignore lint/suspicious/noExplicitAny: it is whatever the server sent; what is done with it checks it.
export async function json(url: string, body?: object): Promise<any> {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
