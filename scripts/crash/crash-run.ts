import { discrepancy } from './discrepancy.js';
import { Examination, numberOf } from './examination.js';
import { ExchangeProcess, type ServerCommand } from './exchange-process.js';
import { fundsFor, openAccounts } from './funded-accounts.js';
import { History } from './history.js';
import { assertNothingRepeated, lastSequenceWithoutGap } from './journal-file.js';
import { type Operation, requestFor } from './operation.js';
import type { Random } from './random.js';
import { RestClient } from './rest-client.js';
import { Workload } from './workload.js';

export interface CrashOptions {
  readonly server: ServerCommand;
  /** Where that server keeps its journal. */
  readonly dataDirectory: string;
  readonly kills: number;
  readonly clients: number;
  readonly random: Random;
  /** After this many kills everything is compared from the first record on, and `verify` is asked. */
  readonly wholeEvery: number;
  onKill(summary: CrashSummary): void;
  /** What else happens to the data directory when the server is dead. */
  afterDeath?(): void;
}

export interface CrashSummary {
  kills: number;
  killsDuringStart: number;
  records: number;
  orders: number;
  transfers: number;
  acknowledged: number;
  /** Requests whose answer was lost, and how many of them had been carried out all the same. */
  unanswered: number;
  unansweredTaken: number;
  verifications: number;
  readonly readyMs: number[];
}

const accounts = 6;
const loadMsMax = 900;
const killDuringStartChance = 0.1;
const startKillMsMax = 400;
const resentSampleMax = 20;

/** Loads a server, kills it, starts it again and holds it to what it said, again and again. */
export class CrashRun {
  readonly history = new History();
  readonly summary: CrashSummary = {
    ...{ kills: 0, killsDuringStart: 0, records: 0, orders: 0, transfers: 0 },
    ...{ acknowledged: 0, unanswered: 0, unansweredTaken: 0, verifications: 0, readyMs: [] },
  };
  private readonly accountIds: string[] = [];
  private server: ExchangeProcess | undefined;
  private client = new RestClient('http://127.0.0.1:0');
  private comparedUpTo = 0;
  private workload!: Workload;

  constructor(private readonly options: CrashOptions) {}

  /** Throws a `Discrepancy` when the exchange broke its word. The server does not outlive the run. */
  async run(): Promise<CrashSummary> {
    try {
      await this.start();
      await this.openAccounts();
      while (this.summary.kills < this.options.kills) await this.round();
      await this.examine(true);
      return this.summary;
    } finally {
      this.client.close();
      await this.server?.kill();
    }
  }

  private async round(): Promise<void> {
    const { random, onKill, wholeEvery } = this.options;
    const loadMs = random.between(20, loadMsMax);
    await this.load(loadMs);
    this.summary.kills += 1;
    if (random.chance(killDuringStartChance)) await this.killDuringStart();
    await this.start();
    await this.examine(this.summary.kills % wholeEvery === 0);
    onKill(this.summary);
  }

  private async start(): Promise<void> {
    this.server = new ExchangeProcess(this.options.server);
    const { http, readyMs } = await this.server.ready();
    this.summary.readyMs.push(readyMs);
    this.client.close();
    this.client = new RestClient(http);
  }

  private async killDuringStart(): Promise<void> {
    const server = new ExchangeProcess(this.options.server);
    await pause(this.options.random.between(0, startKillMsMax));
    await server.kill();
    this.options.afterDeath?.();
    this.summary.killsDuringStart += 1;
  }

  private async openAccounts(): Promise<void> {
    this.accountIds.push(...(await openAccounts(this.client, accounts, 'crash test')));
    this.workload = new Workload(this.options.random, this.accountIds);
    for (const deposit of this.accountIds.flatMap(fundsFor)) await this.perform(deposit);
  }

  /** Kills the server while every client has a request under way. */
  private async load(loadMs: number): Promise<void> {
    let ended = false;
    const open = [...this.history.openOrderIds];
    const clients = Array.from({ length: this.options.clients }, async (_, client) => {
      const openOrderIds = open.filter((_, n) => n % this.options.clients === client);
      while (!ended) await this.perform(this.workload.next(openOrderIds), openOrderIds);
    });
    await Promise.race([pause(loadMs), ...clients]);
    await this.server?.kill();
    this.options.afterDeath?.();
    ended = true;
    await Promise.all(clients);
  }

  private async perform(operation: Operation, openOrderIds: string[] = []): Promise<void> {
    const answer = await this.client.send(requestFor(operation));
    this.history.note(operation, answer);
    if (operation.kind !== 'order' || answer?.status !== 201) return;
    const { orderId, status, averagePrice } = answer.body;
    if (averagePrice !== null) this.workload.priceCents = Math.round(Number(averagePrice) * 100);
    if (status === 'NEW') openOrderIds.push(orderId);
  }

  /** The last round alone, or everything from the first record on. */
  private async examine(whole: boolean): Promise<void> {
    const { dataDirectory } = this.options;
    await this.sendAgain(lastSequenceWithoutGap(dataDirectory));
    await this.repeatAcknowledged();
    const examination = new Examination(this.client, this.history, this.accountIds);
    this.comparedUpTo = await examination.compare(whole ? 0 : this.comparedUpTo);
    const { summary, history } = this;
    summary.records = lastSequenceWithoutGap(dataDirectory);
    summary.orders = history.placed.size;
    summary.transfers = history.moved.size;
    summary.acknowledged = history.acknowledged;
    if (whole) await this.verify();
  }

  /** Sends what was not answered once more, under the same keys: now everything has one result. */
  private async sendAgain(headAtStart: number): Promise<void> {
    const { history, summary } = this;
    const lost = history.unanswered;
    history.unanswered = [];
    for (const operation of lost) {
      const answer = await this.client.send(requestFor(operation));
      history.note(operation, answer);
      if (answer === undefined) throw new Error(`no answer, though nobody killed the server:\n${this.server?.output}`);
      const id = answer.body?.orderId ?? answer.body?.transferId;
      const taken = operation.kind === 'cancel' ? answer.status === 422 : numberOf(id) <= headAtStart;
      summary.unanswered += 1;
      if (taken) summary.unansweredTaken += 1;
    }
    if (history.unanswered.length > 0) throw discrepancy('refused at rest', 'an answer', history.unanswered);
  }

  /** What was answered before the kill gets the same answer under the same key after it. */
  private async repeatAcknowledged(): Promise<void> {
    const { placed, moved } = this.history;
    const all = [...placed.values(), ...moved.values()];
    if (all.length === 0) return;
    for (let n = 0; n < resentSampleMax; n += 1) {
      const { operation } = this.options.random.pick(all);
      this.history.note(operation, await this.client.send(requestFor(operation)));
    }
  }

  private async verify(): Promise<void> {
    assertNothingRepeated(this.options.dataDirectory);
    const result = await this.client.get('/audit/v1/verify');
    if (result.ok !== true) throw discrepancy('verify is not ok', { ok: true }, result);
    this.summary.verifications += 1;
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, durationMs));
}
