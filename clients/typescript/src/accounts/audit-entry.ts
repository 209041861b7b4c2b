import type { ProblemCode } from '../problem-code.js';
import type { Decimal, Side, Time } from '../words.js';

/** One event of an account's life. Which of the optional fields there are follows from the type. */
export interface AuditEntry {
  /** The journal sequence of the command. */
  readonly sequence: number;
  readonly time: Time;
  /** What happened, such as `TradeExecuted`. */
  readonly type: string;
  /** The command that led to it, such as `PlaceOrder`. */
  readonly command: string;
  /** Over what the command came. */
  readonly transport: 'REST' | 'GRPC' | 'WEBSOCKET' | 'SYSTEM';
  /** Who asked: `admin`, or an API key of the account. */
  readonly actor?: string;
  /** The same in a sentence for people. */
  readonly description: string;
  readonly orderId?: string;
  readonly tradeId?: string;
  readonly transferId?: string;
  readonly keyId?: string;
  readonly symbol?: string;
  readonly side?: Side;
  readonly price?: Decimal;
  readonly quantity?: Decimal;
  readonly fee?: Decimal;
  readonly asset?: string;
  readonly amount?: Decimal;
  readonly rejectCode?: ProblemCode;
}
