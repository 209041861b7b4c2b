import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../bench/program.js';
import type { Point } from '../scenario/figures.js';
import { HeapProbe, probedArguments } from '../scenario/heap-probe.js';
import { Books, type CommandCount } from './books.js';
import { Care } from './care.js';
import { credentialsFor, overreach } from './credentials.js';
import { GrpcTargets } from './grpc-targets.js';
import { KnownThings } from './known-things.js';
import { DocumentedAnswers, type OpenApi, operationsOf } from './open-api.js';
import { type Outcome, randomOf, type Target } from './outcome.js';
import { RestWire, restTargets } from './rest-targets.js';
import { websocketTargets } from './websocket-targets.js';
import { wireTargets } from './wire-targets.js';

const lanes = 8;
const weighMs = 1_000;
/** What Node says of the inspector that the heap is looked into with. */
const ofInspector = /^(Debugger|For help, see: https:\/\/nodejs).*$/gm;
const careEvery = 400;
/** Accounts have just been put right then, and with them what the exchange has to keep. */
const inputsOfRound = 5 * careEvery;
const shareBroken = 0.4;
/** How often the same finding is told. */
const sameFindingsMax = 3;

export interface FuzzOptions {
  /** What Node runs as the exchange. */
  readonly server: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly inputs: number;
  readonly secondsMax: number;
  readonly needsCare: boolean;
  /** Whether inputs say who sends them, since the server asks for it. */
  readonly asksForCredentials: boolean;
  /** This one alone. */
  readonly only?: number;
  isWanted(target: string): boolean;
  onProgress(sent: number, findings: number): void;
}

export interface Finding {
  readonly target: string;
  readonly text: string;
  /** Which input it was, and what was sent. */
  readonly index?: number;
  readonly sent?: string;
}

export interface Row {
  readonly statuses: Map<string, number>;
  accepted: number;
  sent: number;
}

export interface FuzzReport {
  readonly sent: number;
  readonly seconds: number;
  readonly rows: ReadonlyMap<string, Row>;
  readonly findings: readonly Finding[];
  readonly counts: ReadonlyMap<string, CommandCount>;
  /** What the process has in memory, each second. */
  readonly megabytes: readonly number[];
  /** How many bytes it keeps on its heaps after how many inputs, once these are done with and garbage is collected. */
  readonly kept: readonly Point[];
  readonly verified: string;
}

/** One server, and everything that is sent to it. */
export class FuzzRun {
  private readonly directory = mkdtempSync(join(tmpdir(), 'exchange-fuzz-'));
  private readonly program: Program;
  private readonly things = new KnownThings();
  private readonly books = new Books();
  private readonly findings: Finding[] = [];
  private readonly told = new Map<string, number>();
  private readonly rows = new Map<string, Row>();
  private readonly megabytes: number[] = [];
  private readonly kept: Point[] = [];
  private next = 0;
  private sent = 0;

  constructor(private readonly options: FuzzOptions) {
    this.program = new Program([...probedArguments, ...options.server], {
      ...{ HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'error', DATA_DIR: join(this.directory, 'data') },
      ...{ SEED: String(options.seed), SNAPSHOT_EVERY: '5000', ...options.environment },
    });
  }

