import { formatId } from '../../src/engine/ids.js';
import type { Origin } from '../../src/journal/journal.js';
import { VenueUnavailable } from '../../src/venue/unavailable.js';
import type { Venue } from '../../src/venue/venue.js';
import type { Client } from './client.js';
import type { PlannedFault } from './planned-faults.js';
import type { Served } from './simulated-process.js';

/** Of what operators ask for by themselves; what faults do to markets has the origin of their injection or end. */
export const operatorOrigin: Origin = { transport: 'REST', actor: 'operator' };

/**
 * Inject faults and clear them. What they ask of an exchange that is not there, or takes no commands, comes to
 * nothing, and is not asked again.
 */
export class Operators {
  private asked = 0;

  constructor(
    private readonly clients: readonly Client[],
    private readonly note: (what: string) => void,
    private readonly onFault: (error: unknown) => void,
  ) {}

  inject({ request, client }: PlannedFault, served: Served | undefined): void {
    const accountId = client === undefined ? undefined : this.clients[client]!.accountId;
    if (served === undefined || (client !== undefined && accountId === undefined)) return;
    const named = accountId === undefined ? {} : { accountId: formatId('acc', accountId) };
    this.ask(async (origin) => {
      const fault = await served.chaos.inject({ ...request, target: { ...request.target, ...named } }, origin);
      this.note(`${fault.publicId} is in force: ${JSON.stringify(fault.definition)}`);
    });
  }

  clear(which: number | 'all', served: Served | undefined): void {
    if (served === undefined) return;
    const { chaos } = served;
    const fault = which === 'all' ? undefined : chaos.list(true)[which];
    this.ask(async (origin) => {
      const cleared = fault === undefined ? await chaos.clearAll(origin) : [await chaos.clear(fault.id, origin)];
      for (const { publicId } of cleared) this.note(`${publicId} is cleared`);
    });
  }

  /** No fault is to be in force any more, and then no market halted. */
  endTroubles(served: Served | undefined): void {
    if (served === undefined) return;
    const { venue, board } = served;
    if (board.inForce().length > 0) this.clear('all', served);
    else if (venue.exchange.state.faults.size === 0) this.openMarkets(venue);
  }

  private openMarkets(venue: Venue): void {
    for (const [symbol, { status }] of venue.exchange.markets) {
      if (status === 'OPEN') continue;
      this.ask(() => venue.submit({ type: 'ChangeMarketStatus', symbol, status: 'OPEN' }, operatorOrigin));
    }
  }

  private ask(work: (origin: Origin) => Promise<unknown>): void {
    this.asked += 1;
    work({ transport: 'REST', requestId: `operator-${this.asked}` }).catch((error) => {
      if (!(error instanceof VenueUnavailable)) this.onFault(error);
    });
  }
}
