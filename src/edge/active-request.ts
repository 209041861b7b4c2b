import type { OrderFault } from '../engine/command.js';
import { formatId, type IdKind, parseId } from '../engine/ids.js';
import type { JournalRecord } from '../journal/journal.js';
import type { Caller } from './caller.js';
import type { Problem } from './problem.js';
import type { RequestContext } from './request-context.js';
import type { TraceParent } from './trace-context.js';

/**
 * A request over either transport. What only logs and spans ask for is worked out when they do: most
 * requests are answered without a line.
 */
export abstract class ActiveRequest implements RequestContext {
  abstract readonly transport: 'REST' | 'GRPC';
  caller: Caller | undefined = undefined;
  struckBy: string[] | undefined = undefined;
  record: JournalRecord | undefined = undefined;
  orderFault: OrderFault | undefined = undefined;
  problem: Problem | undefined = undefined;

  constructor(
    readonly requestId: string,
    public trace: TraceParent | undefined,
  ) {}

  get traceId(): string | undefined {
    return this.trace?.traceId;
  }

  get accountId(): string | undefined {
    return this.named('acc', 'accountId') ?? this.named('acc', 'fromAccountId');
  }

  get orderId(): string | undefined {
    if (this.record?.command.type === 'PlaceOrder') return formatId('ord', this.record.sequence);
    return this.problem?.context.orderId ?? this.named('ord', 'orderId');
  }

  /** Where the client may have named something: nothing of it has been checked yet. */
  protected abstract places(): readonly unknown[];

  private named(kind: IdKind, field: string): string | undefined {
    for (const place of this.places()) {
      const value = (place as Record<string, unknown> | null | undefined)?.[field];
      if (typeof value === 'string' && parseId(kind, value) !== undefined) return value;
    }
    return undefined;
  }
}
