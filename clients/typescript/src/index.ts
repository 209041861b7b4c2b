export type { ApiKey, ApiKeyScope, IssueApiKeyRequest, IssuedApiKey } from './access/api-key.js';
export type { ApiKeys } from './access/api-keys.js';
export type {
  Account,
  AccountStatus,
  AccountType,
  CreateAccountRequest,
  UpdateAccountRequest,
} from './accounts/account.js';
export type { AccountEvent, AccountEventType } from './accounts/account-event.js';
export type { AccountEventsQuery, CancelOnDisconnect } from './accounts/account-event-reader.js';
export type { AccountTrade } from './accounts/account-trade.js';
export type { Accounts, ListAccountsQuery, ListAccountTradesQuery, ListLedgerQuery } from './accounts/accounts.js';
export type { AuditEntry } from './accounts/audit-entry.js';
export type { AssetBalance, Balance, Balances } from './accounts/balance.js';
export type { LedgerEntry, LedgerEntryType } from './accounts/ledger-entry.js';
export type { FundsRequest, Transfer, TransferKind, TransferRequest } from './accounts/transfer.js';
export type { CallOptions, ClientOptions, KeyedCallOptions } from './client-options.js';
export { type AccountEventsOptions, type BookStreamOptions, ExchangeClient } from './exchange-client.js';
export { ExchangeError, type FieldError, type Refusal } from './exchange-error.js';
export type { Book, BookLevel, Candle, CandleInterval, Market, MarketStatus, Ticker, Trade } from './markets/market.js';
export type {
  BookMessage,
  CandlesMessage,
  ChecksumChoice,
  MarketChannel,
  MarketMessage,
  MarketMessageBase,
  MarketSubscription,
  StreamedCandle,
  TickerMessage,
  TradesMessage,
} from './markets/market-message.js';
export type { BookQuery, CandlesQuery, Markets } from './markets/markets.js';
export { OrderBook } from './markets/order-book.js';
export { NoAnswerError } from './no-answer-error.js';
export type {
  CancelOrdersRequest,
  Fill,
  Order,
  OrderState,
  OrderStatus,
  OrderType,
  PlaceOrderRequest,
  SelfTradePrevention,
  TimeInForce,
} from './orders/order.js';
export type { ListOrdersQuery, Orders } from './orders/orders.js';
export type { KnownProblemCode, ProblemCode } from './problem-code.js';
export type { Listing, Page, PageQuery } from './rest/listing.js';
export type { Exposure, LimitUse, OpenNotional, Position } from './risk/exposure.js';
export type { EngagedKillSwitch, EngageKillSwitchRequest, KillSwitch } from './risk/kill-switch.js';
export type { Risk } from './risk/risk.js';
export type {
  LimitCrossing,
  RiskLevel,
  RiskLimit,
  RiskLimitKind,
  RiskLimitRequest,
  RiskLimits,
  SetRiskLimitsRequest,
} from './risk/risk-limit.js';
export type {
  CloseCyclesRequest,
  ClosedCycle,
  ClosedCycles,
  InstructionKind,
  InstructionStatus,
  ListObligationsQuery,
  ListSettlementsQuery,
  Obligation,
  Settlement,
  SettlementStep,
  SettlementWithHistory,
} from './settlement/settlement.js';
export type { Settlements } from './settlement/settlements.js';
export type { LiveStream, StreamOptions } from './streams/live-stream.js';
export { StreamFault, type StreamFaultKind } from './streams/stream-fault.js';
export type { WebSocketConstructor, WebSocketLike } from './streams/web-socket.js';
export type { Decimal, Liquidity, Side, Time } from './words.js';
