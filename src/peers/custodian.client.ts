import { peerService, stream, unary } from './peer-service.js';

/** Ids and amounts as the public has them; a negative amount leaves the account. */
export interface SubmitInstructionRequest {
  readonly venueId: string;
  readonly instructionId: string;
  readonly accountId: string;
  readonly asset: string;
  readonly amount: string;
  readonly settlementDate: string;
  readonly attempt: number;
}

export interface CustodyInstruction extends SubmitInstructionRequest {
  readonly status:
    | 'INSTRUCTION_STATUS_UNSPECIFIED'
    | 'INSTRUCTION_STATUS_ACCEPTED'
    | 'INSTRUCTION_STATUS_SETTLED'
    | 'INSTRUCTION_STATUS_FAILED';
  readonly reason: string;
}

export interface InstructionAnswer {
  readonly instruction: CustodyInstruction | null;
}

/** A service that keeps what accounts own, and moves it as it is instructed. */
export const custodianService = peerService({
  name: 'custodian.v1.SettlementService',
  proto: 'custodian/v1/settlement.proto',
  methods: {
    submitInstruction: unary<SubmitInstructionRequest, InstructionAnswer>({ idempotent: true }),
    getInstruction: unary<{ readonly venueId: string; readonly instructionId: string }, InstructionAnswer>({
      idempotent: true,
    }),
    streamStatus: stream<{ readonly venueId: string }, InstructionAnswer>(),
  },
});
