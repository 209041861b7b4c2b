import { setTimeout as pause } from 'node:timers/promises';
import { type CustodyInstruction, custodianService } from '../peers/custodian.client.js';
import { PeerCallError } from '../peers/peer-call-error.js';
import type { PeerClients } from '../peers/peer-clients.js';
import type { PeerClient } from '../peers/peer-service.js';
import {
  Custodian,
  CustodianRefused,
  type CustodyRecord,
  type CustodyStatus,
  type OutgoingInstruction,
} from './custodian.js';

/** A custodian says every ten seconds that it is there. */
const streamSilenceMs = 30_000;
const reconnectMs = 1_000;
const statusPrefix = 'INSTRUCTION_STATUS_';

/** The codes that are about the instruction; any other says nothing of it, and it is sent again. */
const refusals: ReadonlySet<string> = new Set([
  ...['INVALID_ARGUMENT', 'ALREADY_EXISTS', 'FAILED_PRECONDITION', 'OUT_OF_RANGE', 'NOT_FOUND'],
]);

/** A custodian behind gRPC, found by its name and called through the breakers of peers. */
export class PeerCustodian extends Custodian {
  private readonly client: PeerClient<typeof custodianService>;

  constructor(
    override readonly name: string,
    clients: PeerClients,
    /** Tells this exchange's instructions from those of others, and from those of its own data before they were wiped. */
    private readonly venueId: () => Promise<string>,
  ) {
    super();
    this.client = clients.client(custodianService, name);
  }

  override async submit(instruction: OutgoingInstruction): Promise<CustodyRecord> {
    const venueId = await this.venueId();
    try {
      const { instruction: found } = await this.client.submitInstruction({ venueId, ...instruction });
      return recordOf(found);
    } catch (error) {
      if (error instanceof PeerCallError && refusals.has(error.code)) {
        throw new CustodianRefused(error.message, { cause: error });
      }
      throw error;
    }
  }

  override async find(instructionId: string): Promise<CustodyRecord | undefined> {
    try {
      const { instruction } = await this.client.getInstruction({ venueId: await this.venueId(), instructionId });
      return recordOf(instruction);
    } catch (error) {
      if (error instanceof PeerCallError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  override follow(onChange: (record: CustodyRecord) => void, signal: AbortSignal): void {
    void this.followAgainAndAgain(onChange, signal);
  }

  /** What is missed between two streams is asked for one by one, so nothing is lost with a stream. */
  private async followAgainAndAgain(onChange: (record: CustodyRecord) => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const request = { venueId: await this.venueId() };
        const changes = this.client.streamStatus(request, { timeoutMs: streamSilenceMs, signal });
        for await (const { instruction } of changes) {
          if (instruction !== null) onChange(recordOf(instruction));
        }
      } catch {
        // Whatever it was, the next stream or the next question finds out.
      }
      await pause(reconnectMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

function recordOf(instruction: CustodyInstruction | null): CustodyRecord {
  if (instruction === null) throw new Error('the custodian gave no instruction');
  const { instructionId, accountId, asset, amount, settlementDate, attempt, reason } = instruction;
  const status = instruction.status.slice(statusPrefix.length) as CustodyStatus;
  return { instructionId, accountId, asset, amount, settlementDate, attempt, status, reason };
}
