import type { Command, Deposit, OpenAccount, PlaceOrder, Transfer, Withdraw } from '../engine/command.js';
import { externalAccountId } from '../engine/ids.js';
import type { AccountRow, OrderRow, Queries, TransferRow } from '../journal/queries.js';
import type { Receipt } from './receipt.js';

type Row = OrderRow | AccountRow | TransferRow;

/** A command that carries a key under which it is carried out once. */
interface Keyed {
  /** Unique among all keys in use: its kind, its account, and what the client chose. */
  readonly key: string;
  /** Equal for two commands that ask for the same. Asked for where the key was used before, which is rare. */
  terms(): string;
  /** What the first command under this key has led to, if the journal has it. */
  find(): Promise<Row | undefined>;
  first(row: Row): First;
}

interface First {
  readonly sequence: number;
  readonly time: number;
  readonly terms: string;
}

interface InFlight {
  readonly keyed: Keyed;
  readonly receipt: Promise<Receipt>;
}

/**
 * Carries out a command once, however often and over however many restarts it is sent. Keys in flight are
 * known here, all others by the read model, whose unique indexes stand behind this: a repeat never
 * becomes a command of the journal, and memory does not grow with history.
 */
export class Idempotency {
  private readonly inFlight = new Map<string, InFlight>();

  constructor(private readonly queries: Queries) {}

  once(command: Command, carryOut: () => Promise<Receipt>): Promise<Receipt> {
    const keyed = keyedCommand(command, this.queries);
    if (keyed === undefined) return carryOut();
    const other = this.inFlight.get(keyed.key);
    if (other !== undefined) return afterOther(other, keyed);
    const receipt = this.firstOrNow(keyed, carryOut);
    this.inFlight.set(keyed.key, { keyed, receipt });
    return receipt;
  }

  /** It waits at least once, so the key is in flight before this lets go of it. */
  private async firstOrNow(keyed: Keyed, carryOut: () => Promise<Receipt>): Promise<Receipt> {
    try {
      const row = await keyed.find();
      if (row === undefined) return await carryOut();
      const first = keyed.first(row);
      const receipt: Receipt = { ...first, events: [], repeated: true, conflict: false };
      return first.terms === keyed.terms() ? receipt : conflictWith(receipt);
    } finally {
      this.inFlight.delete(keyed.key);
    }
  }
}

async function afterOther(other: InFlight, keyed: Keyed): Promise<Receipt> {
  const receipt = await other.receipt;
  return other.keyed.terms() === keyed.terms() ? { ...receipt, repeated: true } : conflictWith(receipt);
}

function conflictWith({ sequence, time }: Receipt): Receipt {
  return { sequence, time, events: [], repeated: false, conflict: true };
}

function keyedCommand(command: Command, queries: Queries): Keyed | undefined {
  switch (command.type) {
    case 'PlaceOrder':
      return keyedOrder(command, queries);
    case 'OpenAccount':
      return keyedAccount(command, queries);
    case 'Deposit':
    case 'Withdraw':
    case 'Transfer':
      return keyedTransfer(command, queries);
    default:
      return undefined;
  }
}

function keyedOrder(command: PlaceOrder, queries: Queries): Keyed | undefined {
  const { accountId, clientOrderId } = command;
  if (clientOrderId === undefined) return undefined;
  return {
    key: `order ${accountId} ${clientOrderId}`,
    terms: () => orderTerms(command),
    find: () => queries.orderByClientOrderId(accountId, clientOrderId),
    first: (row: OrderRow) => ({ sequence: row.orderId, time: row.createdAt, terms: orderTerms(row) }),
  };
}

function keyedAccount(command: OpenAccount, queries: Queries): Keyed | undefined {
  const { idempotencyKey } = command;
  if (idempotencyKey === undefined) return undefined;
  return {
    key: `account ${idempotencyKey}`,
    terms: () => accountTerms(command),
    find: () => queries.accountByIdempotencyKey(idempotencyKey),
    first: (row: AccountRow) => ({ sequence: row.accountId, time: row.createdAt, terms: accountTerms(row) }),
  };
}

/** Deposits, withdrawals and transfers share the keys of the account that the customer acts for. */
function keyedTransfer(command: Deposit | Withdraw | Transfer, queries: Queries): Keyed | undefined {
  const { idempotencyKey } = command;
  if (idempotencyKey === undefined) return undefined;
  const accountId = command.type === 'Transfer' ? command.fromAccountId : command.accountId;
  return {
    key: `transfer ${accountId} ${idempotencyKey}`,
    terms: () => transferTerms(movementOf(command)),
    find: () => queries.transferByIdempotencyKey(accountId, idempotencyKey),
    first: (row: TransferRow) => ({ sequence: row.transferId, time: row.createdAt, terms: transferTerms(row) }),
  };
}

type Movement = Pick<TransferRow, 'fromAccountId' | 'toAccountId' | 'asset' | 'amount'>;

function movementOf(command: Deposit | Withdraw | Transfer): Movement {
  switch (command.type) {
    case 'Deposit':
      return { ...command, fromAccountId: externalAccountId, toAccountId: command.accountId };
    case 'Withdraw':
      return { ...command, fromAccountId: command.accountId, toAccountId: externalAccountId };
    case 'Transfer':
      return command;
    default:
      return command satisfies never;
  }
}

/** Of an order by quote quantity the read model also knows what that bought, which was not asked for. */
function orderTerms(order: PlaceOrder | OrderRow): string {
  const size = order.quoteQuantity === undefined ? `${order.quantity}` : `quote ${order.quoteQuantity}`;
  const { symbol, side, orderType, timeInForce, price, postOnly, selfTradePrevention } = order;
  return `${symbol} ${side} ${orderType} ${timeInForce} ${size} ${price ?? ''} ${postOnly} ${selfTradePrevention}`;
}

function accountTerms({ name, ownerId, accountType }: OpenAccount | AccountRow): string {
  return JSON.stringify([name, ownerId ?? null, accountType]);
}

function transferTerms({ fromAccountId, toAccountId, asset, amount }: Movement): string {
  return `${fromAccountId} ${toAccountId} ${asset} ${amount}`;
}
