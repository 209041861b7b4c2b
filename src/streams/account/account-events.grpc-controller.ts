import { Controller, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../../edge/access.js';
import { AuditGuard } from '../../edge/audit.guard.js';
import { assertScope } from '../../edge/caller.js';
import { GrpcStream, type StreamForm } from '../../edge/grpc-stream.js';
import { Payload } from '../../edge/parameters.js';
import { currentRequest } from '../../edge/request-context.js';
import { RequestOrigin } from '../../edge/request-origin.js';
import type { Origin } from '../../journal/journal.js';
import { AccountEventsRequest, DropCopyRequest } from './account-event-requests.js';
import { AccountEvents } from './account-events.js';

const form: StreamForm = {
  acknowledgement: (subscribed) => ({ subscribed }),
  message: (event) => ({ event }),
  heartbeat: (heartbeat) => ({ heartbeat }),
};

/** The same as over WebSocket. */
@Controller()
export class AccountEventsGrpcController {
  constructor(private readonly events: AccountEvents) {}

  @GrpcMethod('OrderService', 'StreamEvents')
  @Access('read')
  async ofAccount(@Payload() request: AccountEventsRequest, @RequestOrigin() origin: Origin): Promise<GrpcStream> {
    const caller = currentRequest()?.caller;
    if (request.cancelOnDisconnect !== undefined && caller !== undefined) assertScope(caller, 'trade');
    return new GrpcStream(await this.events.ofAccount(request, caller, origin), form);
  }

  /** The drop copy; the token comes as metadata. */
  @GrpcMethod('AuditService', 'StreamEvents')
  @Access('audit')
  @UseGuards(AuditGuard)
  async ofAll(@Payload() request: DropCopyRequest): Promise<GrpcStream> {
    return new GrpcStream(await this.events.ofAll(request), form);
  }
}
