import type { Caller } from '../../edge/caller.js';
import type { RequestContext } from '../../edge/request-context.js';

/** What is known of a connection, for logs and the journal. It is named as the request was that opened it. */
export class ConnectionContext implements RequestContext {
  readonly transport = 'WEBSOCKET';

  constructor(
    readonly requestId: string,
    public caller: Caller | undefined,
  ) {}
}
