import { fastify } from 'fastify';

/**
 * A route that does nothing but take an order's JSON and answer with one: no rules, no ledger, no journal,
 * nothing kept. What a REST exchange in Node could reach at most.
 */
interface OrderBody {
  readonly accountId: string;
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly quantity: string;
}

const server = fastify();
let orders = 0;

server.post<{ Body: OrderBody }>('/api/v1/orders', (request, reply) => {
  orders += 1;
  const time = new Date().toISOString();
  reply.code(201).send(orderOf(request.body, orders, time));
});
console.log(await server.listen({ host: '127.0.0.1', port: 0 }));

function orderOf({ accountId, clientOrderId, symbol, side, type, quantity }: OrderBody, id: number, time: string) {
  return {
    orderId: `ord-${id}`,
    clientOrderId: clientOrderId ?? null,
    accountId,
    symbol,
    side,
    type,
    timeInForce: 'IOC',
    status: 'FILLED',
    quantity,
    filledQuantity: quantity,
    remainingQuantity: '0',
    averagePrice: '60000.01',
    fills: [
      {
        tradeId: `trd-${id}`,
        price: '60000.01',
        quantity,
        fee: '0.01200000',
        feeAsset: 'USD',
        liquidity: 'TAKER',
        executedAt: time,
      },
    ],
    postOnly: false,
    selfTradePrevention: 'EXPIRE_TAKER',
    createdAt: time,
    updatedAt: time,
  };
}
