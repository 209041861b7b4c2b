import type { Caller } from './caller.js';

/** Finds out whose a bearer token is, for whoever is asked outside of the guards. Nobody provides it where AUTH is off. */
export abstract class Credentials {
  /** `undefined` for a token that is not, or no longer, good. */
  abstract bearerOf(token: string): Caller | undefined;
}
