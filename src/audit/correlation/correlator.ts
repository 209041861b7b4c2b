import type { PushEventsRequest } from '../../peers/correlator.client.js';

/** Who is sent the journaled events. A class, so that it can be asked for by name where parts are put together. */
export abstract class Correlator {
  /** As the registry calls the service. */
  abstract readonly name: string;

  /** Whether discovery has one now. */
  abstract isKnown(): boolean;

  /** Calls the listener whenever that may be different; the result ends it. */
  abstract onChange(listener: () => void): () => void;

  /** Hands events over; answers the sequence up to which the correlator has all of them. Rejects if that is not known. */
  abstract push(request: PushEventsRequest, signal: AbortSignal): Promise<number>;
}

/** There is none, and there will be none. */
export class NoCorrelator extends Correlator {
  override readonly name = 'none';

  override isKnown(): boolean {
    return false;
  }

  override onChange(): () => void {
    return () => undefined;
  }

  override push(): Promise<number> {
    return Promise.reject(new Error('there is no correlator'));
  }
}
