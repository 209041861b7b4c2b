import type { Operation } from '../edge/request-observer.js';

/** The routes of REST by the names that gRPC has for them, so that one name means the same over both. */
const operationsOfRoutes: Readonly<Record<string, string>> = {
  'POST /api/v1/accounts': 'CreateAccount',
  'GET /api/v1/accounts': 'ListAccounts',
  'GET /api/v1/accounts/:accountId': 'GetAccount',
  'PATCH /api/v1/accounts/:accountId': 'UpdateAccount',
  'POST /api/v1/accounts/:accountId/deposits': 'Deposit',
  'POST /api/v1/accounts/:accountId/withdrawals': 'Withdraw',
  'POST /api/v1/transfers': 'Transfer',
  'GET /api/v1/accounts/:accountId/balances': 'GetBalances',
  'GET /api/v1/accounts/:accountId/balances/:asset': 'GetBalances',
  'GET /api/v1/accounts/:accountId/ledger': 'ListLedgerEntries',
  'GET /api/v1/accounts/:accountId/trades': 'ListAccountTrades',
  'POST /api/v1/orders': 'PlaceOrder',
  'GET /api/v1/orders': 'ListOrders',
  'GET /api/v1/orders/by-client-order-id/:clientOrderId': 'GetOrder',
  'GET /api/v1/orders/:orderId': 'GetOrder',
  'DELETE /api/v1/orders/:orderId': 'CancelOrder',
  'DELETE /api/v1/orders': 'CancelOrders',
  'GET /api/v1/markets': 'ListMarkets',
  'GET /api/v1/markets/:symbol/ticker': 'GetTicker',
  'GET /api/v1/markets/:symbol/book': 'GetOrderBook',
  'GET /api/v1/markets/:symbol/trades': 'ListTrades',
  'GET /api/v1/markets/:symbol/candles': 'ListCandles',
};

/** What a fault can name as its target. */
export const operationNames: readonly string[] = [...new Set(Object.values(operationsOfRoutes))];

/** The name of what is called; `undefined` for what has none, which only a fault without an operation strikes. */
export function operationName({ transport, method, target }: Operation): string | undefined {
  return transport === 'GRPC' ? method : operationsOfRoutes[`${method} ${target}`];
}

/** What auditors and probes ask is never struck: whoever has to find out what goes on must be able to. */
export function isStrikable({ transport, target }: Operation): boolean {
  if (transport === 'REST') return target.startsWith('/api/');
  return target.startsWith('exchange.v1.') && target !== 'exchange.v1.AuditService';
}
