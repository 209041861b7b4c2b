import { Controller, Delete, Get, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems, bodyProblems, unavailableProblems } from '../edge/api-docs.js';
import { OnlyAccount } from '../edge/caller.js';
import { type PageAnswer } from '../edge/page.js';
import { Body, Param, Query } from '../edge/parameters.js';
import { RequestOrigin } from '../edge/request-origin.js';
import { ClientKeyPipe, PublicIdPipe } from '../edge/validation-pipe.js';
import type { Origin } from '../journal/journal.js';
import {
  CancelOrdersRequest,
  ListOrdersRequest,
  OrderByClientOrderIdRequest,
  PlaceOrderRequest,
} from './order-requests.js';
import { OrderView } from './order-view.js';
import { OrdersService } from './orders.service.js';

const orderIdParam = {
  name: 'orderId',
  description: "The exchange's id of the order.",
  example: 'ord-42',
  type: String,
};

@ApiTags('orders')
@Controller('api/v1/orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  @Access('trade')
  @ApiOperation({
    summary: 'Place an order',
    description: 'The answer comes when the order and everything it led to is durable.',
  })
  @ApiCreatedResponse({ description: 'The order, with the fills that it had at once.', type: OrderView })
  @ApiProblems(
    'VALIDATION_FAILED',
    'ACCOUNT_NOT_FOUND',
    'MARKET_NOT_FOUND',
    'DUPLICATE_CLIENT_ORDER_ID',
    ...bodyProblems,
    'ACCOUNT_NOT_ACTIVE',
    'KILL_SWITCH_ENGAGED',
    'MARKET_NOT_OPEN',
    'PRICE_STALE',
    'PRICE_NOT_ON_TICK',
    'PRICE_TOO_HIGH',
    'QUANTITY_NOT_ON_LOT',
    'QUANTITY_TOO_SMALL',
    'QUANTITY_TOO_LARGE',
    'NOTIONAL_TOO_SMALL',
    'PRICE_OUTSIDE_COLLAR',
    'OPEN_ORDERS_LIMIT',
    'ORDER_RATE_LIMIT',
    'ORDER_QUANTITY_LIMIT',
    'ORDER_NOTIONAL_LIMIT',
    'PRICE_BAND_LIMIT',
    'OPEN_NOTIONAL_LIMIT',
    'POSITION_LIMIT',
    'DAILY_LOSS_LIMIT',
    'NO_LIQUIDITY',
    'POST_ONLY_WOULD_TAKE',
    'INSUFFICIENT_FUNDS',
    'BALANCE_LIMIT',
    ...unavailableProblems,
  )
  place(@Body() request: PlaceOrderRequest, @RequestOrigin() origin: Origin): Promise<OrderView> {
    return this.orders.place(request, origin);
  }

  @Get()
  @Access('read')
  @ApiOperation({
    summary: 'List orders, newest first',
    description: 'An API key is told of the orders of its own account alone.',
  })
  @ApiPage(OrderView, 'A page of orders.')
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'MARKET_NOT_FOUND')
  list(@Query() request: ListOrdersRequest, @OnlyAccount() onlyAccountId?: number): Promise<PageAnswer<OrderView>> {
    return this.orders.list(request, onlyAccountId);
  }

  @Get('by-client-order-id/:clientOrderId')
  @Access('read')
  @ApiOperation({ summary: "Get an order by the caller's own id" })
  @ApiParam({ name: 'clientOrderId', description: 'As it was given with the order.', example: 'my-order-1' })
  @ApiOkResponse({ description: 'The order, as it stands.', type: OrderView })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'ORDER_NOT_FOUND')
  getByClientOrderId(
    @Param('clientOrderId', new ClientKeyPipe()) clientOrderId: string,
    @Query() { accountId }: OrderByClientOrderIdRequest,
  ): Promise<OrderView> {
    return this.orders.getByClientOrderId(accountId, clientOrderId);
  }

  @Get(':orderId')
  @Access('read')
  @ApiOperation({ summary: 'Get an order' })
  @ApiParam(orderIdParam)
  @ApiOkResponse({ description: 'The order, as it stands.', type: OrderView })
  @ApiProblems('VALIDATION_FAILED', 'ORDER_NOT_FOUND')
  get(@Param('orderId', new PublicIdPipe('ord')) orderId: number): Promise<OrderView> {
    return this.orders.get(orderId);
  }

  @Delete(':orderId')
  @Access('trade')
  @ApiOperation({ summary: 'Cancel an open order' })
  @ApiParam(orderIdParam)
  @ApiOkResponse({ description: 'The canceled order; what was filled before stays filled.', type: OrderView })
  @ApiProblems('VALIDATION_FAILED', 'ORDER_NOT_FOUND', 'ORDER_NOT_OPEN', ...bodyProblems, ...unavailableProblems)
  cancel(
    @Param('orderId', new PublicIdPipe('ord')) orderId: number,
    @RequestOrigin() origin: Origin,
  ): Promise<OrderView> {
    return this.orders.cancel(orderId, origin);
  }

  @Delete()
  @Access('trade')
  @ApiOperation({ summary: 'Cancel all open orders of an account, or those in one market' })
  @ApiExtraModels(OrderView)
  @ApiOkResponse({
    description: 'The canceled orders, oldest first; none is not an error.',
    schema: {
      type: 'object',
      required: ['items'],
      properties: { items: { type: 'array', items: { $ref: getSchemaPath(OrderView) } } },
    },
  })
  @ApiProblems('VALIDATION_FAILED', 'ACCOUNT_NOT_FOUND', 'MARKET_NOT_FOUND', ...bodyProblems, ...unavailableProblems)
  async cancelAll(
    @Query() request: CancelOrdersRequest,
    @RequestOrigin() origin: Origin,
  ): Promise<{ items: OrderView[] }> {
    return { items: await this.orders.cancelAll(request, origin) };
  }
}
