import type { Registry } from '../../discovery/registry.js';
import type { PeerClients } from '../../peers/peer-clients.js';
import { type Correlator, NoCorrelator } from './correlator.js';

/** The correlator of that name, whether or not it is there. What calls it is loaded where anybody can be called at all. */
export async function openCorrelator(
  name: string,
  registry: Registry,
  clients: PeerClients | undefined,
): Promise<Correlator> {
  if (name === 'none' || clients === undefined) return new NoCorrelator();
  const { PeerCorrelator } = await import('./peer-correlator.js');
  return new PeerCorrelator(name, registry, clients);
}
