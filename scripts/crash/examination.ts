import { unitsOf } from './books.js';
import { discrepancy } from './discrepancy.js';
import { type History, movesOf } from './history.js';
import type { OrderView } from './order-view.js';
import type { RestClient } from './rest-client.js';

const pageLimit = 500;
const attemptsMax = 100;
const lookupsAtOnce = 8;

interface LedgerEntry {
  readonly sequence: number;
  readonly accountId: string;
  readonly asset: string;
  readonly amount: string;
  readonly transferId?: string;
}

/**
 * Compares what the server shows with the history, from a sequence on: every answer is there and equal,
 * nothing is there that nobody asked for, nothing twice, and every balance is what the answers add up to.
 * Throws a `Discrepancy`. Nobody else may be sending commands meanwhile.
 */
export class Examination {
  constructor(
    private readonly client: RestClient,
    private readonly history: History,
    private readonly accountIds: readonly string[],
  ) {}

  /** Gives the sequence up to which everything was compared. */
  async compare(afterSequence: number): Promise<number> {
    await this.compareOrders(afterSequence);
    await this.compareTransfers(afterSequence);
    return this.compareAtRest();
  }

  /** Prices go on moving and fill orders: balances and open orders are compared when nothing moved in between. */
  private async compareAtRest(): Promise<number> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const sequence = await this.sequence();
      await this.seeOpenOrders();
      const balances = await this.balances();
      if ((await this.sequence()) !== sequence) continue;
      this.compareBalances(balances);
      return sequence;
    }
    throw new Error(`the exchange was never at rest in ${attemptsMax} attempts`);
  }

  private async sequence(): Promise<number> {
    return (await this.client.get('/health')).sequence;
  }

  private async compareOrders(afterSequence: number): Promise<void> {
    const listed = new Set<string>();
    const isNew = ({ orderId }: OrderView) => numberOf(orderId) > afterSequence;
    for await (const order of this.newestFirst<OrderView>('/api/v1/orders?', isNew)) {
      this.compareOrder(order);
      listed.add(order.orderId);
    }
    for (const { operation, orderId } of this.history.placed.values()) {
      if (numberOf(orderId) > afterSequence && !listed.has(orderId)) {
        throw discrepancy(`acknowledged order ${orderId} is missing`, operation, 'no such order in the list');
      }
    }
  }

  private seeOpenOrders(): Promise<void> {
    return inParallel([...this.history.openOrderIds], async (orderId) => {
      this.history.see(await this.client.get(`/api/v1/orders/${orderId}`));
    });
  }

  private compareOrder(order: OrderView): void {
    const { orderId, clientOrderId, rejectCode, status } = order;
    const placed = this.history.placed.get(clientOrderId ?? '');
    if (placed === undefined) throw discrepancy(`nobody placed order ${orderId}`, 'nothing', order);
    if (placed.orderId !== orderId) throw discrepancy(`${clientOrderId} is there twice`, placed.orderId, orderId);
    const refusal = this.history.refusals.get(orderId);
    if (refusal !== rejectCode || (refusal !== undefined && status !== 'REJECTED')) {
      throw discrepancy(`order ${orderId} was refused otherwise`, refusal, order);
    }
    this.history.see(order);
  }

  private async compareTransfers(afterSequence: number): Promise<void> {
    const expected = this.expectedMoves(afterSequence);
    for (const accountId of this.accountIds) {
      const isNew = ({ sequence }: LedgerEntry) => sequence > afterSequence;
      for await (const entry of this.newestFirst<LedgerEntry>(`/api/v1/accounts/${accountId}/ledger?`, isNew)) {
        if (entry.transferId === undefined) continue;
        const { transferId, asset, amount } = entry;
        const move = `${transferId} ${accountId} ${asset} ${unitsOf(amount)}`;
        if (!expected.delete(move)) throw discrepancy('the ledger has a movement too many', 'nothing', entry);
      }
    }
    const [missing] = expected;
    if (missing !== undefined)
      throw discrepancy('an acknowledged movement is missing in the ledger', missing, 'nothing');
  }

  private expectedMoves(afterSequence: number): Set<string> {
    const expected = new Set<string>();
    for (const { operation, transferId, answer } of this.history.moved.values()) {
      if (answer.status !== 201 || numberOf(transferId) <= afterSequence) continue;
      for (const { accountId, asset, units } of movesOf(operation))
        expected.add(`${transferId} ${accountId} ${asset} ${units}`);
    }
    return expected;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the server sent them.
  private balances(): Promise<any[]> {
    return Promise.all(this.accountIds.map((accountId) => this.client.get(`/api/v1/accounts/${accountId}/balances`)));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the server sent them.
  private compareBalances(accounts: readonly any[]): void {
    for (const { accountId, balances } of accounts) {
      for (const balance of balances) {
        const promised = this.history.books.total(accountId, balance.asset);
        const [available, held, total] = [balance.available, balance.held, balance.total].map(unitsOf) as [
          bigint,
          bigint,
          bigint,
        ];
        if (total === promised && available + held === total && available >= 0n && held >= 0n) continue;
        throw discrepancy(`${balance.asset} of ${accountId} does not add up`, `a total of ${promised} units`, balance);
      }
    }
  }

  private async *newestFirst<Item>(path: string, wanted: (item: Item) => boolean): AsyncIterable<Item> {
    let cursor = '';
    for (;;) {
      const page = await this.client.get(`${path}limit=${pageLimit}${cursor}`);
      for (const item of page.items as Item[]) {
        if (!wanted(item)) return;
        yield item;
      }
      if (page.nextCursor === null) return;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }
}

/** The sequence in an id such as `ord-42`. */
export function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}

async function inParallel<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await act(item);
  };
  await Promise.all(Array.from({ length: lookupsAtOnce }, worker));
}
