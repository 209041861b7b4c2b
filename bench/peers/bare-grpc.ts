import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { orderService, type PlaceOrderRequest, type PlaceOrderResponse } from '../unary/order-service.js';

/**
 * A server that does nothing but take an order and answer with one: the messages of the exchange, and nothing
 * kept. What an exchange on grpc-js could reach at most.
 */
const server = new Server();
let orders = 0;

server.addService(orderService, {
  PlaceOrder(
    { request }: ServerUnaryCall<PlaceOrderRequest, PlaceOrderResponse>,
    answer: sendUnaryData<PlaceOrderResponse>,
  ) {
    orders += 1;
    answer(null, { order: orderOf(request, orders) });
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`gRPC 127.0.0.1:${port}`);
});

/** The order as the exchange would answer it, filled at once; only its number and its time are ever new. */
function orderOf({ accountId, clientOrderId, symbol, side, type, quantity }: PlaceOrderRequest, id: number): object {
  const nowMs = Date.now();
  const time = { seconds: Math.floor(nowMs / 1_000), nanos: (nowMs % 1_000) * 1_000_000 };
  return {
    orderId: `ord-${id}`,
    clientOrderId,
    accountId,
    symbol,
    side,
    type,
    timeInForce: 'TIME_IN_FORCE_IOC',
    status: 'ORDER_STATUS_FILLED',
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
        liquidity: 'LIQUIDITY_TAKER',
        executedAt: time,
      },
    ],
    postOnly: false,
    selfTradePrevention: 'SELF_TRADE_PREVENTION_EXPIRE_TAKER',
    createdAt: time,
    updatedAt: time,
  };
}
