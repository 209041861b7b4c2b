import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** What comes over the stream: one of these. */
export interface EventMessage {
  readonly subscribed?: object;
  readonly event?: object;
  readonly heartbeat?: object;
}

/** The contract as any client reads it from the proto files. */
const definition = loadSync('exchange/v1/audit_service.proto', {
  ...{ includeDirs: ['proto'], longs: Number, enums: String, oneofs: false },
});
const { StreamEvents } = definition['exchange.v1.AuditService'] as ServiceDefinition;

export const eventStream = StreamEvents as MethodDefinition<object, EventMessage>;
export const eventService: ServiceDefinition = { StreamEvents: eventStream } as ServiceDefinition;
