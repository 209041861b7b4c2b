import { Module } from '@nestjs/common';
import { WebSocketModule } from '../websocket/websocket.module.js';
import { MarketChannels } from './market-channels.js';
import { MarketStreamsGrpcController } from './market-streams.grpc-controller.js';
import { MarketStreams } from './market-streams.js';

/** Books, trades, tickers and candles, as they change. */
@Module({
  imports: [WebSocketModule],
  controllers: [MarketStreamsGrpcController],
  providers: [MarketStreams, MarketChannels],
})
export class MarketStreamsModule {}
