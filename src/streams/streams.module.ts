import { Module } from '@nestjs/common';
import { AccountStreamsModule } from './account/account-streams.module.js';
import { MarketStreamsModule } from './market/market-streams.module.js';
import { WebSocketModule } from './websocket/websocket.module.js';

/** Live streams: what goes on, sent as it is committed, over WebSocket and gRPC. */
@Module({ imports: [AccountStreamsModule, MarketStreamsModule, WebSocketModule] })
export class StreamsModule {}
