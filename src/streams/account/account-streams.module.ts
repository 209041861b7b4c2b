import { Module } from '@nestjs/common';
import { CancelOnDisconnectModule } from '../cancel-on-disconnect/cancel-on-disconnect.module.js';
import { WebSocketModule } from '../websocket/websocket.module.js';
import { AccountChannels } from './account-channels.js';
import { AccountEventsGrpcController } from './account-events.grpc-controller.js';
import { AccountEvents } from './account-events.js';
import { LiveEvents } from './live-events.js';

/** The private events of accounts, and the drop copy of them all. */
@Module({
  imports: [WebSocketModule, CancelOnDisconnectModule],
  controllers: [AccountEventsGrpcController],
  providers: [AccountEvents, LiveEvents, AccountChannels],
})
export class AccountStreamsModule {}
