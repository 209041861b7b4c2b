import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { Command } from '../../src/engine/command.js';
import { stateHash } from '../../src/engine/state-hash.js';
import { encodeCommand } from '../../src/journal/record-codec.js';
import { verifyFile } from '../../src/journal/sqlite/verification.js';
import type { Receipt } from '../../src/venue/receipt.js';
import { discrepancy } from '../crash/discrepancy.js';
import { Random } from '../crash/random.js';
import { Acknowledgements } from './acknowledgements.js';
import { checkBooks } from './books.js';
import { Client, type Network } from './client.js';
import { pricesOf } from './definition.js';
import { EventReader } from './event-reader.js';
import { FaultAudit } from './fault-audit.js';
import { Operators } from './operators.js';
import { clientCount, type Plan, type Step } from './plan.js';
import { PromisedEvents } from './promised-events.js';
import { SettledTrades } from './settled-trades.js';
import { SimulatedCustodian } from './simulated-custodian.js';
import { SimulatedDisk } from './simulated-disk.js';
import { SimulatedEdge } from './simulated-edge.js';
import { type Served, SimulatedProcess } from './simulated-process.js';
import { SimulatedSnapshots } from './simulated-snapshots.js';
import { SimulatedTime } from './simulated-time.js';
import { strike } from './trouble.js';

const plannedMs = 4_500;
/** Everything that was begun comes to its end within this, once nothing fails any more. */
const restMsMax = 60_000;
const restartMs = 50;

export interface Outcome {
  readonly fault: Error | undefined;
  /** What happened, line by line. */
  readonly history: readonly string[];
  readonly records: number;
  readonly acknowledged: number;
  readonly restarts: number;
  /** Faults that were injected, how often they struck, and how often a reader noticed that something was missing. */
  readonly injected: number;
  readonly struck: number;
  readonly noticed: number;
  /** The hash of the last record: two runs of one seed have the same. */
  readonly headHash: string;
}

/** One run of a plan, on time, disk and network of its own. It needs the thread for itself. */
export class Simulation {
  readonly time = new SimulatedTime();
  readonly disk: SimulatedDisk;
  readonly custodian: SimulatedCustodian;
  private readonly clients: Client[];
  private readonly acknowledgements: Acknowledgements;
  private readonly readers: EventReader[];
  private readonly network: Network;
  private readonly history: string[] = [];
  private process: SimulatedProcess | undefined = undefined;
  /** What there is of a process that is ready. */
  private served: Served | undefined = undefined;
  private edge: SimulatedEdge | undefined = undefined;
  /** Requests that were answered with a code. */
  private readonly refused = new Set<string>();
  private readonly operators: Operators;
  private readonly audit: FaultAudit;
  private restarts = -1;
  private checkedSequence = 0;
  private checked: SimulatedProcess | undefined = undefined;
  private fault: Error | undefined = undefined;

  constructor(
    private readonly plan: Plan,
    folder: string,
  ) {
    Logger.overrideLogger(false);
    const random = new Random(plan.seed ^ 0x5eed);
    this.disk = new SimulatedDisk(folder, random);
    this.custodian = new SimulatedCustodian(this.time, random, random.pick([0, 10, 30]));
    const { durable } = this.disk;
    this.acknowledgements = new Acknowledgements(durable);
    this.network = {
      lossPercent: random.pick([0, 5, 20]),
      doublePercent: random.pick([0, 10, 30]),
      delayMsMax: random.pick([5, 40, 200]),
      deliver: (command, call, answer) => this.edge?.call(command, call, answer),
    };
    this.audit = new FaultAudit(pricesOf(plan.seed), this.refused);
    this.disk.syncMs = random.pick([0, 1, 5]);
    this.clients = Array.from(
      { length: clientCount },
      (_, number) => new Client(`client-${number}`, this.time, this.network),
    );
    const onFault = (error: unknown) => this.failed(error);
    this.operators = new Operators(this.clients, (what) => this.note(what), onFault);
    const promised = new PromisedEvents(durable);
    this.readers = [undefined, 3, 4].map((id) => new EventReader(this.time, random, promised, onFault, id));
  }

