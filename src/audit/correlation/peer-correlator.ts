import { grpcAddress, type Registry } from '../../discovery/registry.js';
import { correlatorService, type PushEventsRequest } from '../../peers/correlator.client.js';
import { isFault } from '../../peers/peer-call-error.js';
import type { PeerClients } from '../../peers/peer-clients.js';
import { Correlator } from './correlator.js';

/**
 * A correlator behind gRPC, found by its name and called through the breakers of peers. It stays with one instance
 * for as long as that answers: of two that do not share what they keep, each would miss what the other has.
 */
export class PeerCorrelator extends Correlator {
  private address: string | undefined = undefined;

  constructor(
    override readonly name: string,
    private readonly registry: Pick<Registry, 'instancesOf' | 'onChange'>,
    private readonly clients: PeerClients,
  ) {
    super();
  }

  override isKnown(): boolean {
    return this.registry.instancesOf(this.name).length > 0;
  }

  override onChange(listener: () => void): () => void {
    return this.registry.onChange(listener);
  }

  override async push(request: PushEventsRequest, signal: AbortSignal): Promise<number> {
    const addresses = this.registry.instancesOf(this.name).map(grpcAddress);
    if (this.address === undefined || !addresses.includes(this.address)) this.address = addresses[0];
    if (this.address === undefined) throw new Error(`discovery has no instance of ${this.name}`);
    try {
      const client = this.clients.clientAt(correlatorService, this.name, this.address);
      const { acceptedSequence } = await client.pushEvents(request, { signal });
      return acceptedSequence;
    } catch (error) {
      if (isFault(error)) this.address = addresses[(addresses.indexOf(this.address) + 1) % addresses.length];
      throw error;
    }
  }
}
