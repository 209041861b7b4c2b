import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { ApiPage, ApiProblems } from '../edge/api-docs.js';
import { type PageAnswer, PageRequest } from '../edge/page.js';
import { Param, Query } from '../edge/parameters.js';
import { SymbolPipe } from '../edge/validation-pipe.js';
import { MarketDataService } from './market-data.service.js';
import { BookRequest, CandlesRequest } from './market-data-requests.js';
import { BookView, CandleView, MarketView, TickerView, TradeView } from './market-data-views.js';

const symbolPipe = new SymbolPipe();
const symbolParam = { name: 'symbol', description: 'The market.', example: 'BTC-USD' };

@ApiTags('market data')
@Access('public')
@Controller('api/v1/markets')
export class MarketDataController {
  constructor(private readonly marketData: MarketDataService) {}

  @Get()
  @ApiOperation({ summary: 'List the markets and their rules' })
  @ApiPage(MarketView, 'All markets, in one page.')
  list(): Promise<PageAnswer<MarketView>> {
    return this.marketData.markets();
  }

  @Get(':symbol')
  @ApiOperation({ summary: 'Get a market and its rules' })
  @ApiParam(symbolParam)
  @ApiOkResponse({ description: 'The market.', type: MarketView })
  @ApiProblems('VALIDATION_FAILED', 'MARKET_NOT_FOUND')
  get(@Param('symbol', symbolPipe) symbol: string): Promise<MarketView> {
    return this.marketData.market(symbol);
  }

  @Get(':symbol/ticker')
  @ApiOperation({ summary: 'Get a market at a glance: its prices now and over the last 24 hours' })
  @ApiParam(symbolParam)
  @ApiOkResponse({ description: 'The ticker.', type: TickerView })
  @ApiProblems('VALIDATION_FAILED', 'MARKET_NOT_FOUND')
  ticker(@Param('symbol', symbolPipe) symbol: string): Promise<TickerView> {
    return this.marketData.ticker(symbol);
  }

  @Get(':symbol/book')
  @ApiOperation({
    summary: 'Get the book of a market',
    description: "Customers' waiting orders and the liquidity provider's quotes, price by price.",
  })
  @ApiParam(symbolParam)
  @ApiOkResponse({ description: 'The book.', type: BookView })
  @ApiProblems('VALIDATION_FAILED', 'MARKET_NOT_FOUND')
  book(@Param('symbol', symbolPipe) symbol: string, @Query() request: BookRequest): Promise<BookView> {
    return this.marketData.book(symbol, request);
  }

  @Get(':symbol/trades')
  @ApiOperation({ summary: 'List the trades of a market, newest first' })
  @ApiParam(symbolParam)
  @ApiPage(TradeView, 'A page of trades.')
  @ApiProblems('VALIDATION_FAILED', 'MARKET_NOT_FOUND')
  trades(@Param('symbol', symbolPipe) symbol: string, @Query() request: PageRequest): Promise<PageAnswer<TradeView>> {
    return this.marketData.trades(symbol, request);
  }

  @Get(':symbol/candles')
  @ApiOperation({
    summary: 'List the candles of a market, newest first',
    description: 'Prices are those of the price source and of every trade; an interval without any has no candle.',
  })
  @ApiParam(symbolParam)
  @ApiPage(CandleView, 'A page of candles.')
  @ApiProblems('VALIDATION_FAILED', 'MARKET_NOT_FOUND')
  candles(
    @Param('symbol', symbolPipe) symbol: string,
    @Query() request: CandlesRequest,
  ): Promise<PageAnswer<CandleView>> {
    return this.marketData.candles(symbol, request);
  }
}
