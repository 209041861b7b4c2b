import { parseId } from '../../engine/ids.js';
import type { SealedRecord } from '../../journal/journal.js';
import type { Queries } from '../../journal/queries.js';

/** What the journal says of a fault, as far as it is told here. */
export interface InjectedFault {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Finds in the journal which faults struck, and what they are: the number of a fault is that of its record. */
export class InjectedFaults {
  private readonly records = new Map<number, SealedRecord | undefined>();

  constructor(private readonly queries: Pick<Queries, 'records'>) {}

  /** What is known of each; nothing of one whose record is not of a fault. */
  async named(faultIds: readonly string[]): Promise<ReadonlyMap<string, InjectedFault | undefined>> {
    const faults = new Map<string, InjectedFault | undefined>();
    for (const id of faultIds) if (!faults.has(id)) faults.set(id, await this.injected(parseId('flt', id)));
    return faults;
  }

  /** The faults that struck an instruction when a record of the journal says that it was sent. */
  async thatStruck(instructionId: number, sequence: number): Promise<readonly string[]> {
    const record = await this.record(sequence);
    return (record?.events ?? [])
      .flatMap((event) => (event.type === 'InstructionStatusesChanged' ? event.changes : []))
      .filter((change) => change.instructionId === instructionId)
      .flatMap(({ faults }) => faults ?? []);
  }

  private async injected(id: number | undefined): Promise<InjectedFault | undefined> {
    const record = id === undefined ? undefined : await this.record(id);
    const event = record?.events.find(({ type }) => type === 'FaultInjected');
    if (event?.type !== 'FaultInjected') return undefined;
    const { parameters = {} } = JSON.parse(event.definition) as Partial<InjectedFault>;
    return { kind: event.kind, parameters };
  }

  private async record(sequence: number): Promise<SealedRecord | undefined> {
    if (!this.records.has(sequence)) {
      const { items } = await this.queries.records({ limit: 1, cursor: sequence - 1 });
      this.records.set(sequence, items[0]);
    }
    return this.records.get(sequence);
  }
}

/** Such as `flt-3 (settlement-delay, delayMs 5000)`. */
export function faultName(faultId: string, fault: InjectedFault | undefined): string {
  if (fault === undefined) return faultId;
  const parameters = Object.entries(fault.parameters).map(([name, value]) => `${name} ${value}`);
  return `${faultId} (${[fault.kind, ...parameters].join(', ')})`;
}

/** What a fault of settlement does to an instruction, as the end of a sentence. */
export function settlementEffect(fault: InjectedFault | undefined): string {
  switch (fault?.kind) {
    case 'settlement-delay':
      return `: what the custodian says of it is heard ${fault.parameters.delayMs} ms later`;
    case 'settlement-fail':
      return ': it failed without reaching the custodian';
    case 'settlement-lose-status':
      return ': it reached the custodian, and what becomes of it is not heard while the fault lasts';
    default:
      return '';
  }
}
