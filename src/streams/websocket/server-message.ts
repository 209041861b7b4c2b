import type { Problem } from '../../edge/problem.js';
import type { EncodeView } from '../../edge/stream.js';
import type { Channel } from './channel.js';
import type { MessageId } from './client-message.js';
import type {
  AuthenticatedMessage,
  ErrorMessage,
  HeartbeatMessage,
  PongMessage,
  SubscribedMessage,
  UnsubscribedMessage,
} from './server-message-views.js';
import { textFrame } from './text-frame.js';

/** What the exchange says to one client alone; absent fields are left out on the wire. */
export type ServerMessage =
  | SubscribedMessage
  | UnsubscribedMessage
  | PongMessage
  | AuthenticatedMessage
  | HeartbeatMessage
  | ErrorMessage;

export function errorMessage({ code, detail, context }: Problem, id?: MessageId): ErrorMessage {
  return { type: 'error', id, code, detail, errors: context.errors };
}

export function frameOf(message: object): Buffer {
  return textFrame(Buffer.from(JSON.stringify(message)));
}

const encodings = new WeakMap<Channel, EncodeView>();

/** How the messages of a channel are written; there is one function for each, by which its bytes are kept. */
export function encodingOf(channel: Channel): EncodeView {
  const { envelope } = channel;
  if (envelope === undefined) return frameOf;
  const encoding = encodings.get(channel) ?? ((view: object) => frameOf({ ...envelope, ...view }));
  encodings.set(channel, encoding);
  return encoding;
}
