/** An order as it comes in. */
export interface PlacedOrder {
  readonly accountId: string;
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly quantity: string;
}

/** The order as the exchange would answer it, filled at once; only its number and its time are ever new. */
export function orderOf({ accountId, clientOrderId, symbol, side, type, quantity }: PlacedOrder, id: number) {
  const time = new Date().toISOString();
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
