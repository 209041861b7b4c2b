import type { EndFault, InjectFault } from '../command.js';
import type { Decision } from '../exchange.js';
import { formatId } from '../ids.js';
import { type Reject, reject } from '../reject.js';

/** What a fault may be is decided where faults act: here it only gets its id. */
export function injectFault({ kind, definition, persistent }: InjectFault, { stamp, emit }: Decision): undefined {
  emit({ type: 'FaultInjected', faultId: stamp.sequence, kind, definition, persistent });
}

export function endFault({ faultId, reason, struck }: EndFault, { state, emit }: Decision): Reject | undefined {
  if (!state.faults.has(faultId)) {
    return reject('FAULT_NOT_FOUND', `There is no fault ${formatId('flt', faultId)} in force.`);
  }
  emit({ type: 'FaultEnded', faultId, reason, struck });
  return undefined;
}
