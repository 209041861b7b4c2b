import { discrepancy } from '../crash/discrepancy.js';
import { Examination, numberOf } from '../crash/examination.js';
import { ExchangeProcess, type ServerCommand } from '../crash/exchange-process.js';
import { fundsFor, openAccounts } from '../crash/funded-accounts.js';
import { History } from '../crash/history.js';
import { assertNothingRepeated, lastSequenceWithoutGap } from '../crash/journal-file.js';
import { type Operation, type Placement, requestFor } from '../crash/operation.js';
import type { Random } from '../crash/random.js';
import { Workload } from '../crash/workload.js';
import { Endpoint, pause } from './endpoint.js';

export interface RollingOptions {
  /** Its settings hold a DRAIN_WAIT_MS that is longer than the clients need to see that it is not ready. */
  readonly server: ServerCommand;
  /** Where that server keeps its journal. */
  readonly dataDirectory: string;
  readonly restarts: number;
  /** So many clients follow readiness over REST, half as many over gRPC; a quarter sends without looking. */
  readonly clients: number;
  readonly random: Random;
  onRestart(summary: RollingSummary): void;
}

export interface RollingSummary {
  restarts: number;
  orders: number;
  ordersOverGrpc: number;
  acknowledged: number;
  /** What the clients that do not look at readiness were told: 503, or nothing at all. */
  refused: number;
  unreachable: number;
  readonly stopMs: number[];
}

const stopMsMax = 5_000;
const tradingAccounts = 6;
/** Between two restarts so many more orders are placed: a machine that is slow takes longer for them, and has no more to examine. */
const loadOrders = [100, 600] as const;
const retryMs = 20;
/** Clients that do not look leave so many without an answer at a restart, however long it takes: each is sent again after it. */
const unansweredMax = 50;
/** Between two requests of a client: it is the stops that are looked at, and every order is examined at the end. */
const thinkMs = 10;

/** Stops a loaded server with SIGTERM and starts it again, and holds it to its word that nobody who looks is turned away. */
export class RollingRun {
  readonly summary: RollingSummary = {
    ...{ restarts: 0, orders: 0, ordersOverGrpc: 0, acknowledged: 0, refused: 0, unreachable: 0 },
    stopMs: [],
  };
  private readonly history = new History();
  private readonly endpoint = new Endpoint();
  private readonly accountIds: string[] = [];
  private server!: ExchangeProcess;
  private workload!: Workload;
  private ended = false;

  constructor(private readonly options: RollingOptions) {}

  /** Throws a `Discrepancy` when the exchange broke its word. The server does not outlive the run. */
  async run(): Promise<RollingSummary> {
    try {
      await this.start();
      await this.openAccounts();
      const clients = this.startClients();
      await Promise.race([this.restartAll(), clients]);
      this.ended = true;
      await clients;
      await this.examine();
      return this.summary;
    } finally {
      this.ended = true;
      await this.endpoint.close();
      await this.server.kill();
    }
  }

  private async start(): Promise<void> {
    this.server = new ExchangeProcess(this.options.server);
    const { http, grpc } = await this.server.ready();
    await this.endpoint.moveTo(http, grpc);
  }

  private async openAccounts(): Promise<void> {
    const { rest } = this.endpoint;
    this.accountIds.push(...(await openAccounts(rest, tradingAccounts + 1, 'rolling restart')));
    // The last account trades over gRPC alone, and never so much that it could be refused.
    this.workload = new Workload(this.options.random, this.accountIds.slice(0, tradingAccounts));
    for (const deposit of this.accountIds.flatMap(fundsFor)) {
      this.history.note(deposit, await rest.send(requestFor(deposit)));
    }
  }

  private startClients(): Promise<unknown> {
    const times = (count: number, act: (client: number) => Promise<void>) =>
      Array.from({ length: Math.ceil(count) }, (_, client) => act(client));
    const { clients } = this.options;
    return Promise.all([
      ...times(clients, () => this.followOverRest()),
      ...times(clients / 2, (client) => this.followOverGrpc(client)),
      ...times(clients / 4, () => this.sendWithoutLooking()),
    ]);
  }

  private async restartAll(): Promise<void> {
    const { random, restarts, onRestart } = this.options;
    while (this.summary.restarts < restarts) {
      await this.placeMore(random.between(...loadOrders));
      await this.restart();
      onRestart(this.summary);
    }
    await this.placeMore(loadOrders[0]);
  }

  /** Waits until the clients have placed so many. */
  private async placeMore(orders: number): Promise<void> {
    const { placed } = this.history;
    const enough = placed.size + orders;
    while (placed.size < enough && !this.ended) await pause(thinkMs);
  }

