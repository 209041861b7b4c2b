import type { Request } from './rest-client.js';

/** The terms of an order, as REST takes them. */
export interface OrderTerms {
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: 'LIMIT' | 'MARKET';
  readonly quantity?: string;
  readonly quoteQuantity?: string;
  readonly price?: string;
  readonly timeInForce?: string;
  readonly postOnly?: boolean;
}

/** What a client asks for. All but a cancellation have a key, under which they can be sent again. */
export type Operation = KeyedOperation | Cancellation;
export type KeyedOperation = Placement | Deposit | Transfer;

export interface Placement {
  readonly kind: 'order';
  readonly key: string;
  readonly accountId: string;
  readonly terms: OrderTerms;
}

export interface Deposit {
  readonly kind: 'deposit';
  readonly key: string;
  readonly accountId: string;
  readonly asset: string;
  readonly amount: string;
}

export interface Transfer {
  readonly kind: 'transfer';
  readonly key: string;
  readonly fromAccountId: string;
  readonly toAccountId: string;
  readonly asset: string;
  readonly amount: string;
}

export interface Cancellation {
  readonly kind: 'cancel';
  readonly orderId: string;
}

export function requestFor(operation: Operation): Request {
  switch (operation.kind) {
    case 'order': {
      const { accountId, key: clientOrderId, terms } = operation;
      return { method: 'POST', path: '/api/v1/orders', body: { accountId, clientOrderId, ...terms } };
    }
    case 'cancel':
      return { method: 'DELETE', path: `/api/v1/orders/${operation.orderId}` };
    case 'deposit': {
      const { accountId, key, asset, amount } = operation;
      const path = `/api/v1/accounts/${accountId}/deposits`;
      return { method: 'POST', path, body: { asset, amount }, headers: { 'idempotency-key': key } };
    }
    case 'transfer': {
      const { kind: _, key, ...body } = operation;
      return { method: 'POST', path: '/api/v1/transfers', body, headers: { 'idempotency-key': key } };
    }
    default:
      return operation satisfies never;
  }
}
