/** What the monitor reads of the exchange's messages (`proto/exchange/v1`). What is zero or false is left out. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos?: number;
}

export interface Market {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
}

export interface TickerMessage {
  readonly symbol: string;
  readonly lastSequence: number;
  /** That of the message before it about this market; the first has none. */
  readonly previousLastSequence?: number;
  readonly time: Timestamp;
  readonly ticker: {
    readonly referencePrice?: string;
    readonly stale?: boolean;
    readonly staleSince?: Timestamp;
  };
}

export interface AccountEvent {
  readonly sequence: number;
  readonly accountSequence: number;
  readonly accountId: string;
  readonly eventType: string;
  readonly time: Timestamp;
  readonly order?: { readonly symbol: string; readonly side: string };
  readonly fill?: {
    readonly price: string;
    readonly quantity: string;
    readonly fee: string;
    readonly feeAsset: string;
  };
  readonly balance?: Balance;
  readonly transfer?: {
    readonly fromAccountId: string;
    readonly toAccountId: string;
    readonly asset: string;
    readonly amount: string;
  };
}

export interface Balance {
  readonly asset: string;
  readonly total: string;
}

export interface Balances {
  readonly accountId: string;
  readonly asOfSeq: number;
  readonly balances: readonly Balance[];
}

export interface Settlement {
  readonly instructionId: string;
  readonly accountId: string;
  readonly asset: string;
  readonly amount: string;
  readonly status: string;
  readonly reason?: string;
  readonly attempts?: number;
  /** Absent where a deposit, withdrawal or transfer made it. */
  readonly cycleSequence?: number;
  readonly createdAt: Timestamp;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

export function millisecondsOf({ seconds, nanos = 0 }: Timestamp): number {
  return seconds * 1_000 + nanos / 1e6;
}