  async run(): Promise<Outcome> {
    this.time.takeOver();
    try {
      this.start();
      for (const step of this.plan.steps) this.time.later(step.atMs, () => this.guard(() => this.take(step)));
      await this.goOn(plannedMs);
      await this.comeToRest();
      if (this.fault === undefined) await this.conclude();
    } catch (error) {
      this.failed(error);
    }
    const headHash = this.process?.headHash ?? '';
    this.process?.abandon();
    this.disk.remove();
    const { fault, history, restarts } = this;
    const { count: acknowledged } = this.acknowledgements;
    const { injected, struck } = this.audit;
    const noticed = this.readers.reduce((sum, reader) => sum + reader.noticed, 0);
    const records = this.disk.durable.length;
    return { fault, history, restarts, acknowledged, injected, struck, noticed, records, headHash };
  }

  private async goOn(untilMs: number): Promise<void> {
    while (this.fault === undefined && (await this.time.step(untilMs))) this.check();
    this.time.nowMs = Math.max(this.time.nowMs, untilMs);
  }

  private check(): void {
    const exchange = this.process?.venue?.exchange;
    if (exchange === undefined || this.process === undefined) return;
    if (this.checked === this.process && this.checkedSequence === exchange.sequence) return;
    this.guard(() => checkBooks(exchange));
    this.checked = this.process;
    this.checkedSequence = exchange.sequence;
  }

  /** Nothing fails any more, and everything that was begun has to come to its end. */
  private async comeToRest(): Promise<void> {
    this.network.lossPercent = 0;
    this.custodian.lossPercent = 0;
    const untilMs = this.time.nowMs + restMsMax;
    while (this.fault === undefined && this.unfinished() !== undefined) {
      this.operators.endTroubles(this.served);
      if (this.time.nowMs > untilMs)
        throw discrepancy('the exchange, once nothing fails', 'to finish', this.unfinished());
      await this.goOn(this.time.nowMs + 200);
    }
  }

  private unfinished(): string | undefined {
    const venue = this.process?.venue;
    if (venue === undefined || this.served === undefined) return 'no exchange is there';
    const unanswered = this.clients.reduce((sum, client) => sum + client.unanswered, 0);
    if (unanswered > 0) return `${unanswered} requests are not answered`;
    const { state, queued } = venue.status();
    if (state !== 'SERVING' || queued > 0) return `the venue is ${state} with ${queued} commands waiting`;
    const { orders, faults } = venue.exchange.state;
    if (faults.size > 0) return `the faults ${[...faults.keys()]} have not ended`;
    const waiting = [...orders.values()].filter(({ state }) => state === 'WORKING');
    if (waiting.length > 0) return `the orders ${waiting.map(({ orderId }) => orderId)} wait to be matched`;
    const { openCount } = venue.exchange.state.settlement;
    if (openCount > 0) return `${openCount} instructions are not settled`;
    const reader = this.readers.find((each) => !each.isComplete);
    return reader && `a reader has ${reader.progress}`;
  }

  /** Everything that a journal can be checked for, in its file; and settlement against its trades. */
  private async conclude(): Promise<void> {
    new SettledTrades(this.disk.durable).checkCustody(this.custodian.records);
    this.audit.check(this.disk.durable);
    const { venue } = this.process!;
    const live = { sequence: venue!.exchange.sequence, stateHash: stateHash(venue!.exchange) };
    const report = await verifyFile({ path: this.disk.path, snapshots: new SimulatedSnapshots(this.disk), live });
    const wrong = report.checks.find(({ ok }) => !ok);
    if (wrong !== undefined) throw discrepancy(`the check ${wrong.name}`, 'ok', wrong.detail);
  }

