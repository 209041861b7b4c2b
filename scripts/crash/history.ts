import { isDeepStrictEqual } from 'node:util';
import { Books, unitsOf } from './books.js';
import { discrepancy } from './discrepancy.js';
import type { Cancellation, Deposit, KeyedOperation, Operation, Placement, Transfer } from './operation.js';
import { assertFollows, isOpen, type OrderView } from './order-view.js';
import type { Answer } from './rest-client.js';

/** An order that was asked for; the id is known when an answer told it. */
export interface Placed {
  readonly operation: Placement;
  readonly orderId: string;
}

/** A deposit or transfer that was answered. A refused one has an id too, but moved nothing. */
export interface Moved {
  readonly operation: Deposit | Transfer;
  readonly transferId: string;
  readonly answer: Answer;
}

/** Everything that was asked for and everything that was answered: what the exchange is held to. */
export class History {
  readonly placed = new Map<string, Placed>();
  readonly moved = new Map<string, Moved>();
  /** By id, each as it was last shown. */
  readonly orders = new Map<string, OrderView>();
  readonly openOrderIds = new Set<string>();
  /** The code with which an order was refused, by its id. */
  readonly refusals = new Map<string, string>();
  readonly books = new Books();
  /** What got no answer, or an answer that says that nothing is known. It is to be sent again. */
  unanswered: Operation[] = [];
  acknowledged = 0;
  private readonly cancelsAsked = new Set<string>();

  /** Takes in what came back for an operation. Throws a `Discrepancy` for an answer that cannot be right. */
  note(operation: Operation, answer: Answer | undefined): void {
    if (operation.kind === 'cancel') this.cancelsAsked.add(operation.orderId);
    if (answer === undefined || answer.status === 503) {
      this.unanswered.push(operation);
      return;
    }
    this.acknowledged += 1;
    if (operation.kind === 'cancel') this.noteCancellation(operation, answer);
    else if (operation.kind === 'order') this.notePlacement(operation, answer);
    else this.noteMovement(operation, answer);
  }

  /** Takes in an order as the server shows it now; throws if it does not follow from what it showed before. */
  see(found: OrderView): void {
    const known = this.orders.get(found.orderId);
    if (known !== undefined) {
      assertFollows(known, found);
      if (isOpen(known) && found.status === 'CANCELED' && !this.cancelsAsked.has(found.orderId)) {
        throw discrepancy(`nobody canceled order ${found.orderId}`, known, found);
      }
    }
    this.books.addFills(found, found.fills.slice(known?.fills.length ?? 0));
    this.orders.set(found.orderId, found);
    if (isOpen(found)) this.openOrderIds.add(found.orderId);
    else this.openOrderIds.delete(found.orderId);
  }

  private notePlacement(operation: Placement, { status, body }: Answer): void {
    const orderId = body?.orderId;
    const expected = status === 201 || (status === 422 && typeof orderId === 'string');
    if (!expected) throw unexpected(operation, { status, body });
    const before = this.placed.get(operation.key);
    if (before !== undefined && before.orderId !== orderId) {
      throw discrepancy(`${operation.key} was placed twice`, before.orderId, orderId);
    }
    this.placed.set(operation.key, { operation, orderId });
    if (status === 201) this.see(body);
    else this.seeRefusal(orderId, body.code);
  }

  /** A refusal names the order that was kept as rejected; the whole of it is seen when the server lists it. */
  private seeRefusal(orderId: string, code: string): void {
    const known = this.refusals.get(orderId);
    if (known !== undefined && known !== code) throw discrepancy(`order ${orderId} was refused otherwise`, known, code);
    this.refusals.set(orderId, code);
  }

  private noteCancellation(operation: Cancellation, { status, body }: Answer): void {
    if (status === 200 && body.status === 'CANCELED') this.see(body);
    else if (status !== 422 || body?.code !== 'ORDER_NOT_OPEN') throw unexpected(operation, { status, body });
  }

  private noteMovement(operation: Deposit | Transfer, answer: Answer): void {
    const { status, body } = answer;
    const transferId = body?.transferId;
    if ((status !== 201 && status !== 422) || typeof transferId !== 'string') throw unexpected(operation, answer);
    const before = this.moved.get(operation.key);
    if (before !== undefined) {
      if (isDeepStrictEqual(before.answer, answer)) return;
      throw discrepancy(`${operation.key} was answered differently the second time`, before.answer, answer);
    }
    this.moved.set(operation.key, { operation, transferId, answer });
    if (status === 201)
      for (const { accountId, asset, units } of movesOf(operation)) this.books.add(accountId, asset, units);
  }
}

/** What a deposit or transfer does to customers' accounts. */
export function movesOf(operation: Deposit | Transfer): { accountId: string; asset: string; units: bigint }[] {
  const { asset } = operation;
  const units = unitsOf(operation.amount);
  if (operation.kind === 'deposit') return [{ accountId: operation.accountId, asset, units }];
  const { fromAccountId, toAccountId } = operation;
  return [
    { accountId: fromAccountId, asset, units: -units },
    { accountId: toAccountId, asset, units },
  ];
}

function unexpected(operation: KeyedOperation | Cancellation, answer: Answer): Error {
  return discrepancy(
    `an answer that cannot be right, to ${JSON.stringify(operation)}`,
    'a result or a refusal',
    answer,
  );
}
