import { ApiPropertyOptional } from '@nestjs/swagger';
import type { Page, PageQuery } from '../journal/queries.js';
import { IsCount, IsText, MayBeAbsent } from './field-checks.js';
import { Problem } from './problem.js';
import { shownValue } from './shown-value.js';

export const pageLimitMax = 500;
export const pageLimitDefault = 100;

/** Which page of a list is wanted; the queries of lists extend it with their filters. */
export class PageRequest {
  @MayBeAbsent()
  @IsCount(1, pageLimitMax)
  @ApiPropertyOptional({
    description: 'How many items to answer at most.',
    type: 'integer',
    minimum: 1,
    maximum: pageLimitMax,
    default: pageLimitDefault,
  })
  limit?: number;

  @MayBeAbsent()
  @IsText(256)
  @ApiPropertyOptional({
    description: 'The `nextCursor` of the page before. It holds for the list that gave it.',
    example: cursorOf('orders', 42),
  })
  cursor?: string;
}

/** An answer that is one page of a list. */
export interface PageAnswer<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; `null` on the last. */
  readonly nextCursor: string | null;
}

/** The page request in the words of the read model. `list` is the name of the list that the cursor is for. */
export function pageQuery(list: string, { limit, cursor }: PageRequest): PageQuery {
  return { limit: limit ?? pageLimitDefault, cursor: cursor === undefined ? undefined : keysOf(list, cursor, 1)[0] };
}

export function pageAnswer<Row, Item>(list: string, page: Page<Row>, item: (row: Row) => Item): PageAnswer<Item> {
  return {
    items: page.items.map(item),
    nextCursor: page.nextCursor === undefined ? null : cursorOf(list, page.nextCursor),
  };
}

/** Most lists are ordered by one key; `keys` are more where one is not unique. */
export function cursorOf(list: string, ...keys: readonly number[]): string {
  return Buffer.from([list, ...keys].join(':')).toString('base64url');
}

/** The keys of a cursor that this list gave; throws a `Problem` for any other. */
export function keysOf(list: string, cursor: string, count: number): number[] {
  const keys = Buffer.from(cursor, 'base64url').toString('latin1').split(':').slice(1).map(Number);
  // Writing it again finds every cursor that is not, to the letter, one that this list gave.
  if (keys.length === count && keys.every(isKey) && cursorOf(list, ...keys) === cursor) return keys;
  const message = `must be the nextCursor of a page of this list, not ${shownValue(cursor)}`;
  throw Problem.invalid([{ field: 'cursor', message }]);
}

function isKey(key: number): boolean {
  return Number.isSafeInteger(key) && key >= 0;
}
