import { peerService, stream, unary } from './peer-service.js';

export interface GetPriceRequest {
  readonly symbol: string;
}

/** A price is a floating-point number in the quote asset for one whole base asset; it may be anything, NaN included. */
export interface GetPriceResponse {
  readonly symbol: string;
  readonly price: number;
  readonly source: string;
}

export interface StreamPricesRequest {
  readonly symbols: readonly string[];
  readonly updateIntervalMs: number;
}

export interface PriceUpdate extends GetPriceResponse {
  readonly volume: number;
}

/** A service that knows prices, such as `market-data-simulator`. */
export const marketDataService = peerService({
  name: 'marketdata.MarketDataService',
  proto: 'marketdata/market_data.proto',
  methods: {
    getPrice: unary<GetPriceRequest, GetPriceResponse>({ idempotent: true }),
    streamPrices: stream<StreamPricesRequest, PriceUpdate>(),
  },
  unread: ['marketdata.GetPriceResponse.timestamp', 'marketdata.PriceUpdate.timestamp'],
});
