import { Injectable } from '@nestjs/common';
import { accountIn } from '../edge/directory.js';
import { cursorOf, keysOf, type PageAnswer, type PageRequest, pageLimitDefault, pageLimitMax } from '../edge/page.js';
import { Venue } from '../venue/venue.js';
import { type AuditEntryView, auditEntries } from './audit-entry.js';

const list = 'account-audit';

/** An entry and where it stands: the record, and its place among what that tells of the account. */
interface Position {
  readonly sequence: number;
  readonly index: number;
  readonly entry: AuditEntryView;
}

/** What happened to an account and why, as the journal has it. */
@Injectable()
export class AuditTrail {
  constructor(private readonly venue: Venue) {}

  /** A page may end within a record: one command can lead to more events than a page has entries. */
  async list(
    accountId: number,
    { limit = pageLimitDefault, cursor }: PageRequest,
  ): Promise<PageAnswer<AuditEntryView>> {
    const { exchange } = this.venue;
    accountIn(exchange, accountId);
    const [lastSequence = 1, lastIndex = -1] = cursor === undefined ? [] : keysOf(list, cursor, 2);
    await this.venue.durable();
    const { items: records, nextCursor } = await this.venue.queries.records({
      accountId,
      // The record that the cursor stands in may have been told to its end.
      limit: Math.min(limit + 1, pageLimitMax),
      cursor: Math.max(0, lastSequence - 1),
    });
    const positions = records
      .flatMap((record) =>
        auditEntries(record, accountId, exchange).map(
          (entry, index): Position => ({ sequence: record.sequence, index, entry }),
        ),
      )
      .filter(({ sequence, index }) => sequence > lastSequence || index > lastIndex);
    const shown = positions.slice(0, limit);
    const last = shown.at(-1);
    const more = positions.length > limit || nextCursor !== undefined;
    return {
      items: shown.map(({ entry }) => entry),
      nextCursor: more && last !== undefined ? cursorOf(list, last.sequence, last.index) : null,
    };
  }
}
