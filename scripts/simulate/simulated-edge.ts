import { type sendUnaryData, status } from '@grpc/grpc-js';
import type { FaultBoard } from '../../src/chaos/fault-board.js';
import { strikeGrpc } from '../../src/chaos/grpc-faults.js';
import { grpcRequestContext } from '../../src/edge/grpc-context.js';
import { currentRequest } from '../../src/edge/request-context.js';
import { currentOrigin } from '../../src/edge/request-origin.js';
import { type AroundUnary, surround, type UnaryHandler } from '../../src/edge/unary-handler.js';
import type { Command } from '../../src/engine/command.js';
import type { Origin } from '../../src/journal/journal.js';
import type { Receipt } from '../../src/venue/receipt.js';
import { VenueUnavailable } from '../../src/venue/unavailable.js';
import type { Venue } from '../../src/venue/venue.js';
import { discrepancy } from '../crash/discrepancy.js';
import { forbids } from './fault-audit.js';
import { operatorOrigin } from './operators.js';
import { operationFor, type SimulatedCall } from './simulated-call.js';

/** Whom the edge tells what goes on behind it. */
export interface EdgeListener {
  /** It was carried out, or was before; the client may never hear of it. */
  onReceipt(command: Command, receipt: Receipt): void;
  /** It was answered with a code, which says that nothing was done. */
  onRefused(requestId: string): void;
  onFault(error: unknown): void;
}

/** The outside of one process, as gRPC has it: the context of a call, and the faults that strike it. */
export class SimulatedEdge {
  private readonly around: readonly AroundUnary[];

  constructor(
    private readonly venue: Venue,
    private readonly board: FaultBoard,
    private readonly listener: EdgeListener,
  ) {
    this.around = [grpcRequestContext([]), strikeGrpc(board)];
  }

  /** `answer` is called with what the client gets to know; where that is nothing, not at all. */
  call(command: Command, call: SimulatedCall, answer: (receipt: Receipt) => void): void {
    const operation = operationFor(command);
    let isCarriedOut = false;
    const carryOut: UnaryHandler = async (_call, answerWith) => {
      isCarriedOut = true;
      if (operation !== undefined) this.checkStrikes(call.requestId);
      await this.carryOut(command, operation === undefined ? operatorOrigin : currentOrigin(), answerWith);
    };
    const handler = operation === undefined ? carryOut : surround(carryOut, operation, this.around);
    const answered: sendUnaryData<unknown> = (error, receipt) => {
      this.checkDone(call.requestId, isCarriedOut);
      // Only a refusal with a code comes with its details.
      if (error?.metadata !== undefined) this.listener.onRefused(call.requestId);
      if (error === null && call.connection.isOpen) answer(receipt as Receipt);
    };
    Promise.resolve(handler(call.asUnary, answered)).catch((error) => this.listener.onFault(error));
  }

  private async carryOut(command: Command, origin: Origin, answerWith: sendUnaryData<unknown>): Promise<void> {
    try {
      const receipt = await this.venue.submit(struck(command, origin), origin);
      this.listener.onReceipt(command, receipt);
      answerWith(null, receipt);
    } catch (error) {
      if (!(error instanceof VenueUnavailable)) throw error;
      answerWith({ code: status.UNAVAILABLE, details: error.code });
    }
  }

  /** Whom a fault says that it struck is told so, and nobody is struck by what is over. */
  private checkStrikes(requestId: string): void {
    const strikes = this.board
      .all()
      .flatMap((fault) => fault.strikes.map((strike) => ({ fault, strike })))
      .filter(({ strike }) => strike.requestId === requestId);
    const promised = strikes.map(({ fault }) => fault.publicId).sort();
    const found = currentRequest()?.struckBy?.slice().sort() ?? [];
    if (promised.join() !== found.join()) throw discrepancy(`the faults that struck ${requestId}`, promised, found);
    for (const { fault, strike } of strikes) {
      const { expiresAt = Number.POSITIVE_INFINITY, publicId } = fault;
      if (strike.at >= expiresAt) throw discrepancy(`a strike of ${publicId}`, `one before ${expiresAt}`, strike.at);
    }
  }

  /** A request that no fault keeps from it is carried out, whatever becomes of its answer. */
  private checkDone(requestId: string, isCarriedOut: boolean): void {
    const kinds = this.board
      .all()
      .filter((fault) => fault.strikes.some((strike) => strike.requestId === requestId))
      .map(({ definition }) => definition.kind);
    if (isCarriedOut || kinds.some(forbids)) return;
    this.listener.onFault(discrepancy(`${requestId}, struck by ${kinds}`, 'to be carried out', 'nothing'));
  }
}

/** What faults do to an order comes in with it. */
function struck(command: Command, { faults }: Origin): Command {
  return command.type === 'PlaceOrder' && faults !== undefined
    ? { ...command, fault: currentRequest()?.orderFault }
    : command;
}
