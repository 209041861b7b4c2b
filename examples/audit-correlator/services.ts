import {
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { eventOf, faultOf, type PushedEvent, type Source } from './event.ts';
import { type Journals, OtherEvent } from './journals.ts';

const proto = new URL('../../proto/audit/v1/correlator.proto', import.meta.url).pathname;

interface PushEvents {
  readonly source?: Source;
  readonly events?: readonly PushedEvent[];
}

/** What exchanges call. */
export function correlatorService(journals: Journals): {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
} {
  const definition = loadSync(proto, { longs: Number })['audit.v1.CorrelatorService'] as ServiceDefinition;
  const implementation: UntypedServiceImplementation = {
    pushEvents({ request }: ServerUnaryCall<PushEvents, object>, callback: sendUnaryData<object>): void {
      try {
        const { source, events = [] } = request;
        const fault = faultOf(source, events);
        if (fault !== undefined) callback({ code: status.INVALID_ARGUMENT, details: fault });
        else callback(null, { acceptedSequence: journals.push(source!, events.map(eventOf)) });
      } catch (error) {
        callback({ code: codeOf(error), details: (error as Error).message });
      }
    },
  };
  return { definition, implementation };
}

function codeOf(error: unknown): status {
  if (error instanceof OtherEvent) return status.ALREADY_EXISTS;
  return error instanceof SyntaxError ? status.INVALID_ARGUMENT : status.INTERNAL;
}
