import { type AccountEvent, ExchangeClient, ExchangeError } from '../../clients/typescript/src/index.js';
import type { EngineAnswer, EngineCall, EngineCommands } from './trading-engine-driver.fixture.js';

/**
 * A trading engine, as a process of its own: it trades through the client for TypeScript as it is told over IPC, and
 * keeps its books from the events of its accounts, not from the answers to its orders.
 */
const exchange = new ExchangeClient({ address: process.argv[2], retryForMs: 60_000, timeoutMs: 2_000 });
const books = new Map<string, { balances: Record<string, string>; tradeIds: string[] }>();

const commands: EngineCommands = {
  async openAccount(name, funds) {
    const { accountId } = await exchange.accounts.create({ name });
    books.set(accountId, { balances: {}, tradeIds: [] });
    void follow(accountId);
    for (const [asset, amount] of Object.entries(funds)) await exchange.accounts.deposit(accountId, { asset, amount });
    return accountId;
  },
  async place(order) {
    try {
      return await exchange.orders.place(order);
    } catch (error) {
      if (error instanceof ExchangeError) return { refused: error.code };
      throw error;
    }
  },
  async booksOf(accountId) {
    return books.get(accountId)!;
  },
};

async function follow(accountId: string): Promise<void> {
  const events = exchange.accountEvents(accountId, { fromAccountSequence: 1, reconnectForMs: 120_000 });
  for await (const event of events) keep(books.get(accountId)!, event);
}

function keep({ balances, tradeIds }: { balances: Record<string, string>; tradeIds: string[] }, event: AccountEvent) {
  if (event.fill !== undefined) tradeIds.push(event.fill.tradeId);
  if (event.balance !== undefined) balances[event.balance.asset] = event.balance.total;
}

async function answer({ id, name, args }: EngineCall): Promise<EngineAnswer> {
  try {
    return { id, result: await (commands[name] as (...args: unknown[]) => Promise<unknown>)(...args) };
  } catch (error) {
    return { id, fault: String(error) };
  }
}

process.on('message', (call: EngineCall) => void answer(call).then((message) => process.send!(message)));
process.on('disconnect', () => process.exit(0));
process.send!({ id: 0 });