  private async restart(): Promise<void> {
    const { summary, server, options } = this;
    const { exitCode, stopMs } = await server.stop();
    if (exitCode !== 0)
      throw discrepancy('SIGTERM did not end it well', 'exit code 0', `${exitCode}\n${server.output}`);
    if (stopMs > stopMsMax) throw discrepancy('the stop took too long', `${stopMsMax} ms`, `${stopMs} ms`);
    summary.stopMs.push(stopMs);
    summary.restarts += 1;
    const head = lastSequenceWithoutGap(options.dataDirectory);
    await this.start();
    await this.sendAgain(head);
  }

  /** A client that follows readiness is never turned away and never left without an answer. */
  private async followOverRest(): Promise<void> {
    const openOrderIds: string[] = [];
    while (await this.whileReady()) {
      const operation = this.workload.next(openOrderIds);
      const answer = await this.endpoint.rest.send(requestFor(operation));
      if (answer === undefined || answer.status >= 500) throw this.turnedAway(operation, answer);
      this.history.note(operation, answer);
      if (operation.kind !== 'order' || answer.status !== 201) continue;
      const { orderId, status, averagePrice } = answer.body;
      if (averagePrice !== null) this.workload.priceCents = Math.round(Number(averagePrice) * 100);
      if (status === 'NEW') openOrderIds.push(orderId);
    }
  }

  private async followOverGrpc(client: number): Promise<void> {
    for (let n = 0; await this.whileReady(); n += 1) {
      const side = n % 2 === 0 ? 'BUY' : 'SELL';
      const terms = { symbol: 'BTC-USD', side, type: 'MARKET', quantity: '0.001' } as const;
      const accountId = this.accountIds[tradingAccounts]!;
      const operation: Placement = { kind: 'order', key: `grpc-${client}-${n}`, accountId, terms };
      const orderId = await this.endpoint.grpc.place(operation);
      if (typeof orderId !== 'string') throw this.turnedAway(operation, orderId.message);
      this.history.placed.set(operation.key, { operation, orderId });
      this.summary.ordersOverGrpc += 1;
    }
  }

  /** Sends whatever readiness says, to whoever is there: it may be refused, but nothing may be done behind its back. */
  private async sendWithoutLooking(): Promise<void> {
    while (!this.ended) {
      if (this.history.unanswered.length >= unansweredMax) {
        await pause(retryMs);
        continue;
      }
      const operation = this.workload.next([]);
      const answer = await this.endpoint.rest.send(requestFor(operation));
      if (answer?.status === 503 && answer.body.code !== 'DRAINING') throw this.turnedAway(operation, answer);
      this.history.note(operation, answer);
      if (answer === undefined) this.summary.unreachable += 1;
      if (answer?.status === 503) this.summary.refused += 1;
      await pause(answer === undefined || answer.status === 503 ? retryMs : thinkMs);
    }
  }

  /** Waits until the exchange is ready; false when the run is over. */
  private async whileReady(): Promise<boolean> {
    await pause(thinkMs);
    while (!this.endpoint.ready && !this.ended) await pause(thinkMs);
    return !this.ended;
  }

  /** What had no answer, or a refusal, has not been carried out: now it is, under the same key. */
  private async sendAgain(headAtStop: number): Promise<void> {
    const lost = this.history.unanswered;
    this.history.unanswered = [];
    const again = async (operation: Operation) => {
      const answer = await this.endpoint.rest.send(requestFor(operation));
      this.history.note(operation, answer);
      const id = answer?.body?.orderId ?? answer?.body?.transferId;
      if (id === undefined) throw this.turnedAway(operation, answer);
      if (numberOf(id) <= headAtStop) throw discrepancy('carried out and never answered', 'an answer', operation);
    };
    await Promise.all(lost.map(again));
  }

  private async examine(): Promise<void> {
    const { history, summary, endpoint, options } = this;
    await this.sendAgain(0);
    await new Examination(endpoint.rest, history, this.accountIds).compare(0);
    assertNothingRepeated(options.dataDirectory);
    const verification = await endpoint.rest.get('/audit/v1/verify');
    if (verification.ok !== true) throw discrepancy('verify is not ok', { ok: true }, verification);
    summary.orders = history.placed.size;
    summary.acknowledged = history.acknowledged + summary.ordersOverGrpc;
  }

  private turnedAway(operation: unknown, answer: unknown): Error {
    const what = `turned away while the exchange was ready: ${JSON.stringify(operation)}`;
    return discrepancy(what, 'a result', answer ?? `no answer\n${this.server.output}`);
  }
}
