import type { FaultDefinition } from '../../src/chaos/fault.js';
import { type FaultKind, type FaultTarget, kindRules } from '../../src/chaos/fault-kinds.js';
import type { Event, FaultEnded, InstructionStatusesChanged, PricesMoved } from '../../src/engine/event.js';
import { formatId } from '../../src/engine/ids.js';
import type { VenueDefinition } from '../../src/engine/instrument.js';
import type { Origin } from '../../src/journal/journal.js';
import { decodeCommand, type RecordText } from '../../src/journal/record-codec.js';
import type { PriceSource } from '../../src/venue/price-source/price-source.js';
import { discrepancy } from '../crash/discrepancy.js';
import { operatorOrigin } from './operators.js';
import { eventsOf } from './recorded-events.js';
import { namedBy, operationFor } from './simulated-call.js';
import { checkStruckOrder } from './struck-order.js';

/** Whether a request that is struck so is not carried out; an order that is refused is kept as REJECTED all the same. */
export function forbids(kind: FaultKind): boolean {
  return kind === 'downtime' || kind === 'rate-limit' || kind === 'disconnect' || kind === 'reject';
}

/**
 * Reads a journal as an auditor does who wants to know what faults did: whom they struck and whether they may have,
 * what that came to, and that nothing is left of them when they end.
 */
export class FaultAudit {
  injected = 0;
  /** By the count of the faults themselves, which a crash loses. */
  struck = 0;
  private readonly known = new Map<string, FaultDefinition>();
  private readonly inForce = new Set<string>();
  /** The markets that a fault has halted, and nobody opened. */
  private readonly halted = new Set<string>();
  private venue: VenueDefinition | undefined = undefined;

  constructor(
    private readonly prices: PriceSource,
    /** Requests that were answered with a code. */
    private readonly refused: ReadonlySet<string>,
  ) {}

  check(durable: readonly RecordText[]): void {
    for (const record of durable) {
      const origin = JSON.parse(record.origin) as Origin;
      const events = eventsOf(record);
      if (origin.requestId !== undefined && this.refused.has(origin.requestId))
        throw discrepancy(`${origin.requestId}, which was refused with a code`, 'nothing', `record ${record.sequence}`);
      if (record.type === 'PlaceOrder' || origin.faults !== undefined) this.checkStruck(record, origin, events);
      for (const event of events) this.take(event, record.sequence, origin);
    }
  }

  private take(event: Event, sequence: number, origin: Origin): void {
    switch (event.type) {
      case 'FaultInjected':
        this.injected += 1;
        this.known.set(formatId('flt', event.faultId), JSON.parse(event.definition) as FaultDefinition);
        this.inForce.add(formatId('flt', event.faultId));
        break;
      case 'FaultEnded':
        this.end(event);
        break;
      case 'PricesMoved':
        this.checkPrices(event, sequence);
        break;
      case 'VenueConfigured':
        this.venue = event.venue;
        this.checkMarkets(`record ${sequence}`);
        break;
      case 'MarketStatusChanged':
        if (event.status === 'HALTED' && origin.actor !== operatorOrigin.actor) this.halted.add(event.symbol);
        else this.halted.delete(event.symbol);
        break;
      case 'InstructionStatusesChanged':
        this.checkInstructions(event);
        break;
      default:
    }
  }

  private end({ faultId, reason, struck }: FaultEnded): void {
    const name = formatId('flt', faultId);
    const { next, durationSeconds, persistent } = this.fault(name);
    this.inForce.delete(name);
    this.struck += struck;
    const may = {
      CLEARED: true,
      EXPIRED: durationSeconds !== undefined,
      SPENT: struck === next,
      RESTARTED: !persistent,
    };
    if (!may[reason] || struck > (next ?? struck))
      throw discrepancy(`the end of ${name}`, `one of ${JSON.stringify(this.fault(name))}`, { reason, struck });
    this.checkMarkets(`the end of ${name}`);
    for (const symbol of this.halted) {
      if (!this.isMarketStruck(symbol, 'halt'))
        throw discrepancy(`${symbol} at the end of ${name}`, 'open, for no fault halts it', 'HALTED');
    }
  }

  /** Markets are as they were configured, unless a fault that changes them is in force. */
  private checkMarkets(when: string): void {
    for (const { symbol, liquidity } of this.venue?.markets ?? []) {
      if (liquidity !== undefined && !this.isMarketStruck(symbol, 'spread', 'liquidity-withdrawal'))
        throw discrepancy(`the quotes of ${symbol} at ${when}`, 'as configured', liquidity);
    }
  }

  private checkPrices({ beat, prices }: PricesMoved, sequence: number): void {
    const isDisturbed = [...this.inForce].some((name) => kindRules[this.fault(name).kind].place === 'prices');
    const source = this.prices.pricesAt(beat);
    if (!isDisturbed && JSON.stringify(prices) !== JSON.stringify(source))
      throw discrepancy(`prices at record ${sequence}, while no fault disturbs them`, source, prices);
  }

  private checkInstructions({ changes }: InstructionStatusesChanged): void {
    for (const { instructionId, faults = [] } of changes) {
      for (const name of faults) {
        const { kind } = this.fault(name);
        if (kindRules[kind].place !== 'settlement')
          throw discrepancy(`what struck instruction ${instructionId}`, 'a fault of settlement', kind);
      }
    }
  }

  private checkStruck(
    { sequence, command: text }: RecordText,
    { faults = [] }: Origin,
    events: readonly Event[],
  ): void {
    const command = decodeCommand(text);
    const subject = { ...namedBy(command), operation: operationFor(command)?.method, transport: 'GRPC' } as FaultTarget;
    const striking = faults.map((name) => this.fault(name));
    for (const { kind, target } of striking) {
      const what = `record ${sequence}, which ${kind} has struck`;
      if (forbids(kind) && !(kind === 'reject' && command.type === 'PlaceOrder'))
        throw discrepancy(what, 'no record, for it is not carried out', command.type);
      for (const field of Object.keys(target) as (keyof FaultTarget)[])
        if (target[field] !== subject[field]) throw discrepancy(`${what}: its ${field}`, target[field], subject[field]);
    }
    if (command.type === 'PlaceOrder') checkStruckOrder(sequence, command, striking, events);
  }

  private isMarketStruck(symbol: string, ...kinds: readonly FaultKind[]): boolean {
    return [...this.inForce]
      .map((name) => this.fault(name))
      .some(({ kind, target }) => kinds.includes(kind) && (target.symbol ?? symbol) === symbol);
  }

  private fault(name: string): FaultDefinition {
    const fault = this.known.get(name);
    if (fault === undefined) throw discrepancy(`the fault ${name}, which is named`, 'in the journal before', undefined);
    return fault;
  }
}
