import type { PeerClients } from '../peers/peer-clients.js';
import type { Venue } from '../venue/venue.js';
import type { Custodian } from './custodian.js';
import { InternalCustodian } from './internal-custodian.js';

/** The custodian of that name, or the exchange itself where there is none. What calls it is loaded with the first one alone. */
export async function openCustodian(
  name: string | null,
  clients: PeerClients | undefined,
  venue: Venue,
): Promise<Custodian> {
  if (name === null || clients === undefined) return new InternalCustodian();
  const { PeerCustodian } = await import('./peer-custodian.js');
  return new PeerCustodian(name, clients, () => venue.journalId());
}
