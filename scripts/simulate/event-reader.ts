import type { Outlet, StreamMessage } from '../../src/edge/stream.js';
import { formatId } from '../../src/engine/ids.js';
import { type AccountFact, accountFacts } from '../../src/journal/account-facts.js';
import { decodeBalances, decodeEvents, type RecordText } from '../../src/journal/record-codec.js';
import type { AccountEventView } from '../../src/streams/account/account-event-view.js';
import { type EventSources, EventSubscription } from '../../src/streams/account/event-subscription.js';
import { discrepancy } from '../crash/discrepancy.js';
import type { Random } from '../crash/random.js';
import type { SimulatedTime } from './simulated-time.js';

const connectedMsMax = 1_000;
const congestedMsMax = 30;

/**
 * Reads the events of an account, or of all, over every restart, slowly now and then, and over connections that it
 * loses: it begins again with the record of the last event that it has, and passes by what it has had. So it must
 * come to every fact of the journal, once and in order.
 */
export class EventReader {
  private readonly expected: string[] = [];
  private readonly counts = new Map<number, number>();
  private counted = 0;
  private received = 0;
  private last = { sequence: 0, eventIndex: -1 };
  private connection: object | undefined = undefined;

  constructor(
    private readonly time: SimulatedTime,
    private readonly random: Random,
    private readonly durable: readonly RecordText[],
    private readonly onFault: (error: unknown) => void,
    private readonly accountId?: number,
  ) {}

  open(sources: EventSources): void {
    const connection = {};
    this.connection = connection;
    const whenConnected = (ms: number, run: () => void) =>
      this.time.later(ms, () => this.connection === connection && run());
    const selection = { accountId: this.accountId, fromSequence: Math.max(1, this.last.sequence) };
    const subscription = new EventSubscription(sources, selection, this.outlet(whenConnected));
    whenConnected(this.random.between(50, connectedMsMax), () => {
      subscription.close();
      this.open(sources);
    });
  }

  /** The connection is gone. */
  cut(): void {
    this.connection = undefined;
  }

  get isComplete(): boolean {
    this.count();
    return this.received === this.expected.length;
  }

  get progress(): string {
    return `${this.received} of ${this.expected.length} events`;
  }

  private receive({ view }: StreamMessage<AccountEventView>): void {
    const { sequence, eventIndex } = view;
    const isHad =
      sequence < this.last.sequence || (sequence === this.last.sequence && eventIndex <= this.last.eventIndex);
    if (isHad) return;
    this.count();
    const expected = this.expected[this.received] ?? 'nothing, for no more is durable';
    const found = [sequence, eventIndex, view.accountSequence, view.accountId, view.eventType].join(' ');
    if (found !== expected) this.onFault(discrepancy(`event ${this.received + 1} of ${this.name}`, expected, found));
    this.received += 1;
    this.last = { sequence, eventIndex };
  }

  private outlet(whenConnected: (ms: number, run: () => void) => void): Outlet<AccountEventView> {
    const { random } = this;
    return {
      get congested() {
        return random.chance(0.1);
      },
      send: (message) => this.receive(message),
      whenReady: () => new Promise((resolve) => whenConnected(random.between(1, congestedMsMax), resolve)),
      end: (reason, detail) =>
        whenConnected(0, () =>
          this.onFault(discrepancy(`the stream of ${this.name}`, 'to go on', `${reason}: ${detail}`)),
        ),
    };
  }

  private get name(): string {
    return this.accountId === undefined ? 'all accounts' : `account ${this.accountId}`;
  }

  private count(): void {
    for (; this.counted < this.durable.length; this.counted += 1) {
      const { sequence, events, balances } = this.durable[this.counted]!;
      const facts = accountFacts({ events: decodeEvents(events), balances: decodeBalances(balances) });
      for (const [index, fact] of facts.entries()) this.expect(sequence, index, fact);
    }
  }

  private expect(sequence: number, index: number, { accountId, type }: AccountFact): void {
    const number = (this.counts.get(accountId) ?? 0) + 1;
    this.counts.set(accountId, number);
    if (this.accountId !== undefined && this.accountId !== accountId) return;
    this.expected.push([sequence, index, number, formatId('acc', accountId), type].join(' '));
  }
}
