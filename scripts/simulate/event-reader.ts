import type { FaultBoard } from '../../src/chaos/fault-board.js';
import type { FaultKind } from '../../src/chaos/fault-kinds.js';
import type { Outlet, StreamMessage, Subscription } from '../../src/edge/stream.js';
import type { StreamFaults } from '../../src/edge/stream-faults.js';
import { formatId } from '../../src/engine/ids.js';
import type { AccountEventView } from '../../src/streams/account/account-event-view.js';
import { type EventSources, EventSubscription } from '../../src/streams/account/event-subscription.js';
import { discrepancy } from '../crash/discrepancy.js';
import type { Random } from '../crash/random.js';
import type { PromisedEvents } from './promised-events.js';
import type { SimulatedTime } from './simulated-time.js';

const connectedMsMax = 1_000;
const connectMsMax = 20;
const congestedMsMax = 30;
const heartbeatMs = 150;

/** What a process gives streams from. */
export interface StreamedEvents extends EventSources {
  readonly faults: StreamFaults;
  readonly board: FaultBoard;
}

/** One connection, until it is lost. */
interface Connection {
  readonly sources: StreamedEvents;
  readonly subscription: Subscription;
  /** How often faults had struck streams when it was opened. */
  readonly struckBefore: number;
  readonly lostBefore: number;
}

/**
 * Reads the events of an account, or of all, over every restart, slowly now and then, and over connections that it
 * loses: it begins again with the record of the last event that it has, and passes by what it has had. So it must
 * come to every fact of the journal, once and in order. Where a fault strikes the stream of an account, the numbers
 * of its events must show what is missing; then too it begins again with the last that it has.
 */
export class EventReader {
  /** How often something was missing or out of order. */
  noticed = 0;
  private received = 0;
  private last = { sequence: 0, eventIndex: -1, accountSequence: 0 };
  private sources: StreamedEvents | undefined = undefined;
  private connection: Connection | undefined = undefined;

  constructor(
    private readonly time: SimulatedTime,
    private readonly random: Random,
    private readonly promised: PromisedEvents,
    private readonly onFault: (error: unknown) => void,
    private readonly accountId?: number,
  ) {}

  open(sources: StreamedEvents): void {
    this.sources = sources;
    const isCurrent = () => this.connection === connection;
    const whenConnected = (ms: number, run: () => void) => this.time.later(ms, () => isCurrent() && run());
    const selection = { accountId: this.accountId, fromSequence: Math.max(1, this.last.sequence) };
    const events = {
      acknowledgement: {},
      open: (outlet: Outlet<AccountEventView>) => new EventSubscription(sources, selection, outlet),
    };
    // The drop copy is never struck.
    const { publicId: accountId } = this;
    const source = accountId === undefined ? events : sources.faults.around(events, { channel: 'events', accountId });
    const connection: Connection = {
      sources,
      subscription: source.open(this.outlet(isCurrent, whenConnected)),
      struckBefore: struckBy(sources.board, mixingKinds),
      lostBefore: struckBy(sources.board, losingKinds),
    };
    this.connection = connection;
    whenConnected(this.random.between(50, connectedMsMax), () => this.lose(connection));
    const beat = () => {
      this.checkHeartbeat(connection);
      whenConnected(heartbeatMs, beat);
    };
    whenConnected(heartbeatMs, beat);
  }

  /** The process is gone, and the connection with it. */
  cut(): void {
    this.sources = undefined;
    this.connection = undefined;
  }

  get isComplete(): boolean {
    return this.received === this.expected.length;
  }

  get progress(): string {
    return `${this.received} of ${this.expected.length} events`;
  }

  private lose({ subscription, sources }: Connection): void {
    void subscription.close();
    this.connection = undefined;
    this.time.later(this.random.between(0, connectMsMax), () => {
      if (this.sources === sources) this.open(sources);
    });
  }

  private receive({ view }: StreamMessage<AccountEventView>): void {
    const { sequence, eventIndex, accountSequence } = view;
    const isHad =
      sequence < this.last.sequence || (sequence === this.last.sequence && eventIndex <= this.last.eventIndex);
    if (isHad) return;
    if (this.accountId !== undefined && accountSequence > this.last.accountSequence + 1) {
      this.notice(accountSequence);
      return;
    }
    const expected = this.expected[this.received] ?? 'nothing, for no more is durable';
    const found = [sequence, eventIndex, view.accountSequence, view.accountId, view.eventType].join(' ');
    if (found !== expected) this.onFault(discrepancy(`event ${this.received + 1} of ${this.name}`, expected, found));
    this.received += 1;
    this.last = { sequence, eventIndex, accountSequence };
  }

  /** Something is missing before an event: that may be where a fault has struck the stream, and nowhere else. */
  private notice(accountSequence: number): void {
    const { connection } = this;
    if (connection === undefined) return;
    if (struckBy(connection.sources.board, mixingKinds) === connection.struckBefore) {
      const promised = `event ${this.last.accountSequence + 1} of the account, for no fault struck its stream`;
      this.onFault(discrepancy(`event ${this.received + 1} of ${this.name}`, promised, accountSequence));
    }
    this.noticed += 1;
    this.lose(connection);
  }

  /** A heartbeat says that everything up to its sequence has come: what a fault holds back may not be among that. */
  private checkHeartbeat({ subscription, sources, lostBefore }: Connection): void {
    const { sequence } = subscription;
    const [next] = (this.expected[this.received] ?? '').split(' ');
    if (!next || sequence === undefined || Number(next) > sequence) return;
    // What a fault has let nobody have is told by the number of the next event.
    if (struckBy(sources.board, losingKinds) > lostBefore) return;
    this.onFault(discrepancy(`a heartbeat of ${this.name}`, `one before ${next}, which has not come`, sequence));
  }

  private outlet(
    isCurrent: () => boolean,
    whenConnected: (ms: number, run: () => void) => void,
  ): Outlet<AccountEventView> {
    const { random } = this;
    return {
      get congested() {
        return random.chance(0.1);
      },
      send: (message) => {
        if (isCurrent()) this.receive(message);
      },
      whenReady: () => new Promise((resolve) => whenConnected(random.between(1, congestedMsMax), resolve)),
      end: (reason, detail) =>
        whenConnected(0, () =>
          this.onFault(discrepancy(`the stream of ${this.name}`, 'to go on', `${reason}: ${detail}`)),
        ),
    };
  }

  private get expected(): readonly string[] {
    return this.promised.of(this.accountId);
  }

  private get publicId(): string | undefined {
    return this.accountId === undefined ? undefined : formatId('acc', this.accountId);
  }

  private get name(): string {
    return this.accountId === undefined ? 'all accounts' : `account ${this.accountId}`;
  }
}

const losingKinds: readonly FaultKind[] = ['stream-drop', 'stream-gap'];
const mixingKinds: readonly FaultKind[] = [...losingKinds, 'stream-reorder'];

function struckBy(board: FaultBoard, kinds: readonly FaultKind[]): number {
  const struck = board.struckByKind();
  return kinds.reduce((sum, kind) => sum + (struck.get(kind) ?? 0), 0);
}
