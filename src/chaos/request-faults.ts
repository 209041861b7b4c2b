import { Problem } from '../edge/problem.js';
import type { ProblemCode } from '../edge/problem-codes.js';
import { noteFault, type RequestContext } from '../edge/request-context.js';
import type { OrderFault } from '../engine/command.js';
import { type RejectCode, rejectCodes } from '../engine/reject.js';
import { chance, normalChance } from './chance.js';
import type { Subject } from './fault.js';
import type { FaultBoard, Striking } from './fault-board.js';
import { delayMsMax, type FaultMode, kindRules } from './fault-kinds.js';

/** What the faults that strike a request come to, whatever it came over. */
export interface RequestFate {
  /** How long it waits before anything else happens. */
  readonly delayMs: number;
  /** It is cut off before it is carried out. */
  readonly isCut: boolean;
  /** What it is answered with instead of being carried out. */
  readonly problem?: Problem;
  /** It is carried out, but how the answer is lost. */
  readonly answerLost?: FaultMode;
  /** It arrives twice, and the second answer is the one that is given. */
  readonly isDoubled: boolean;
}

/** How long a client waits at most for an answer that is lost without a cut, in milliseconds; then it is cut off. */
export const hangMsMax = 60_000;
const retryAfterSecondsDefault = 1;
const spared: RequestFate = { delayMs: 0, isCut: false, isDoubled: false };

/** Has faults strike a request, notes in its context which did, and says what becomes of it. */
export function fateOf(board: FaultBoard, context: RequestContext, subject: Subject): RequestFate {
  const striking = board.strike('request', subject);
  const onOrder = subject.operation === 'PlaceOrder' ? board.strike('order', subject) : [];
  if (striking.length === 0 && onOrder.length === 0) return spared;
  const order = orderFaultOf([...striking, ...onOrder], subject);
  for (const { fault } of [...striking, ...onOrder]) noteFault(context, fault.publicId);
  context.orderFault = order;
  const of = (kind: string) => striking.filter(({ fault }) => fault.definition.kind === kind);
  const [down] = of('downtime');
  const [lost] = of('response-lost');
  return {
    delayMs: of('latency').reduce((sum, each) => sum + delayOf(each), 0),
    isCut: of('disconnect').length > 0 || (down !== undefined && modeOf(down) === 'cut'),
    problem: problemOf(striking, order),
    answerLost: lost && modeOf(lost),
    isDoubled: of('duplicate-response').length > 0,
  };
}

/** An order that is refused is refused by the engine, so that it is kept as REJECTED like any other. */
function orderFaultOf(striking: readonly Striking[], { operation }: Subject): OrderFault | undefined {
  if (operation !== 'PlaceOrder') return undefined;
  const fault: { rejectCode?: RejectCode; fillPercent?: number; matchAfterMs?: number } = {};
  for (const { definition } of striking.map((each) => each.fault)) {
    const { code, fillPercent, delayMs } = definition.parameters;
    if (definition.kind === 'reject' && isOrderReject(code)) fault.rejectCode ??= code;
    if (definition.kind === 'ack-delay') fault.matchAfterMs = Math.max(delayMs!, fault.matchAfterMs ?? 0);
    if (definition.kind === 'partial-fill') fault.fillPercent = Math.min(fillPercent!, fault.fillPercent ?? 100);
  }
  return Object.keys(fault).length === 0 ? undefined : fault;
}

function problemOf(striking: readonly Striking[], order: OrderFault | undefined): Problem | undefined {
  for (const { fault } of striking) {
    const { kind, parameters } = fault.definition;
    const { code, retryAfterSeconds = retryAfterSecondsDefault } = parameters;
    if (kind === 'downtime')
      return new Problem('VENUE_DOWN', 'The exchange is down; try again.', { retryAfterSeconds });
    if (kind === 'rate-limit') {
      return new Problem('RATE_LIMITED', 'There were too many requests.', { retryAfterSeconds });
    }
    if (kind === 'reject' && order?.rejectCode === undefined) {
      return new Problem(code as ProblemCode, `The request is refused with ${code}.`);
    }
  }
  return undefined;
}

function isOrderReject(code: string | undefined): code is RejectCode {
  return (rejectCodes as readonly string[]).includes(code!);
}

function modeOf({ fault }: Striking): FaultMode {
  const { kind, parameters } = fault.definition;
  return parameters.mode ?? kindRules[kind].modes![0]!;
}

function delayOf({ fault, place }: Striking): number {
  const { seed, parameters } = fault.definition;
  const { distribution = 'fixed', delayMs = 0, delayMsMin = 0, delayMsMax: most = delayMs, sigma = 0.5 } = parameters;
  switch (distribution) {
    case 'fixed':
      return delayMs;
    case 'uniform':
      return delayMsMin + (most - delayMsMin) * chance(seed, place, 1);
    case 'log-normal':
      return Math.min(delayMsMax, delayMs * Math.exp(sigma * normalChance(seed, place)));
    default:
      return distribution satisfies never;
  }
}
