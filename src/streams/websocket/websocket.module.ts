import { Module } from '@nestjs/common';
import { KeyRevocations } from '../../edge/key-revocations.js';
import { Upgrades } from '../../edge/upgrades.js';
import { Channels } from './channels.js';
import { StreamMetrics } from './stream-metrics.js';
import { StreamServer } from './stream-server.js';
import { StreamsController } from './streams.controller.js';

/** The WebSocket edge. Features bring their channels to `Channels`. */
@Module({
  controllers: [StreamsController],
  providers: [Channels, KeyRevocations, StreamMetrics, StreamServer, Upgrades],
  exports: [Channels, KeyRevocations],
})
export class WebSocketModule {}
