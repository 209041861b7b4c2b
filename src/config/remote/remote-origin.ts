import type { Origin } from '../../journal/journal.js';

/** Who is named in the journal for what came from the configuration service. */
export const remoteOrigin: Origin = { transport: 'SYSTEM', actor: 'configuration-service' };
