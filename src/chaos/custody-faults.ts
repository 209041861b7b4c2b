import type { FaultBoard } from './fault-board.js';

/** What the faults of settlement do to an instruction that is sent: the form is that of settlement. */
export function custodyFaults(board: FaultBoard) {
  return ({ accountId, asset }: { readonly accountId: string; readonly asset: string }) => {
    const striking = board.strike('settlement', { accountId, asset });
    const of = (kind: string) => striking.filter(({ fault }) => fault.definition.kind === kind);
    const [failing] = of('settlement-fail');
    return {
      faults: striking.map(({ fault }) => fault.publicId),
      delayMs: of('settlement-delay').reduce((sum, { fault }) => sum + fault.definition.parameters.delayMs!, 0),
      failure: failing && `The custodian fails it, by fault ${failing.fault.publicId}.`,
      isLost: of('settlement-lose-status').length > 0,
    };
  };
}

/** Whether what custodians say is being lost. */
export function losesStatuses(board: FaultBoard): boolean {
  return board.inForce('settlement').some(({ definition }) => definition.kind === 'settlement-lose-status');
}
