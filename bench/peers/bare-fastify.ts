import { fastify } from 'fastify';
import { orderOf, type PlacedOrder } from './bare-order.js';

/**
 * Routes that do nothing but take JSON and answer with JSON: no rules, no ledger, no journal, nothing kept.
 * What a REST exchange in Node could reach at most.
 */
const server = fastify();
const assets = ['BTC', 'ETH', 'USD', 'USDT'] as const;
let orders = 0;

server.post<{ Body: PlacedOrder }>('/api/v1/orders', (request, reply) => {
  orders += 1;
  reply.code(201).send(orderOf(request.body, orders));
});
server.get<{ Params: { orderId: string } }>('/api/v1/orders/:orderId', (request, reply) => {
  const id = Number(request.params.orderId.slice('ord-'.length));
  const order = { accountId: 'acc-3', symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.001' };
  reply.send(orderOf(order, id));
});
server.get<{ Params: { accountId: string } }>('/api/v1/accounts/:accountId/balances', (request, reply) => {
  const balances = assets.map((asset) => ({
    asset,
    available: '99999939.87998998',
    held: '0',
    total: '99999939.87998998',
  }));
  reply.send({ accountId: request.params.accountId, asOfSeq: orders, balances });
});
console.log(await server.listen({ host: '127.0.0.1', port: 0 }));
