import type { ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { assertOwnAccount } from '../edge/caller.js';
import { Problem } from '../edge/problem.js';
import { formatId, parseId } from '../engine/ids.js';
import { Venue } from '../venue/venue.js';

type Fields = Readonly<Record<string, unknown>>;

/** The fields by which a request names an account to see or to act for. Where money goes to may be another's. */
const accountFields = ['accountId', 'fromAccountId'] as const;

/**
 * Holds an API key to its own account. Whatever account or order a request names, in its path, its query or its
 * body, must be the key's own. Any other is answered like one that does not exist, whether it does or not, before
 * the rest of the request is looked at. What is not an id is left to validation.
 */
@Injectable()
export class OwnThings {
  constructor(private readonly venue: Venue) {}

  /** Throws a `Problem` where the request names something of somebody else. */
  assertNamedBy(context: ExecutionContext, ownAccountId: number): true | Promise<true> {
    let orderId: number | undefined;
    for (const fields of fieldsOf(context)) {
      for (const name of accountFields) assertOwnAccountNamed(fields[name], ownAccountId);
      orderId ??= idIn(fields.orderId, 'ord');
    }
    return orderId === undefined ? true : this.assertOwnOrder(orderId, ownAccountId);
  }

  private async assertOwnOrder(orderId: number, ownAccountId: number): Promise<true> {
    const open = this.venue.exchange.state.orders.get(orderId);
    const owner = open?.account.accountId ?? (await this.venue.queries.order(orderId))?.accountId;
    if (owner === ownAccountId) return true;
    throw new Problem('ORDER_NOT_FOUND', `There is no order ${formatId('ord', orderId)}.`);
  }
}

function assertOwnAccountNamed(named: unknown, ownAccountId: number): void {
  const accountId = idIn(named, 'acc');
  if (accountId !== undefined) assertOwnAccount(accountId, ownAccountId);
}

function idIn(value: unknown, kind: 'acc' | 'ord'): number | undefined {
  return typeof value === 'string' ? parseId(kind, value) : undefined;
}

function fieldsOf(context: ExecutionContext): Fields[] {
  if (context.getType() !== 'http') return [asFields(context.switchToRpc().getData())];
  const { params, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
  return [asFields(params), asFields(query), asFields(body)];
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
