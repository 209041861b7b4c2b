import { StreamMessage } from '../../edge/stream.js';
import type { AccountEventView } from './account-event-view.js';

/** An event of an account, made once for all who read it. */
export class AccountEventMessage extends StreamMessage<AccountEventView> {
  constructor(
    readonly accountId: number,
    view: AccountEventView,
  ) {
    super(view);
  }
}
