/** One page of a list, as the exchange answers it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; `null` on the last. */
  readonly nextCursor: string | null;
}

/** Which page of a list is wanted. */
export interface PageQuery {
  /** How many items at most, from 1 to 500; by default 100. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

/**
 * A list of the exchange, read page by page while it is iterated: `for await (const order of orders)`.
 * `Array.fromAsync(list)` gives all of it.
 */
export class Listing<Item> implements AsyncIterable<Item> {
  constructor(
    private readonly query: PageQuery,
    private readonly read: (cursor: string | undefined) => Promise<Page<Item>>,
  ) {}

  /** One page: by default the one that was asked for, which is the first. */
  page(cursor: string | undefined = this.query.cursor): Promise<Page<Item>> {
    return this.read(cursor);
  }

  async *pages(): AsyncGenerator<Page<Item>, void> {
    let cursor: string | null | undefined = this.query.cursor;
    do {
      const page: Page<Item> = await this.read(cursor);
      yield page;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const { items } of this.pages()) yield* items;
  }
}
