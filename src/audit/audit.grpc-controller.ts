import { Controller, UseGuards } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Access } from '../edge/access.js';
import { AuditGuard } from '../edge/audit.guard.js';
import type { PageAnswer } from '../edge/page.js';
import { Payload } from '../edge/parameters.js';
import type { VerificationReport } from '../journal/journal.js';
import { AuditService } from './audit.service.js';
import { ListEventsRequest, NothingRequest } from './audit-requests.js';
import { type Struct, toStruct } from './protobuf-struct.js';
import type { RecordView } from './record-view.js';
import type { StateView } from './state-view.js';

const service = 'AuditService';

type RecordMessage = Omit<RecordView, 'command' | 'events'> & { command: Struct; events: Struct[] };

/** The same as REST; the token comes as metadata. */
@Access('audit')
@UseGuards(AuditGuard)
@Controller()
export class AuditGrpcController {
  constructor(private readonly audit: AuditService) {}

  @GrpcMethod(service, 'ListEvents')
  async listEvents(@Payload() request: ListEventsRequest): Promise<PageAnswer<RecordMessage>> {
    const { items, nextCursor } = await this.audit.events(request);
    return { items: items.map(recordMessage), nextCursor };
  }

  @GrpcMethod(service, 'Verify')
  verify(@Payload() _request: NothingRequest): Promise<VerificationReport> {
    return this.audit.verify();
  }

  @GrpcMethod(service, 'GetState')
  getState(@Payload() _request: NothingRequest): Promise<StateView> {
    return this.audit.state();
  }
}

function recordMessage(record: RecordView): RecordMessage {
  return { ...record, command: toStruct(record.command), events: record.events.map(toStruct) };
}
