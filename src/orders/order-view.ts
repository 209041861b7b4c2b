import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeText } from '../edge/time-text.js';
import type { OrderType, SelfTradePrevention, Side, TimeInForce } from '../engine/command.js';
import { formatId } from '../engine/ids.js';
import type { Instrument } from '../engine/instrument.js';
import { type Amount, formatDecimal, unitsPerWhole } from '../engine/money.js';
import type { RejectCode } from '../engine/reject.js';
import type { FillRow, OrderRow, OrderStatus } from '../journal/queries.js';
import { orderStatuses, orderTypes, selfTradePreventions, sides, timesInForce } from './order-requests.js';

export class FillView {
  @ApiProperty({ description: 'The trade.', example: 'trd-3' })
  tradeId!: string;

  @ApiProperty({ description: 'In the quote asset for one whole base asset.', example: '20000.01' })
  price!: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  quantity!: string;

  @ApiProperty({ description: 'What the exchange charged for it, in `feeAsset`.', example: '2.000001' })
  fee!: string;

  @ApiProperty({ description: "The market's quote asset.", example: 'USD' })
  feeAsset!: string;

  @ApiProperty({ description: 'MAKER if the order was waiting in the book.', enum: ['MAKER', 'TAKER'] })
  liquidity!: 'MAKER' | 'TAKER';

  @ApiProperty({ description: 'When it was executed.', format: 'date-time' })
  executedAt!: string;
}

/** An order as REST tells of it; gRPC's has the same fields. */
export class OrderView {
  @ApiProperty({ description: "The exchange's id.", example: 'ord-42' })
  orderId!: string;

  @ApiProperty({ description: "The caller's own id.", type: String, nullable: true, example: 'my-order-1' })
  clientOrderId!: string | null;

  @ApiProperty({ description: 'The account that placed it.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'Whether the base asset is bought or sold.', enum: sides })
  side!: Side;

  @ApiProperty({ description: 'How it finds its price.', enum: orderTypes })
  type!: OrderType;

  @ApiProperty({ description: 'What becomes of what is not filled at once.', enum: timesInForce })
  timeInForce!: TimeInForce;

  @ApiProperty({ description: 'NEW and PARTIALLY_FILLED are open; the others are final.', enum: orderStatuses })
  status!: OrderStatus;

  @ApiProperty({
    description:
      'In the base asset; of an order by `quoteQuantity`, what that bought or sold at the prices of the book.',
    example: '0.1',
  })
  quantity!: string;

  @ApiPropertyOptional({ description: 'In the quote asset, of an order by quote quantity.', example: '500' })
  quoteQuantity?: string;

  @ApiPropertyOptional({ description: 'The limit, in the quote asset for one whole base asset.', example: '20000.5' })
  price?: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  filledQuantity!: string;

  @ApiProperty({
    description: 'In the base asset: what is not filled, and of a final order never will be.',
    example: '0',
  })
  remainingQuantity!: string;

  @ApiProperty({
    description: 'Of all fills, in the quote asset, rounded down to its unit; null before the first.',
    type: String,
    nullable: true,
    example: '20000.01',
  })
  averagePrice!: string | null;

  @ApiProperty({ description: 'Oldest first.', type: [FillView] })
  fills!: FillView[];

  @ApiPropertyOptional({ description: 'Why it was REJECTED.', type: String, example: 'INSUFFICIENT_FUNDS' })
  rejectCode?: RejectCode;

  @ApiProperty({ description: 'Whether it was only to wait in the book, never to take.' })
  postOnly!: boolean;

  @ApiProperty({ description: 'What happens when it meets another order of its account.', enum: selfTradePreventions })
  selfTradePrevention!: SelfTradePrevention;

  @ApiProperty({ description: 'When it was placed.', format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ description: 'When it last changed.', format: 'date-time' })
  updatedAt!: string;
}

export function orderView(order: OrderRow, instrument: Instrument): OrderView {
  const { baseScale, quoteScale } = instrument;
  const { filledQuantity, quoteQuantity, price } = order;
  const fills = order.fills.map((fill) => fillView(fill, instrument));
  // Of most orders nothing is left, and they were filled at once: what is the same is written once.
  const isFilled = filledQuantity === order.quantity;
  const onlyFill = order.fills[0]?.quantity === filledQuantity ? fills[0] : undefined;
  const filled = onlyFill?.quantity ?? formatDecimal(filledQuantity, baseScale);
  return {
    orderId: formatId('ord', order.orderId),
    clientOrderId: order.clientOrderId ?? null,
    accountId: formatId('acc', order.accountId),
    symbol: order.symbol,
    side: order.side,
    type: order.orderType,
    timeInForce: order.timeInForce,
    status: order.status,
    quantity: isFilled ? filled : formatDecimal(order.quantity, baseScale),
    quoteQuantity: quoteQuantity === undefined ? undefined : formatDecimal(quoteQuantity, quoteScale),
    price: price === undefined ? undefined : formatDecimal(price, quoteScale),
    filledQuantity: filled,
    remainingQuantity: isFilled ? '0' : formatDecimal(order.quantity - filledQuantity, baseScale),
    averagePrice: onlyFill?.price ?? averagePrice(filledQuantity, order.filledNotional, instrument),
    fills,
    rejectCode: order.rejectCode,
    postOnly: order.postOnly,
    selfTradePrevention: order.selfTradePrevention,
    createdAt: timeText(order.createdAt),
    updatedAt: timeText(order.updatedAt),
  };
}

/** Of all fills, as it is shown; null before the first. */
export function averagePrice(
  filledQuantity: Amount,
  filledNotional: Amount,
  { baseScale, quoteScale }: Instrument,
): string | null {
  if (filledQuantity === 0n) return null;
  return formatDecimal((filledNotional * unitsPerWhole(baseScale)) / filledQuantity, quoteScale);
}

export function fillView(fill: FillRow, { baseScale, quoteScale, quote }: Instrument): FillView {
  return {
    tradeId: formatId('trd', fill.tradeId),
    price: formatDecimal(fill.price, quoteScale),
    quantity: formatDecimal(fill.quantity, baseScale),
    fee: formatDecimal(fill.fee, quoteScale),
    feeAsset: quote,
    liquidity: fill.liquidity,
    executedAt: timeText(fill.executedAt),
  };
}
