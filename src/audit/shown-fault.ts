import type { FaultInjected } from '../engine/event.js';
import type { Shown } from './public-words.js';

/** A fault as it was asked for, which is JSON in public words already. */
export function shownFault({ definition, persistent }: Pick<FaultInjected, 'definition' | 'persistent'>): Shown {
  return { fault: JSON.parse(definition) as Shown, persistent };
}
