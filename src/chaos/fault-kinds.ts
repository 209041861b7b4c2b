import { problemKinds } from '../edge/problem-codes.js';
import { rejectCodes } from '../engine/reject.js';

/** Where a kind of fault acts: what its target may name, and when it is asked, follows from it. */
export type FaultPlace = 'request' | 'order' | 'stream' | 'prices' | 'market' | 'settlement';

export const faultKinds = [
  'latency',
  'reject',
  'downtime',
  'rate-limit',
  'response-lost',
  'duplicate-response',
  'disconnect',
  'partial-fill',
  'ack-delay',
  'stream-delay',
  'stream-stall',
  'stream-drop',
  'stream-gap',
  'stream-duplicate',
  'stream-reorder',
  'price-shock',
  'depeg',
  'stale-price',
  'spread',
  'liquidity-withdrawal',
  'halt',
  'settlement-delay',
  'settlement-fail',
  'settlement-lose-status',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** What a fault may be told beside its target; which of it, follows from its kind. */
export interface FaultParameters {
  readonly distribution?: Distribution;
  readonly delayMs?: number;
  readonly delayMsMin?: number;
  readonly delayMsMax?: number;
  readonly sigma?: number;
  readonly code?: string;
  readonly mode?: FaultMode;
  readonly retryAfterSeconds?: number;
  readonly fillPercent?: number;
  readonly percent?: number;
  readonly rampSeconds?: number;
  readonly asset?: string;
  readonly multiplier?: number;
  readonly messages?: number;
}

export const distributions = ['fixed', 'uniform', 'log-normal'] as const;
export type Distribution = (typeof distributions)[number];

/** `answer`: an error says so; `cut`: the connection ends; `hang`: nothing comes any more. */
export const faultModes = ['answer', 'cut', 'hang'] as const;
export type FaultMode = (typeof faultModes)[number];

export interface FaultKindRules {
  readonly place: FaultPlace;
  readonly needs: readonly (keyof FaultParameters)[];
  readonly takes: readonly (keyof FaultParameters)[];
  /** The modes that it knows, the first where none is named. */
  readonly modes?: readonly FaultMode[];
}

/** The one table of what each kind needs and takes. */
export const kindRules: Readonly<Record<FaultKind, FaultKindRules>> = {
  latency: { place: 'request', needs: [], takes: ['distribution', 'delayMs', 'delayMsMin', 'delayMsMax', 'sigma'] },
  reject: { place: 'request', needs: ['code'], takes: [] },
  downtime: { place: 'request', needs: [], takes: ['mode', 'retryAfterSeconds'], modes: ['answer', 'cut'] },
  'rate-limit': { place: 'request', needs: [], takes: ['retryAfterSeconds'] },
  'response-lost': { place: 'request', needs: [], takes: ['mode'], modes: ['cut', 'hang'] },
  'duplicate-response': { place: 'request', needs: [], takes: [] },
  disconnect: { place: 'request', needs: [], takes: [] },
  'partial-fill': { place: 'order', needs: ['fillPercent'], takes: [] },
  'ack-delay': { place: 'order', needs: ['delayMs'], takes: [] },
  'stream-delay': { place: 'stream', needs: ['delayMs'], takes: [] },
  'stream-stall': { place: 'stream', needs: ['delayMs'], takes: [] },
  'stream-drop': { place: 'stream', needs: [], takes: [] },
  'stream-gap': { place: 'stream', needs: [], takes: ['messages'] },
  'stream-duplicate': { place: 'stream', needs: [], takes: [] },
  'stream-reorder': { place: 'stream', needs: [], takes: [] },
  'price-shock': { place: 'prices', needs: ['percent'], takes: ['rampSeconds'] },
  depeg: { place: 'prices', needs: ['asset', 'percent'], takes: ['rampSeconds'] },
  'stale-price': { place: 'prices', needs: [], takes: [] },
  spread: { place: 'market', needs: ['multiplier'], takes: [] },
  'liquidity-withdrawal': { place: 'market', needs: ['percent'], takes: [] },
  halt: { place: 'market', needs: [], takes: [] },
  'settlement-delay': { place: 'settlement', needs: ['delayMs'], takes: [] },
  'settlement-fail': { place: 'settlement', needs: [], takes: [] },
  'settlement-lose-status': { place: 'settlement', needs: [], takes: [] },
};

/** What the target of a fault may name, by where it acts. */
export const targetFields: Readonly<Record<FaultPlace, readonly (keyof FaultTarget)[]>> = {
  request: ['accountId', 'symbol', 'operation', 'transport'],
  order: ['accountId', 'symbol', 'transport'],
  stream: ['accountId', 'symbol', 'channel'],
  prices: ['symbol'],
  market: ['symbol'],
  settlement: ['accountId', 'asset'],
};

/** Whom a fault may strike: who or what is named must fit, what is not named is all. */
export interface FaultTarget {
  readonly accountId?: string;
  readonly symbol?: string;
  readonly operation?: string;
  readonly transport?: 'REST' | 'GRPC';
  readonly asset?: string;
  readonly channel?: string;
}

/** No fault delays anything for longer, in milliseconds. */
export const delayMsMax = 60_000;

/** What the exchange can refuse with: what is malformed or unknown stays what it is. */
export const rejectableCodes: readonly string[] = rejectCodes.filter((code) => problemKinds[code].httpStatus === 422);
