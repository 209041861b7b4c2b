/**
 * The operations of the exchange, by the names of gRPC, with requests in the words of JSON. What REST has in
 * paths and headers are fields here too.
 */
export interface ExchangeDriver {
  readonly name: 'REST' | 'gRPC';
  call(operation: Operation, request: Request): Promise<Outcome>;
  close(): void;
}

export type Operation =
  | 'CreateAccount'
  | 'GetAccount'
  | 'ListAccounts'
  | 'UpdateAccount'
  | 'Deposit'
  | 'Withdraw'
  | 'Transfer'
  | 'GetBalances'
  | 'ListLedgerEntries'
  | 'ListAccountTrades'
  | 'PlaceOrder'
  | 'CancelOrder'
  | 'CancelOrders'
  | 'GetOrder'
  | 'ListOrders'
  | 'ListMarkets'
  | 'GetTicker'
  | 'GetOrderBook'
  | 'ListTrades'
  | 'ListCandles'
  | 'IssueApiKey'
  | 'ListApiKeys'
  | 'RevokeApiKey'
  | 'SetRiskLimits'
  | 'GetRiskLimits'
  | 'GetExposure'
  | 'EngageKillSwitch'
  | 'ReleaseKillSwitch'
  | 'GetKillSwitch';

export type Request = Record<string, unknown>;

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever came over the wire; the specs say what they expect.
export type Answer = any;

/** What a client sees of a refusal, whatever it came over. */
export interface Refusal {
  /** As HTTP counts. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly string[];
  readonly orderId?: string;
  readonly transferId?: string;
}

export type Outcome = { readonly answer: Answer } | { readonly refusal: Refusal };

/** Leaves out what is null or undefined, at every depth: REST says null for what gRPC leaves out. */
export function withoutAbsent(value: Answer): Answer {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutAbsent(member)]));
}
