import type { Outcome, Target } from './outcome.js';
import type { RestWire } from './rest-targets.js';

/** What leads to records without being a command itself. */
const mayCommand = /Stream|scenario/i;

interface Told {
  readonly target: Target;
  readonly outcome: Outcome;
}

interface JournalRecord {
  readonly sequence: number;
  readonly origin: { readonly transport: string; readonly requestId?: string };
  readonly command: { readonly type: string };
  readonly reject?: { readonly code: string };
}

/** How many inputs of a kind of command were answered how, and how many records that makes. */
export interface CommandCount {
  accepted: number;
  repeated: number;
  /** Answered as carried out, though there was nothing to do. */
  idle: number;
  refused: number;
  unknown: number;
  records: number;
}

/** The same request gives the first result again. */
const repeatable = new Set(['OpenAccount', 'Deposit', 'Withdraw', 'Transfer', 'PlaceOrder']);
/** What is so already is not done again, and leaves no record. */
const idempotent = new Set(['ChangeAccountStatus', 'EngageKillSwitch', 'ReleaseKillSwitch', 'SetRiskLimits']);
/** These may come to no record: nothing is due, nothing is in force. */
const mayBeNone = new Set(['CloseSettlementCycle', 'EndFault']);
/** These may come to several: all that is due is closed, and some faults change markets or move prices. */
const mayBeSeveral = new Set([...mayBeNone, 'InjectFault']);
/** What injecting and ending faults comes to, by itself or by a scenario. */
const ofFaults = new Set(['InjectFault', 'EndFault', 'ChangeMarketStatus', 'ConfigureVenue', 'MovePrices']);
/** What reading an account's events may ask for. */
const ofStreams = new Set(['ArmCancelOnDisconnect', 'DisarmCancelOnDisconnect', 'CancelOrders']);

/** Holds the journal to what clients were told: each record is one accepted input, or one refusal that is kept. */
export class Books {
  readonly counts = new Map<string, CommandCount>();
  readonly findings: string[] = [];
  private readonly told = new Map<string, Told>();
  private readonly recorded = new Map<string, number>();

  note(requestId: string, target: Target, outcome: Outcome): void {
    if (target.command === undefined && !mayCommand.test(target.name)) return;
    this.told.set(requestId, { target, outcome: { ...outcome, sent: '' } });
  }

  /** Reads the whole journal from `afterSequence` on. */
  async close(wire: RestWire, afterSequence: number): Promise<void> {
    let cursor: string | undefined;
    do {
      const position = cursor === undefined ? `afterSequence=${afterSequence}` : `cursor=${cursor}`;
      const { items, nextCursor } = await wire.json('GET', `/audit/v1/events?limit=500&${position}`);
      for (const record of items as JournalRecord[]) this.take(record);
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    this.settle();
  }

  private take({ sequence, origin, command, reject }: JournalRecord): void {
    const { transport, requestId = '' } = origin;
    if (transport === 'SYSTEM' || (transport === 'WEBSOCKET' && ofStreams.has(command.type))) return;
    const told = this.told.get(requestId);
    this.recorded.set(requestId, (this.recorded.get(requestId) ?? 0) + 1);
    this.countOf(command.type).records += 1;
    const wrong = told === undefined ? 'nobody was told of it' : mismatch(told, command.type, reject?.code);
    if (wrong !== undefined) this.findings.push(`record ${sequence} (${command.type}, ${requestId}): ${wrong}`);
  }

  private settle(): void {
    const first = new Set<string>();
    for (const [requestId, { target, outcome }] of this.told)
      if (this.recorded.has(requestId)) for (const id of outcome.madeIds ?? []) first.add(`${target.command} ${id}`);
    for (const [requestId, { target, outcome }] of this.told) {
      const { name, command } = target;
      if (command === undefined) continue;
      const records = this.recorded.get(requestId) ?? 0;
      const made = outcome.madeIds ?? [];
      const isRepeat = repeatable.has(command) && made.some((id) => first.has(`${command} ${id}`));
      this.count(command, outcome, records, isRepeat);
      const nothingToDo = idempotent.has(command) || (command === 'CancelOrders' && made.length === 0);
      const mayBeIdle = isRepeat || nothingToDo || mayBeNone.has(command);
      if (outcome.verdict === 'ACCEPTED' && records === 0 && !mayBeIdle)
        this.findings.push(`${name} (${requestId}) was answered with ${outcome.status}, and is in no record`);
      if (records > 1 && !mayBeSeveral.has(command))
        this.findings.push(`${name} (${requestId}) is in ${records} records`);
    }
    for (const [command, count] of this.counts) this.check(command, count);
  }

  /** The numbers of each kind have to come to the same. */
  private check(command: string, { accepted, refused, unknown, records }: CommandCount): void {
    const isOwn = !mayBeSeveral.has(command) && !ofStreams.has(command) && !ofFaults.has(command);
    if (!isOwn || accepted + refused + unknown === records) return;
    this.findings.push(
      `${records} records of ${command}, for ${accepted} accepted, ${refused} refused, ${unknown} unanswered`,
    );
  }

  private count(command: string, { verdict }: Outcome, records: number, isRepeat: boolean): void {
    const count = this.countOf(command);
    if (records === 0) {
      if (verdict === 'ACCEPTED' && isRepeat) count.repeated += 1;
      else if (verdict === 'ACCEPTED') count.idle += 1;
    } else if (verdict === 'ACCEPTED') count.accepted += 1;
    else if (verdict === 'UNKNOWN') count.unknown += 1;
    else count.refused += 1;
  }

  private countOf(command: string): CommandCount {
    const none = { accepted: 0, repeated: 0, idle: 0, refused: 0, unknown: 0, records: 0 };
    return this.counts.get(command) ?? this.counts.set(command, none).get(command)!;
  }
}

function mismatch({ target, outcome }: Told, type: string, rejectCode: string | undefined): string | undefined {
  if (outcome.verdict === 'UNKNOWN') return undefined;
  const { command } = target;
  if (command === undefined && (ofStreams.has(type) || ofFaults.has(type))) return undefined;
  if (command !== type && ofFaults.has(type) && ofFaults.has(command!)) return undefined;
  if (command !== type) return `${target.name} was asked for`;
  const isRejected = rejectCode !== undefined;
  if (isRejected === (outcome.verdict === 'REFUSED')) return undefined;
  return `it is ${rejectCode ?? 'carried out'}, and ${target.name} was answered with ${outcome.status}`;
}
