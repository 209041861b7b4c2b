import type { Command } from '../../engine/command.js';
import type { Event } from '../../engine/event.js';
import type { BalanceAfter } from '../../engine/ledger/balance-after.js';
import type { Check } from '../journal.js';
import { decodeBalances, decodeCommand, decodeEvents, type SealedText } from '../record-codec.js';
import { resultCode, resultCodeOf } from './database.js';

/** One of the things that a verification finds out. It sees every record in order, and then says what it found. */
export interface Inspection {
  readonly name: string;
  /** Throws at the first record that does not fit; it is shown no further one then. */
  visit?(record: InspectedRecord): void;
  /** What was found, in a sentence; throws if something does not fit. Not called after `visit` threw. */
  conclude(): string;
}

/** Something that should be equal is not: the finding of an inspection. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

/** A record whose texts are read when somebody needs them, and only once. */
export class InspectedRecord {
  private readEvents: readonly Event[] | undefined;

  constructor(readonly text: SealedText) {}

  get sequence(): number {
    return this.text.sequence;
  }

  get command(): Command {
    return decodeCommand(this.text.command);
  }

  get events(): readonly Event[] {
    this.readEvents ??= decodeEvents(this.text.events);
    return this.readEvents;
  }

  get balances(): readonly BalanceAfter[] {
    return decodeBalances(this.text.balances);
  }
}

/** An inspection on its way: it ends with its first finding, and the others go on. */
export class OngoingInspection {
  private finding: string | undefined;

  constructor(private readonly inspection: Inspection) {}

  visit(record: InspectedRecord): void {
    if (this.finding !== undefined) return;
    try {
      this.inspection.visit?.(record);
    } catch (error) {
      this.finding = findingOf(error, `Record ${record.sequence}: `);
    }
  }

  conclude(): Check {
    const { name } = this.inspection;
    try {
      if (this.finding === undefined) return { name, ok: true, detail: this.inspection.conclude() };
    } catch (error) {
      this.finding = findingOf(error);
    }
    return { name, ok: false, detail: this.finding };
  }

  /** The records could not be read to their end, so nothing can be said. */
  abandon(reason: string): Check {
    return { name: this.inspection.name, ok: false, detail: this.finding ?? reason };
  }
}

/** Whatever tampered data leads to is a finding; a machine that cannot do the work is not. */
function findingOf(error: unknown, where = ''): string {
  const { full, noMemory, ioError, cannotOpen } = resultCode;
  const code = resultCodeOf(error);
  if (code === full || code === noMemory || code === ioError || code === cannotOpen) throw error;
  const { message } = error as Error;
  return `${where}${message}${message.endsWith('.') ? '' : '.'}`;
}
