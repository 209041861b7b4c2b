import type { Addresses, Application } from '../src/application.js';
import { Settings } from '../src/config/settings.js';
import { stateHash } from '../src/engine/state-hash.js';
import { openApplication } from '../src/open-application.js';
import { Venue } from '../src/venue/venue.js';

/** A whole exchange in this process, with real ports. */
export class RunningExchange {
  private constructor(
    private readonly application: Application,
    readonly addresses: Addresses,
  ) {}

  /** Free ports, a journal in memory and fixed prices, unless the environment says otherwise. */
  static async start(environment: Record<string, string> = {}): Promise<RunningExchange> {
    const settings = Settings.from({
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      STORE: 'memory',
      PRICE_SOURCE: 'fixed',
      LOG_LEVEL: 'fatal',
      ...environment,
    });
    const application = await openApplication(settings, (error) => {
      throw error;
    });
    return new RunningExchange(application, await application.listen());
  }

  /** What it knows and how far its journal goes: the same before and after if nothing has happened. */
  async fingerprint(): Promise<{ stateHash: string; headSequence: number }> {
    const venue = this.application.nest.get(Venue);
    const headSequence = await venue.durable();
    return { stateHash: stateHash(venue.exchange), headSequence };
  }

  async stop(): Promise<void> {
    await this.application.close();
  }
}
