import type { Caller } from '../../edge/caller.js';
import type { DtoClass } from '../../edge/dto-shape.js';
import type { StreamSource } from '../../edge/stream.js';
import type { ApiKeyScope } from '../../engine/command.js';

/** Where streams are served: each path has channels of its own. */
export const streamPaths = {
  market: '/ws/v1/market',
  account: '/ws/v1/account',
  audit: '/audit/ws/v1/events',
} as const;

export type StreamPath = keyof typeof streamPaths;

/** What clients can subscribe to at one of the paths. */
export interface Channel<Fields extends object = object> {
  /** Such as `book` or `candles:1m`. */
  readonly name: string;
  /** What it tells, for people, as Markdown. */
  readonly description: string;
  /** The class that describes its messages, without the envelope. */
  readonly message: DtoClass;
  /** The class that describes what an acknowledgement has beside what was asked for. */
  readonly acknowledgement?: DtoClass;
  /**
   * The fields of a subscription beside `op`, `id` and `channel`, validated as those of REST are. Fields that tell
   * one subscription of a connection from another may be required; all others can be left out, as `unsubscribe` does.
   */
  readonly request: DtoClass<Fields>;
  /** The fields that tell one subscription of a connection from another. */
  readonly keyFields: readonly (keyof Fields & string)[];
  /** What stands before the message's own fields on the wire, where these are the same over gRPC: `{ type: 'event', ... }`. */
  readonly envelope?: Readonly<Record<string, string>>;
  /** The scopes that an API key needs for these fields, before they were checked; `read` where this is absent. */
  scopes?(fields: Readonly<Record<string, unknown>>): readonly ApiKeyScope[];
  /** Throws a `Problem` for what cannot be subscribed to. The caller is absent where nobody is asked who they are. */
  source(fields: Fields, caller: Caller | undefined): StreamSource | Promise<StreamSource>;
}
