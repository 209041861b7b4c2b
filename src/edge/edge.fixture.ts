import { Controller, Delete, Get, type INestApplication, Post, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Origin } from '../journal/journal.js';
import { VenueUnavailable } from '../venue/unavailable.js';
import { IsAmount, IsClientKey, IsFlag, IsPublicId, IsText, IsWord, MayBeAbsent } from './field-checks.js';
import { createHttpAdapter, httpApplicationOptions, useEdge } from './http-edge.js';
import { IdempotencyKey } from './idempotency-key.js';
import { PageRequest, pageAnswer, pageQuery } from './page.js';
import { Body, Param, Query } from './parameters.js';
import { Problem } from './problem.js';
import { RequestOrigin } from './request-origin.js';
import { PublicIdPipe, SymbolPipe } from './validation-pipe.js';

/** A DTO with a field of each kind, for the specs of the edge. */
export class Offer {
  @IsPublicId('acc')
  accountId!: string;

  @IsText(20)
  name!: string;

  @IsWord(['BUY', 'SELL'])
  side!: string;

  @IsAmount()
  quantity!: string;

  @MayBeAbsent()
  @IsAmount()
  price?: string;

  @MayBeAbsent()
  @IsFlag()
  postOnly?: boolean;

  @MayBeAbsent()
  @IsClientKey()
  clientOrderId?: string;
}

export class OffersQuery extends PageRequest {
  @MayBeAbsent()
  @IsFlag()
  open?: boolean;
}

@Controller('offers')
export class OffersController {
  @Post()
  place(@Body() body: Offer, @RequestOrigin() origin: Origin, @IdempotencyKey() key?: string): object {
    return { body, origin, key };
  }

  @Get()
  list(@Query() query: OffersQuery): object {
    const { limit, cursor } = pageQuery('offers', query);
    return pageAnswer('offers', { items: [{ limit, cursor, open: query.open }], nextCursor: 7 }, (row) => row);
  }

  @Get('broken')
  fail(): never {
    throw new Error('the secret cause');
  }

  @Get('unavailable')
  refuse(): never {
    throw new VenueUnavailable('OVERLOADED');
  }

  @Get('refused')
  reject(): never {
    throw Problem.rejected({ rejected: 'INSUFFICIENT_FUNDS', reason: 'It needs 2 BTC.' }, { orderId: 'ord-5' });
  }

  @Get('markets/:symbol')
  market(@Param('symbol', new SymbolPipe()) symbol: string): object {
    return { symbol };
  }

  @Get(':accountId')
  get(@Param('accountId', new PublicIdPipe('acc')) accountId: number): object {
    return { accountId };
  }

  @Delete(':accountId')
  remove(@Param('accountId', new PublicIdPipe('acc')) accountId: number): object {
    return { accountId };
  }
}

/** A real application with the edge of the exchange and these controllers, not yet listening. */
export async function edgeApplication(...controllers: Type[]): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule({ controllers }).compile();
  const app = module.createNestApplication<NestFastifyApplication & INestApplication>(
    createHttpAdapter({ bodyBytesMax: 4096 }),
    { ...httpApplicationOptions, logger: false },
  );
  useEdge(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
