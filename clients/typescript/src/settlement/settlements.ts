import type { CallOptions } from '../client-options.js';
import type { Listing } from '../rest/listing.js';
import type { RestTransport } from '../rest/rest-transport.js';
import type {
  CloseCyclesRequest,
  ClosedCycles,
  ListObligationsQuery,
  ListSettlementsQuery,
  Obligation,
  Settlement,
  SettlementWithHistory,
} from './settlement.js';

export class Settlements {
  constructor(private readonly rest: RestTransport) {}

  /** Newest first. */
  list(query?: ListSettlementsQuery, options?: CallOptions): Listing<Settlement> {
    return this.rest.list(['settlements'], query, options);
  }

  get(instructionId: string, options?: CallOptions): Promise<SettlementWithHistory> {
    return this.rest.get(['settlements', instructionId], undefined, options);
  }

  /** What trades oblige to: of one account, newest first, or of everybody in one trade. */
  obligations(query: ListObligationsQuery, options?: CallOptions): Listing<Obligation> {
    return this.rest.list(['obligations'], query, options);
  }

  /** Without waiting for the next cut-off. It is sent once. */
  closeCycles(request: CloseCyclesRequest = {}, options?: CallOptions): Promise<ClosedCycles> {
    return this.rest.send(
      { method: 'POST', path: ['settlements', 'cycles'], body: request, repeatable: false },
      options,
    );
  }
}
