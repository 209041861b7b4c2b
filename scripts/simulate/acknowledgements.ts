import type { Command } from '../../src/engine/command.js';
import { decodeCommand, encodeCommand, encodeEvents, type RecordText } from '../../src/journal/record-codec.js';
import type { Receipt } from '../../src/venue/receipt.js';
import { discrepancy } from '../crash/discrepancy.js';

/** Under which key a command is carried out once; `undefined` where it has none. */
export function keyOf(command: Command): string | undefined {
  switch (command.type) {
    case 'PlaceOrder':
      return named('order', command.accountId, command.clientOrderId);
    case 'OpenAccount':
      return named('account', 0, command.idempotencyKey);
    case 'Deposit':
    case 'Withdraw':
      return named('transfer', command.accountId, command.idempotencyKey);
    case 'Transfer':
      return named('transfer', command.fromAccountId, command.idempotencyKey);
    default:
      return undefined;
  }
}

function named(kind: string, accountId: number, key: string | undefined): string | undefined {
  return key === undefined ? undefined : `${kind} ${accountId} ${key}`;
}

/** Holds every answer to what is on the disk, and all answers to one key to one another. */
export class Acknowledgements {
  count = 0;
  /** What was asked under each key, and the place that it got where it was answered. */
  private readonly asked = new Map<string, Map<string, number | undefined>>();

  constructor(private readonly durable: readonly RecordText[]) {}

  ask(command: Command): void {
    const key = keyOf(command);
    if (key === undefined) return;
    const bodies = this.asked.get(key) ?? new Map<string, number | undefined>();
    this.asked.set(key, bodies);
    const body = encodeCommand(command);
    if (!bodies.has(body)) bodies.set(body, undefined);
  }

  /** `text` is the command's. */
  check(command: Command, text: string, receipt: Receipt): void {
    this.count += 1;
    const { sequence, conflict, repeated, events, reject } = receipt;
    const what = `the answer at ${sequence} to ${text}`;
    const record = this.durable[sequence - 1];
    if (record === undefined) throw discrepancy(what, 'to be durable', `a disk that ends at ${this.durable.length}`);
    if (conflict) this.checkConflict(command, what);
    else if (events.length > 0 || (repeated && reject === undefined))
      this.checkRecord(command, text, receipt, record, what);
  }

  private checkRecord(
    command: Command,
    text: string,
    { sequence, events }: Receipt,
    record: RecordText,
    what: string,
  ): void {
    if (askedIn(record) !== text) throw discrepancy(what, text, record.command);
    if (events.length > 0 && record.events !== encodeEvents(events)) {
      throw discrepancy(`${what}: its events`, encodeEvents(events), record.events);
    }
    this.checkRepeat(command, text, sequence, what);
  }

  private checkConflict(command: Command, what: string): void {
    const bodies = this.asked.get(keyOf(command) ?? '');
    if ((bodies?.size ?? 0) < 2)
      throw discrepancy(what, 'no conflict, for nothing else was asked under its key', 'one');
  }

  private checkRepeat(command: Command, text: string, sequence: number, what: string): void {
    const bodies = this.asked.get(keyOf(command) ?? '');
    if (bodies === undefined) return;
    const places = [...bodies.values()].filter((place) => place !== undefined && place !== sequence);
    if (places.length > 0) throw discrepancy(what, `the place of the first, ${places[0]}`, sequence);
    bodies.set(text, sequence);
  }
}

/** The command without what faults have made of it: that comes in with each attempt anew, and the first counts. */
function askedIn({ command: text }: RecordText): string {
  const command = decodeCommand(text);
  return command.type === 'PlaceOrder' ? encodeCommand({ ...command, fault: undefined }) : text;
}
