import { define, wholeNumber } from './setting.js';

/** How many readers there may be, what each may ask for, and how far it may fall behind. */
export const streamSettings = {
  streamConnectionsMax: define(
    'STREAM_CONNECTIONS_MAX',
    '2000',
    'WebSocket connections that may be open at a time; beyond them the upgrade is answered with 429.',
    wholeNumber(1, 100_000),
  ),
  streamConnectionsPerKey: define(
    'STREAM_CONNECTIONS_PER_KEY',
    '500',
    'WebSocket connections that one API key, or one address without a key, may have open; 0: no limit.',
    wholeNumber(0, 100_000),
  ),
  streamSubscriptionsMax: define(
    'STREAM_SUBSCRIPTIONS_MAX',
    '200',
    'Subscriptions that one WebSocket connection may have.',
    wholeNumber(1, 10_000),
  ),
  streamMessagesPerSecond: define(
    'STREAM_MESSAGES_PER_SECOND',
    '50',
    'Messages a second that one WebSocket connection may send; those of ten seconds may come at once.',
    wholeNumber(1, 10_000),
  ),
  streamMessageBytesMax: define(
    'STREAM_MESSAGE_BYTES_MAX',
    '4096',
    'Largest message that is taken over a WebSocket, in bytes; a larger one closes the connection with 1009.',
    wholeNumber(256, 1_048_576),
  ),
  streamAuthTimeoutMs: define(
    'STREAM_AUTH_TIMEOUT_MS',
    '5000',
    'Milliseconds within which a connection for private events must show its key, with AUTH=on; then it is closed with 4401.',
    wholeNumber(100, 600_000),
  ),
  streamPingIntervalMs: define(
    'STREAM_PING_INTERVAL_MS',
    '15000',
    'Milliseconds between two pings of each WebSocket connection; without a pong to two of them it is closed with 4408.',
    wholeNumber(50, 3_600_000),
  ),
  streamHeartbeatMs: define(
    'STREAM_HEARTBEAT_MS',
    '5000',
    'Milliseconds between two heartbeats of each stream.',
    wholeNumber(50, 3_600_000),
  ),
  streamLagMessagesMax: define(
    'STREAM_LAG_MESSAGES_MAX',
    '10000',
    'Messages that may wait for a slow reader of a stream; beyond them it is closed with 4409 (SLOW_CONSUMER).',
    wholeNumber(10, 10_000_000),
  ),
  streamLagBytesMax: define(
    'STREAM_LAG_BYTES_MAX',
    '8388608',
    'Bytes that may wait for a slow reader of a stream; beyond them it is closed with 4409 (SLOW_CONSUMER).',
    wholeNumber(65_536, 1_073_741_824),
  ),
  cancelOnDisconnectGraceMaxMs: define(
    'CANCEL_ON_DISCONNECT_GRACE_MAX_MS',
    '60000',
    'The longest grace, in milliseconds, that a stream may ask for between its end and the cancellation of its orders.',
    wholeNumber(0, 3_600_000),
  ),
};