  private start(): void {
    this.restarts += 1;
    this.served = undefined;
    const isCurrent = () => this.process === started;
    const started: SimulatedProcess = new SimulatedProcess({
      time: this.time,
      disk: this.disk,
      custodian: this.custodian,
      prices: pricesOf(this.plan.seed),
      onReady: (sources) => this.ready(sources),
      onEnd: (why) => isCurrent() && this.crash(`the process ends: ${why}`),
      onFault: (error) => isCurrent() && this.failed(error),
    });
    this.process = started;
  }

  private ready(served: Served): void {
    this.note(`ready at record ${served.venue.exchange.sequence}`);
    this.served = served;
    this.edge = this.edgeOf(served);
    for (const reader of this.readers) reader.open(served);
  }

  private crash(why: string): void {
    if (this.process === undefined) return;
    for (const reader of this.readers) reader.cut();
    this.note(`${why}; ${this.process.crash()}`);
    this.disk.hasFailed = false;
    this.leave();
  }

  private stop(): void {
    const { process } = this;
    if (process?.venue === undefined || this.served === undefined) return;
    this.note('the process is asked to end');
    for (const reader of this.readers) reader.cut();
    process.stop().then(
      () => this.process === process && this.leave(),
      (error) => this.process === process && this.failed(error),
    );
  }

  private leave(): void {
    this.process = undefined;
    this.served = undefined;
    this.edge = undefined;
    this.time.later(restartMs, () => this.guard(() => this.start()));
  }

  private take(step: Step): void {
    if (step.kind === 'request') this.send(step.client, step.command, step.seed);
    else if (step.kind === 'crash') this.crash('crash');
    else if (step.kind === 'stop') this.stop();
    else if (step.kind === 'fault') this.operators.inject(step.fault, this.served);
    else if (step.kind === 'clear') this.operators.clear(step.which, this.served);
    else strike(step, this, (what) => this.note(what));
  }

  private send(client: number, command: Command, seed: number): void {
    const addressed = this.addressed(client, command);
    if (addressed === undefined) return;
    this.acknowledgements.ask(addressed);
    this.clients[client]!.send(addressed, seed);
  }

  /** The command with ids instead of numbers of clients and orders; `undefined` where those are not known yet. */
  private addressed(client: number, command: Command): Command | undefined {
    const fields: Record<string, unknown> = { ...command };
    const address = (field: string, idOf: (number: number) => number | undefined) => {
      if (!(field in fields)) return true;
      fields[field] = idOf(fields[field] as number);
      return fields[field] !== undefined;
    };
    const accountOf = (number: number) => this.clients[number]!.accountId;
    const isKnown =
      address('orderId', (number) => this.clients[client]!.orderId(number)) &&
      ['accountId', 'fromAccountId', 'toAccountId'].every((field) => address(field, accountOf));
    return isKnown ? (fields as unknown as Command) : undefined;
  }

  private edgeOf({ venue, board }: Served): SimulatedEdge {
    const { process } = this;
    return new SimulatedEdge(venue, board, {
      onReceipt: (command, receipt) => {
        if (this.process !== process) return;
        const text = encodeCommand(command);
        this.guard(() => this.acknowledgements.check(command, text, receipt));
        this.note(`${text} → ${outcomeOf(receipt)}`);
      },
      onRefused: (requestId) => this.refused.add(requestId),
      onFault: (error) => this.process === process && this.failed(error),
    });
  }

  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.fault ??= error instanceof Error ? error : new Error(String(error));
  }

  private note(what: string): void {
    this.history.push(`${String(this.time.nowMs).padStart(6)} ms  ${what}`);
  }
}

function outcomeOf({ sequence, conflict, repeated, reject }: Receipt): string {
  if (conflict) return `conflict with ${sequence}`;
  return `${sequence}${repeated ? ' again' : ''}${reject === undefined ? '' : ` ${reject.rejected}`}`;
}
