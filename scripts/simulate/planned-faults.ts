import {
  type FaultKind,
  type FaultParameters,
  type FaultTarget,
  faultKinds,
  kindRules,
  rejectableCodes,
  targetFields,
} from '../../src/chaos/fault-kinds.js';
import type { InjectFaultRequest } from '../../src/chaos/fault-requests.js';
import type { Random } from '../crash/random.js';
import { definition } from './definition.js';

/** A fault that an operator injects; `client` is the number of the one whose account it is to strike alone. */
export interface PlannedFault {
  readonly request: InjectFaultRequest;
  readonly client: number | undefined;
}

/** Of the fields that a target may name, each is named so often. */
const namedShare = 0.25;
const operations = ['CreateAccount', 'Deposit', 'Withdraw', 'Transfer', 'PlaceOrder', 'CancelOrder', 'CancelOrders'];

/** A fault of any kind there is, with whatever may be said of one. */
export function plannedFault(clientCount: number, random: Random): PlannedFault {
  const kind = random.pick(faultKinds);
  const { client, ...target } = targetOf(kind, clientCount, random);
  const { place } = kindRules[kind];
  // What changes a market is in force for all.
  const choice = place === 'prices' || place === 'market' ? {} : choiceOf(random);
  const end = random.chance(0.2) ? { untilCleared: true } : { durationSeconds: random.between(100, 1_500) / 1_000 };
  const persistent = random.chance(0.3);
  const seed = random.between(0, 1_000);
  const request = { kind, target, parameters: parametersOf(kind, random), ...choice, ...end, persistent, seed };
  return { request, client };
}

function choiceOf(random: Random): Pick<InjectFaultRequest, 'probability' | 'next'> {
  if (random.chance(0.3)) return { next: random.between(1, 5) };
  return random.chance(0.5) ? { probability: random.between(1, 9) / 10 } : {};
}

function targetOf(kind: FaultKind, clientCount: number, random: Random): FaultTarget & { client?: number } {
  const target: Record<string, unknown> = {};
  for (const field of targetFields[kindRules[kind].place]) {
    if (!random.chance(namedShare)) continue;
    if (field === 'accountId') target.client = random.between(0, clientCount - 1);
    else target[field] = namedIn(field, random);
  }
  return target;
}

function namedIn(field: Exclude<keyof FaultTarget, 'accountId'>, random: Random): string {
  switch (field) {
    case 'symbol':
      return random.pick(definition.markets).symbol;
    case 'operation':
      return random.pick(operations);
    case 'transport':
      return random.pick(['REST', 'GRPC', 'GRPC']);
    case 'asset':
      return random.pick(definition.assets).asset;
    case 'channel':
      return random.pick(['events', 'events', 'book']);
    default:
      return field satisfies never;
  }
}

function parametersOf(kind: FaultKind, random: Random): FaultParameters {
  const delayMs = random.between(1, 800);
  switch (kind) {
    case 'latency':
      return latencyOf(delayMs, random);
    case 'reject':
      return { code: random.pick(rejectableCodes) };
    case 'downtime':
      return { mode: random.pick(['answer', 'cut'] as const) };
    case 'response-lost':
      return { mode: random.pick(['cut', 'hang'] as const) };
    case 'partial-fill':
      return { fillPercent: random.between(0, 100) };
    case 'ack-delay':
    case 'stream-delay':
    case 'stream-stall':
    case 'settlement-delay':
      return { delayMs };
    case 'stream-gap':
      return { messages: random.between(1, 5) };
    case 'price-shock':
      return { percent: random.between(-30, 30), ...random.pick([{}, { rampSeconds: 1 }]) };
    case 'depeg':
      return { asset: random.pick(definition.assets).asset, percent: random.between(-30, 30) };
    case 'spread':
      return { multiplier: random.between(2, 20) };
    case 'liquidity-withdrawal':
      return { percent: random.pick([random.between(1, 99), 100]) };
    default:
      return {};
  }
}

function latencyOf(delayMs: number, random: Random): FaultParameters {
  return random.pick<FaultParameters>([
    { delayMs },
    { distribution: 'uniform', delayMsMin: 1, delayMsMax: delayMs },
    { distribution: 'log-normal', delayMs, sigma: 1 },
  ]);
}
