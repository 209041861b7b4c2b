import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type Behaviour, faultOfBehaviour } from './behaviour.ts';
import { type Custody, OtherTerms } from './custody.ts';
import { faultOf, type Instruction, type Terms } from './instruction.ts';

const streamsMax = 100;
/** A reader that lets so many messages wait is cut off; it asks again. */
const waitingMessagesMax = 10_000;
const signOfLifeMs = 10_000;

const settlementProto = new URL('../../proto/custodian/v1/settlement.proto', import.meta.url).pathname;
const controlProto = new URL('control.proto', import.meta.url).pathname;

export interface Service {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

class Refusal extends Error {
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

function definitionOf(proto: string, service: string, defaults: boolean): ServiceDefinition {
  return loadSync(proto, { enums: String, defaults })[service] as ServiceDefinition;
}

/** A method that answers, unless the custodian says nothing at all. */
function unary<Request>(custody: Custody | undefined, answer: (request: Request) => object) {
  return ({ request }: ServerUnaryCall<Request, object>, callback: sendUnaryData<object>): void => {
    if (custody?.behaviour.silence === 'all') return;
    try {
      callback(null, answer(request));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : status.INTERNAL;
      callback({ code, details: (error as Error).message });
    }
  };
}

function shown(instruction: Instruction): { instruction: object } {
  return { instruction: { ...instruction, status: `INSTRUCTION_STATUS_${instruction.status}` } };
}

/** What exchanges call. */
export function settlementService(custody: Custody): Service {
  let streams = 0;
  return {
    definition: definitionOf(settlementProto, 'custodian.v1.SettlementService', true),
    implementation: {
      submitInstruction: unary(custody, (request: Terms & { attempt: number }) => {
        const fault = faultOf(request);
        if (fault !== undefined) throw new Refusal(status.INVALID_ARGUMENT, `${fault} cannot be understood`);
        try {
          return shown(custody.submit(request, request.attempt));
        } catch (error) {
          if (error instanceof OtherTerms) throw new Refusal(status.ALREADY_EXISTS, error.message);
          throw error;
        }
      }),
      getInstruction: unary(custody, (request: Pick<Terms, 'venueId' | 'instructionId'>) => {
        const found = custody.find(request);
        if (found !== undefined) return shown(found);
        throw new Refusal(status.NOT_FOUND, `there is no instruction ${request.instructionId} of this venue`);
      }),
      streamStatus(call: ServerWritableStream<{ venueId: string }, object>): void {
        if (streams >= streamsMax) {
          call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: `${streamsMax} streams are open` });
          return;
        }
        streams += 1;
        const send = (message: object) => {
          if (custody.behaviour.silence !== 'none') return;
          if (call.writableLength > waitingMessagesMax) call.end();
          else call.write(message);
        };
        send({});
        const signs = setInterval(() => send({}), signOfLifeMs);
        const unfollow = custody.onChange((instruction) => {
          if (instruction.venueId === call.request.venueId) send(shown(instruction));
        });
        let open = true;
        const end = () => {
          if (!open) return;
          open = false;
          streams -= 1;
          clearInterval(signs);
          unfollow();
        };
        call.on('cancelled', end).on('close', end).on('error', end);
      },
    },
  };
}

/** What tests and people call, to have it behave in one way or another. */
export function controlService(custody: Custody): Service {
  const positionsOf = ({ venueId }: { venueId: string }) => ({ positions: custody.positionsOf(venueId) });
  return {
    definition: definitionOf(controlProto, 'custodian.control.v1.ControlService', false),
    implementation: {
      behave: unary(undefined, (change: Partial<Behaviour>) => {
        const behaviour = { ...custody.behaviour, ...change };
        const fault = faultOfBehaviour(behaviour);
        if (fault !== undefined) throw new Refusal(status.INVALID_ARGUMENT, fault);
        custody.behaviour = behaviour;
        return behaviour;
      }),
      listPositions: unary(undefined, positionsOf),
      tamper: unary(undefined, (request: { venueId: string; instructionId: string; amount: string }) => {
        if (custody.tamper(request, request.amount)) return {};
        throw new Refusal(status.NOT_FOUND, `there is no instruction ${request.instructionId} of this venue`);
      }),
    },
  };
}