  async run(): Promise<FuzzReport> {
    try {
      return await this.fuzz();
    } finally {
      await this.program.stop();
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  private async fuzz(): Promise<FuzzReport> {
    const serving =
      /REST +(http:[0-9./:]+\d)\/[\s\S]*Audit +(http:[0-9./:]+\d)\/[\s\S]*gRPC +([0-9.:]+)[\s\S]*Data +\S.*\n/;
    const [banner, http, audit, grpc] = await this.program.printed(serving);
    const wire = new RestWire(http!, audit!);
    const methods = new GrpcTargets(grpc!, this.things);
    const care = new Care(wire, this.things, this.books);
    const beganAfter = await care.prepare();
    const targets = (await this.targets(wire, methods, grpc!)).filter(({ name }) => this.options.isWanted(name));
    const begunMs = performance.now();
    const probe = await HeapProbe.of(this.program);
    const weighing = setInterval(() => this.megabytes.push(this.program.residentMegabytes()), weighMs);
    await this.rounds(targets, care, probe, begunMs + this.options.secondsMax * 1_000);
    clearInterval(weighing);
    probe.close();
    const seconds = (performance.now() - begunMs) / 1_000;
    const verified = await this.examine(wire, beganAfter, banner!).catch((error: Error) => {
      this.find({ target: 'the exchange', text: `it cannot be examined: ${error.message}` });
      return 'not';
    });
    wire.close();
    methods.close();
    const { sent, rows, findings, megabytes, kept } = this;
    return { sent, seconds, rows, findings, megabytes, kept, verified, counts: this.books.counts };
  }

  private async targets(wire: RestWire, methods: GrpcTargets, grpc: string): Promise<Target[]> {
    const documents: OpenApi[] = [await wire.json('GET', '/docs-json'), await wire.json('GET', '/audit/docs-json')];
    for (const document of documents) {
      const answers = new DocumentedAnswers(document);
      for (const operation of operationsOf(document))
        for (const text of answers.brokenExamples(operation))
          this.find({ target: `${operation.method} ${operation.path}`, text });
    }
    return [
      ...documents.flatMap((document) => restTargets(document, wire, this.things)),
      ...methods.targets(),
      ...websocketTargets(await wire.json('GET', '/docs/asyncapi.json'), wire, this.things),
      ...wireTargets(wire.address, grpc),
    ];
  }

  /** Between rounds nothing is on its way: what the exchange keeps then, it keeps of inputs that are done with. */
  private async rounds(targets: readonly Target[], care: Care, probe: HeapProbe, endAtMs: number): Promise<void> {
    const { inputs } = this.options;
    const wheel = new Wheel(targets);
    while (this.next < inputs && performance.now() < endAtMs && this.program.isRunning) {
      const upTo = Math.min(this.next + inputsOfRound, inputs);
      await Promise.all(Array.from({ length: lanes }, () => this.lane(wheel, care, upTo, endAtMs)));
      if (this.program.isRunning) await this.weigh(probe);
    }
  }

  private async weigh(probe: HeapProbe): Promise<void> {
    try {
      this.kept.push([this.sent, await probe.keptBytesAtRest()]);
    } catch (error) {
      this.find({ target: 'the exchange', text: `its heaps cannot be looked into: ${(error as Error).message}` });
    }
  }

  private async lane(wheel: Wheel, care: Care, upTo: number, endAtMs: number): Promise<void> {
    const { only, inputs, needsCare, onProgress } = this.options;
    while (this.next < upTo && performance.now() < endAtMs) {
      const index = only ?? this.next;
      this.next += only === undefined ? 1 : inputs;
      if (needsCare && index % careEvery === careEvery - 1) await care.look();
      await this.one(index, wheel, care);
      onProgress(this.sent, this.findings.length);
      if (!this.program.isRunning) return this.find({ target: 'the exchange', text: 'it ended', index });
    }
  }

  private async one(index: number, wheel: Wheel, care: Care): Promise<void> {
    const random = randomOf(this.options.seed, index);
    const target = wheel.pick(index, random.next());
    const isBroken = random.chance(shareBroken) && index >= wheel.targets.length;
    const requestId = `fuzz-${index}`;
    const credentials = this.options.asksForCredentials ? credentialsFor(target, this.things, random) : undefined;
    const outcome = await target.send({ random, requestId, isBroken, credentials }).catch(notSent);
    this.sent += 1;
    this.enter(target, outcome);
    this.books.note(requestId, target, outcome);
    const findings = [
      ...outcome.findings,
      ...(credentials === undefined ? [] : overreach(credentials, target, outcome)),
    ];
    for (const text of findings) this.find({ target: target.name, text, index, sent: outcome.sent });
    if (outcome.verdict === 'ACCEPTED' && target.command === 'EngageKillSwitch') await care.release();
  }

  private enter({ name }: Target, { status, verdict }: Outcome): void {
    const row = this.rows.get(name) ?? { statuses: new Map(), accepted: 0, sent: 0 };
    this.rows.set(name, row);
    row.sent += 1;
    if (verdict === 'ACCEPTED') row.accepted += 1;
    row.statuses.set(status, (row.statuses.get(status) ?? 0) + 1);
  }

  private find(finding: Finding): void {
    const same = `${finding.target} ${finding.text.replace(/[0-9]+/g, '#').slice(0, 60)}`;
    const times = (this.told.get(same) ?? 0) + 1;
    this.told.set(same, times);
    if (times <= sameFindingsMax) this.findings.push(finding);
  }

  /** What the exchange has after it all: its journal, its log, and itself. */
  private async examine(wire: RestWire, beganAfter: number, banner: string): Promise<string> {
    await this.books.close(wire, beganAfter);
    for (const text of this.books.findings) this.find({ target: 'the journal', text });
    const { ok, records, checks } = await wire.json('GET', '/audit/v1/verify');
    const broken = (checks as { ok: boolean; name: string; detail: string }[]).filter((check) => !check.ok);
    for (const { name, detail } of broken) this.find({ target: 'verify', text: `${name}: ${detail}` });
    const log = this.program.output
      .slice(this.program.output.indexOf(banner) + banner.length)
      .replace(ofInspector, '')
      .trim();
    if (log !== '') this.find({ target: 'the log', text: log.slice(0, 3_000) });
    return `${ok ? 'ok' : 'BROKEN'}, ${records} records`;
  }
}

function notSent(error: Error): Outcome {
  return { status: 'none', verdict: 'UNKNOWN', findings: [`it could not be sent: ${error.stack}`], sent: '' };
}

/** Chooses targets: first each once, then by their weights. */
class Wheel {
  private readonly whole: number;

  constructor(readonly targets: readonly Target[]) {
    this.whole = targets.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** `place` is from 0 to just below 1. */
  pick(index: number, place: number): Target {
    const early = this.targets[index];
    if (early !== undefined) return early;
    let left = place * this.whole;
    for (const target of this.targets) {
      left -= target.weight;
      if (left < 0) return target;
    }
    return this.targets.at(-1)!;
  }
}
