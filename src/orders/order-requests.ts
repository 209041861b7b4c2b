import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsAmount, IsClientKey, IsFlag, IsPublicId, IsSymbol, IsWord, MayBeAbsent } from '../edge/field-checks.js';
import { PageRequest } from '../edge/page.js';
import type { OrderType, SelfTradePrevention, Side, TimeInForce } from '../engine/command.js';
import type { OrderStatus } from '../journal/queries.js';

export const sides = ['BUY', 'SELL'] as const satisfies readonly Side[];
export const orderTypes = ['MARKET', 'LIMIT'] as const satisfies readonly OrderType[];
export const timesInForce = ['GTC', 'IOC', 'FOK'] as const satisfies readonly TimeInForce[];
export const selfTradePreventions = [
  'EXPIRE_TAKER',
  'EXPIRE_MAKER',
  'EXPIRE_BOTH',
] as const satisfies readonly SelfTradePrevention[];
export const orderStatuses = [
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
] as const satisfies readonly OrderStatus[];

/** An order to place. What depends on its type is checked where it becomes a command (see `place-order.ts`). */
export class PlaceOrderRequest {
  @IsPublicId('acc')
  @ApiProperty({ description: 'The account that trades.', example: 'acc-7' })
  accountId!: string;

  @MayBeAbsent()
  @IsClientKey()
  @ApiPropertyOptional({
    description:
      'Your own name for the order, unique for the account for ever. Sending the same order again under it ' +
      'gives the first order instead of a second one: the way to find out after a timeout.',
    example: 'my-order-1',
    maxLength: 64,
  })
  clientOrderId?: string;

  @IsSymbol()
  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @IsWord(sides)
  @ApiProperty({ description: 'Whether the base asset is bought or sold.', enum: sides, example: 'BUY' })
  side!: Side;

  @IsWord(orderTypes)
  @ApiProperty({
    description: 'MARKET takes what the book gives now; LIMIT takes or waits at `price` or better.',
    enum: orderTypes,
    example: 'MARKET',
  })
  type!: OrderType;

  @MayBeAbsent()
  @IsAmount()
  @ApiPropertyOptional({
    description: 'In the base asset, a multiple of the lot size. LIMIT needs it; MARKET has it or `quoteQuantity`.',
    example: '0.1',
  })
  quantity?: string;

  @MayBeAbsent()
  @IsAmount()
  @ApiPropertyOptional({
    description:
      'MARKET only, in the quote asset: the most that a buy may cost, fees included, or that a sell brings before fees.',
    example: '500',
  })
  quoteQuantity?: string;

  @MayBeAbsent()
  @IsAmount()
  @ApiPropertyOptional({
    description: 'LIMIT only: in the quote asset for one whole base asset, a multiple of the tick size.',
    example: '20000.5',
  })
  price?: string;

  @MayBeAbsent()
  @IsWord(timesInForce)
  @ApiPropertyOptional({
    description:
      'GTC waits until it is filled or canceled (default of LIMIT), IOC takes what it can and expires, ' +
      'FOK takes all or nothing. MARKET is always IOC.',
    enum: timesInForce,
  })
  timeInForce?: TimeInForce;

  @MayBeAbsent()
  @IsFlag()
  @ApiPropertyOptional({
    description: 'LIMIT GTC only: refuse the order if it would trade at once.',
    default: false,
  })
  postOnly?: boolean;

  @MayBeAbsent()
  @IsWord(selfTradePreventions)
  @ApiPropertyOptional({
    description: 'Which order expires, instead of a trade, when two orders of one account meet.',
    enum: selfTradePreventions,
    default: 'EXPIRE_TAKER',
  })
  selfTradePrevention?: SelfTradePrevention;
}

export class CancelOrdersRequest {
  @IsPublicId('acc')
  @ApiProperty({ description: 'The account whose open orders are canceled.', example: 'acc-7' })
  accountId!: string;

  @MayBeAbsent()
  @IsSymbol()
  @ApiPropertyOptional({ description: 'Only those in this market.', example: 'BTC-USD' })
  symbol?: string;
}

export class ListOrdersRequest extends PageRequest {
  @MayBeAbsent()
  @IsPublicId('acc')
  @ApiPropertyOptional({ description: 'Only orders of this account.', example: 'acc-7' })
  accountId?: string;

  @MayBeAbsent()
  @IsSymbol()
  @ApiPropertyOptional({ description: 'Only orders in this market.', example: 'BTC-USD' })
  symbol?: string;

  @MayBeAbsent()
  @IsWord(orderStatuses)
  @ApiPropertyOptional({ description: 'Only orders with this status.', enum: orderStatuses })
  status?: OrderStatus;
}

export class OrderByClientOrderIdRequest {
  @IsPublicId('acc')
  @ApiProperty({ description: 'The account that placed the order.', example: 'acc-7' })
  accountId!: string;
}

/** In a message, what REST has in the path is a field. */
export class OrderMessage {
  @IsPublicId('ord')
  orderId!: string;
}

/** Either `orderId` alone, or `accountId` and `clientOrderId`. */
export class GetOrderMessage {
  @MayBeAbsent()
  @IsPublicId('ord')
  orderId?: string;

  @MayBeAbsent()
  @IsPublicId('acc')
  accountId?: string;

  @MayBeAbsent()
  @IsClientKey()
  clientOrderId?: string;
}
