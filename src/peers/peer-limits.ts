/** Every bound of the calls to other services. */
export interface PeerLimits {
  /** How long a call may take, its retries and its time in the queue included. */
  readonly timeoutMs: number;
  /** How often an idempotent call is tried, the first time included. */
  readonly attemptsMax: number;
  /** The first pause before a retry is about this long, and none is longer than the second. */
  readonly retryDelayMs: number;
  readonly retryDelayMaxMs: number;
  /** Calls of one peer at once, and how many may wait for them. */
  readonly activeCallsMax: number;
  readonly queuedCallsMax: number;
  /** Streams of one peer at once. */
  readonly streamsMax: number;
  /** So many failures in a row open the breaker of an instance; after that time one call probes it. */
  readonly breakerFailures: number;
  readonly breakerOpenMs: number;
  /** Channels of all peers together, and how long one is kept that nobody uses. */
  readonly channelsMax: number;
  readonly channelIdleMs: number;
  readonly messageBytesMax: number;
}

export const defaultPeerLimits: PeerLimits = {
  timeoutMs: 2_000,
  attemptsMax: 3,
  retryDelayMs: 50,
  retryDelayMaxMs: 1_000,
  activeCallsMax: 32,
  queuedCallsMax: 128,
  streamsMax: 8,
  breakerFailures: 5,
  breakerOpenMs: 5_000,
  channelsMax: 64,
  channelIdleMs: 60_000,
  messageBytesMax: 65_536,
};
