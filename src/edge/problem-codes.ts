import { status as GrpcStatus } from '@grpc/grpc-js';
import type { RejectCode } from '../engine/reject.js';

/** What the edge itself refuses, before or beside the exchange. */
export type EdgeCode =
  | 'VALIDATION_FAILED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'DUPLICATE_CLIENT_ORDER_ID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'INSTRUCTION_NOT_FOUND'
  | 'TRADE_NOT_FOUND'
  | 'UPGRADE_REQUIRED'
  | 'ALREADY_SUBSCRIBED'
  | 'NOT_SUBSCRIBED'
  | 'SUBSCRIPTIONS_LIMIT'
  | 'SLOW_CONSUMER'
  | 'ACCESS_REVOKED'
  | 'INTERNAL'
  | 'OVERLOADED'
  | 'JOURNAL_FULL'
  | 'DRAINING'
  | 'VENUE_DOWN'
  | 'CHAOS_DISABLED'
  | 'FAULTS_LIMIT'
  | 'SCENARIO_NOT_FOUND'
  | 'SCENARIO_RUNNING'
  | 'STOPPED';

export type ProblemCode = RejectCode | EdgeCode;

interface ProblemKind {
  readonly httpStatus: number;
  readonly grpcStatus: GrpcStatus;
  /** The same for every problem with this code, as RFC 9457 wants it. */
  readonly title: string;
}

/** The one table of everything that can go wrong for a client, over REST and over gRPC. */
export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  VALIDATION_FAILED: kind(400, GrpcStatus.INVALID_ARGUMENT, 'The request is malformed'),
  UNAUTHENTICATED: kind(401, GrpcStatus.UNAUTHENTICATED, 'Credentials are missing or wrong'),
  FORBIDDEN: kind(403, GrpcStatus.PERMISSION_DENIED, 'These credentials do not allow it'),
  NOT_FOUND: kind(404, GrpcStatus.UNIMPLEMENTED, 'There is nothing at this address'),
  METHOD_NOT_ALLOWED: kind(405, GrpcStatus.UNIMPLEMENTED, 'This address does not take this method'),
  BODY_TOO_LARGE: kind(413, GrpcStatus.RESOURCE_EXHAUSTED, 'The body is too large'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, GrpcStatus.INVALID_ARGUMENT, 'The body is not of a type that is taken here'),
  DUPLICATE_CLIENT_ORDER_ID: conflict('The clientOrderId belongs to another order'),
  IDEMPOTENCY_KEY_REUSED: conflict('The Idempotency-Key belongs to another request'),
  RATE_LIMITED: kind(429, GrpcStatus.RESOURCE_EXHAUSTED, 'Too many requests'),
  UPGRADE_REQUIRED: kind(426, GrpcStatus.UNIMPLEMENTED, 'This address speaks WebSocket alone'),
  ALREADY_SUBSCRIBED: conflict('The connection has this subscription already'),
  NOT_SUBSCRIBED: missing('The connection has no such subscription'),
  SUBSCRIPTIONS_LIMIT: refused('The connection has too many subscriptions'),
  SLOW_CONSUMER: kind(429, GrpcStatus.RESOURCE_EXHAUSTED, 'The reader of a stream is too far behind'),
  ACCESS_REVOKED: kind(403, GrpcStatus.PERMISSION_DENIED, 'The credentials of a stream are no longer in force'),
  INTERNAL: kind(500, GrpcStatus.INTERNAL, 'The exchange has a fault'),
  OVERLOADED: unavailable('Too many commands are waiting'),
  JOURNAL_FULL: unavailable('The journal has no room'),
  DRAINING: unavailable('The exchange is shutting down'),
  STOPPED: unavailable('The exchange has stopped'),
  VENUE_DOWN: unavailable('The exchange is down'),
  CHAOS_DISABLED: kind(403, GrpcStatus.PERMISSION_DENIED, 'This exchange does not fail on command'),
  SCENARIO_NOT_FOUND: missing('There is no such scenario'),
  SCENARIO_RUNNING: conflict('A scenario is running'),
  FAULTS_LIMIT: refused('There are too many faults in force'),

  ACCOUNT_NOT_FOUND: missing('There is no such account'),
  ASSET_NOT_FOUND: missing('There is no such asset'),
  MARKET_NOT_FOUND: missing('There is no such market'),
  ORDER_NOT_FOUND: missing('There is no such order'),
  INSTRUCTION_NOT_FOUND: missing('There is no such settlement instruction'),
  TRADE_NOT_FOUND: missing('There is no such trade'),
  FAULT_NOT_FOUND: missing('There is no such fault in force'),
  API_KEY_NOT_FOUND: missing('There is no such API key'),
  DEFINITION_INVALID: refused('The venue cannot be run with this definition'),
  ACCOUNT_NOT_ACTIVE: refused('The account is not active'),
  KILL_SWITCH_ENGAGED: refused('The kill switch is engaged'),
  ACCOUNT_CLOSED: refused('The account is closed'),
  ACCOUNT_HAS_OPEN_ORDERS: refused('The account has open orders'),
  ACCOUNT_NOT_EMPTY: refused('The account is not empty'),
  API_KEYS_LIMIT: refused('The account has too many API keys'),
  SAME_ACCOUNT: refused('Both sides are the same account'),
  ORDER_NOT_OPEN: refused('The order is not open'),
  CYCLE_CLOSED: refused('The settlement cycle is closed already'),
  SETTLEMENT_BACKLOG: refused('The custodian has too much to settle'),
  MARKET_NOT_OPEN: refused('The market is not open'),
  PRICE_STALE: refused('The reference price is stale'),
  PRICE_NOT_ON_TICK: refused('The price is between two ticks'),
  PRICE_TOO_HIGH: refused('The price is too high'),
  QUANTITY_NOT_ON_LOT: refused('The quantity is between two lots'),
  QUANTITY_TOO_SMALL: refused('The quantity is too small'),
  QUANTITY_TOO_LARGE: refused('The quantity is too large'),
  NOTIONAL_TOO_SMALL: refused('The value of the order is too small'),
  PRICE_OUTSIDE_COLLAR: refused('The price is too far from the market'),
  OPEN_ORDERS_LIMIT: refused('The account has too many open orders'),
  ORDER_RATE_LIMIT: refused('The account places too many orders a second'),
  ORDER_QUANTITY_LIMIT: refused("The order is larger than the account's limit"),
  ORDER_NOTIONAL_LIMIT: refused("The order is worth more than the account's limit"),
  PRICE_BAND_LIMIT: refused("The price is outside the account's price band"),
  OPEN_NOTIONAL_LIMIT: refused('The account would have too much open'),
  POSITION_LIMIT: refused('The account could come to have too much of the asset'),
  DAILY_LOSS_LIMIT: refused('The account could lose too much today'),
  NO_LIQUIDITY: refused('Nobody is there to trade with'),
  POST_ONLY_WOULD_TAKE: refused('The order would take, but may only make'),
  INSUFFICIENT_FUNDS: refused('The available balance is too small'),
  BALANCE_LIMIT: refused('The balance would be too large'),
};

function kind(httpStatus: number, grpcStatus: GrpcStatus, title: string): ProblemKind {
  return { httpStatus, grpcStatus, title };
}

function missing(title: string): ProblemKind {
  return kind(404, GrpcStatus.NOT_FOUND, title);
}

function conflict(title: string): ProblemKind {
  return kind(409, GrpcStatus.ALREADY_EXISTS, title);
}

function refused(title: string): ProblemKind {
  return kind(422, GrpcStatus.FAILED_PRECONDITION, title);
}

function unavailable(title: string): ProblemKind {
  return kind(503, GrpcStatus.UNAVAILABLE, title);
}
