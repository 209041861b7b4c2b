import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ReadingPace } from '../../edge/reading-pace.js';
import type { PushEventsRequest } from '../../peers/correlator.client.js';
import { fundedAccount, GatedJournal, openVenue, origin } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';
import { AcknowledgedMark } from './acknowledged-mark.js';
import { Correlator } from './correlator.js';
import { batchCharactersMax, batchEventsMax } from './event-batch.js';
import { EventPusher } from './event-pusher.js';

const name = 'audit-correlator';
const source = { serviceName: 'exchange-simulator', instanceName: 'one', environment: 'spec' };

/** One that answers what a spec has it answer. Real ones, in processes of their own, are in test/audit-correlator.spec.ts. */
class ScriptedCorrelator extends Correlator {
  override readonly name = name;
  known = true;
  readonly requests: PushEventsRequest[] = [];
  /** How many calls were under way at once, at most. */
  atOnceMax = 0;
  /** Up to where it has everything. */
  kept = 0;
  answer: (sequences: readonly number[]) => number = (sequences) => sequences.at(-1)!;
  private atOnce = 0;
  private tell: () => void = () => undefined;

  /** Those that asked for nothing but how far it is are left out. */
  get pushes(): number[][] {
    return this.requests.map(({ events }) => events.map(({ sequence }) => sequence)).filter(({ length }) => length > 0);
  }

  override isKnown(): boolean {
    return this.known;
  }

  override onChange(listener: () => void): () => void {
    this.tell = listener;
    return () => undefined;
  }

  appear(): void {
    this.known = true;
    this.tell();
  }

  override async push(request: PushEventsRequest): Promise<number> {
    this.requests.push(request);
    this.atOnce += 1;
    this.atOnceMax = Math.max(this.atOnceMax, this.atOnce);
    // Whatever would be sent meanwhile has its turn.
    await pause(1);
    this.atOnce -= 1;
    if (request.events.length > 0) this.kept = this.answer(request.events.map(({ sequence }) => sequence));
    return this.kept;
  }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it never came to that');
    await pause(5);
  }
}

describe('the pusher of events', () => {
  let folder: string;
  let venue: Venue;
  let correlator: ScriptedCorrelator;
  let journal: GatedJournal;
  const told: string[] = [];
  const pushers: EventPusher[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pusher-'));
    journal = new GatedJournal();
    ({ venue } = await openVenue({ journal }));
    correlator = new ScriptedCorrelator();
  });

  afterEach(async () => {
    for (const pusher of pushers.splice(0)) await pusher.stop();
    journal.release();
    await venue.close();
    rmSync(folder, { recursive: true });
    told.length = 0;
  });

  function push(): EventPusher {
    const log = { log: (line: string) => told.push(line), warn: (line: string) => told.push(line) };
    const mark = new AcknowledgedMark(folder, name);
    const pusher = new EventPusher(venue, correlator, { source, mark, pace: new ReadingPace(venue), log });
    pushers.push(pusher);
    pusher.start();
    return pusher;
  }

  async function openAccounts(count: number, accountName = 'Alice'): Promise<void> {
    const command = { type: 'OpenAccount', name: accountName, accountType: 'CUSTOMER' } as const;
    await Promise.all(Array.from({ length: count }, () => venue.submit(command, origin)));
  }

  const head = () => venue.status().durableSequence;
  const untilDone = (pusher: EventPusher) => until(() => pusher.status()?.acknowledgedSequence === head());

  it('pushes what was journaled before it came and what is committed since, each event once and in order', async () => {
    const accountId = await fundedAccount(venue);
    const pusher = push();
    await untilDone(pusher);
    await venue.submit({ type: 'Deposit', accountId, asset: 'USD', amount: 1n }, { ...origin, causedBy: accountId });
    await untilDone(pusher);
    expect(correlator.pushes.flat()).toEqual(numbers(1, head()));
    const { events, source: whose } = correlator.requests.at(-1)!;
    expect(whose).toEqual({ venueId: await venue.journalId(), ...source });
    const event = events.at(-1)!;
    expect(event).toMatchObject({ time: { seconds: 1_700_000_000, nanos: 0 }, hash: await journal.hashAt(head()) });
    expect(event).toMatchObject({ origin: { transport: 'REST', requestId: 'spec', causedBy: accountId } });
    expect(JSON.parse(event.command)).toMatchObject({
      type: 'Deposit',
      accountId: `acc-${accountId}`,
      amount: '0.00000001',
    });
    expect(event.facts.map((fact) => JSON.parse(fact).type)).toEqual(['FundsMoved']);
    expect(pusher.status()).toMatchObject({ lagEvents: 0, pushed: head(), failures: 0, lastFailure: undefined });
  });

  it('does nothing before discovery has a correlator, and begins when it does', async () => {
    correlator.known = false;
    const pusher = push();
    await openAccounts(3);
    correlator.appear();
    await untilDone(pusher);
    expect(correlator.pushes[0]![0]).toBe(1);
  });

  it('is not there for the venue while there is no correlator', async () => {
    correlator.known = false;
    const observed: unknown[] = [];
    venue.observe = (observer) => observed.push(observer);
    const pusher = push();
    await openAccounts(1);
    expect(observed).toEqual([]);
    expect(pusher.status()).toBeUndefined();
    correlator.appear();
    await until(() => observed.length === 1);
  });

  it('pushes nothing that is not committed', async () => {
    const pusher = push();
    await untilDone(pusher);
    const before = head();
    journal.hold();
    const opened = openAccounts(1);
    await until(() => venue.exchange.sequence === before + 1);
    correlator.appear();
    await pause(50);
    expect(correlator.pushes.flat()).toEqual(numbers(1, before));
    journal.release();
    await opened;
    await untilDone(pusher);
    expect(correlator.pushes.flat()).toEqual(numbers(1, before + 1));
  });

  it('pushes one bounded batch at a time', async () => {
    await openAccounts(2 * batchEventsMax + 10);
    const pusher = push();
    await untilDone(pusher);
    expect(correlator.pushes.map(({ length }) => length)).toEqual([
      batchEventsMax,
      batchEventsMax,
      head() - 2 * batchEventsMax,
    ]);
    expect(correlator.atOnceMax).toBe(1);
  });

  it('bounds the text of a batch as well, and lets one long event go by itself', async () => {
    const before = head();
    await openAccounts(1, 'x'.repeat(2 * batchCharactersMax));
    await openAccounts(3, 'x'.repeat(batchCharactersMax / 5));
    const pusher = push();
    await untilDone(pusher);
    // The name of an account is in its command and in its event.
    expect(correlator.pushes).toEqual([numbers(1, before), [before + 1], [before + 2, before + 3], [before + 4]]);
  });

  it('sends the same again until it is answered, and nothing else meanwhile', async () => {
    let failing = 3;
    correlator.answer = (sequences) => {
      failing -= 1;
      if (failing >= 0) throw new Error('nobody there');
      return sequences.at(-1)!;
    };
    const pusher = push();
    await until(() => pusher.status()?.lastFailure === 'nobody there');
    await untilDone(pusher);
    const [first, ...others] = correlator.pushes;
    expect(others).toHaveLength(3);
    for (const again of others) expect(again).toEqual(first);
    expect(pusher.status()).toMatchObject({ failures: 3, lastFailure: undefined });
    expect(told.slice(1)).toEqual([`events wait for ${name}: nobody there`, `events go to ${name} again`]);
  });

  it('goes on after what was taken, where that is less than was sent', async () => {
    correlator.answer = ([first]) => first!;
    await openAccounts(2);
    const pusher = push();
    await untilDone(pusher);
    expect(correlator.pushes).toEqual(numbers(1, head()).map((first) => numbers(first, head())));
  });

  it('begins anew for a correlator that has lost everything', async () => {
    const pusher = push();
    await untilDone(pusher);
    let lost = true;
    correlator.answer = (sequences) => {
      if (!lost) return sequences.at(-1)!;
      lost = false;
      return 0;
    };
    const before = head();
    await openAccounts(1);
    await untilDone(pusher);
    expect(correlator.pushes).toEqual([numbers(1, before), [before + 1], numbers(1, before + 1)]);
  });

  it('asks how far a correlator is when discovery has news, and sends what it lost, though nothing is committed', async () => {
    const pusher = push();
    await untilDone(pusher);
    correlator.requests.length = 0;
    correlator.kept = 0;
    correlator.appear();
    await until(() => correlator.pushes.length === 1);
    await untilDone(pusher);
    expect(correlator.requests.map(({ events }) => events.length)).toEqual([0, head()]);
  });

  it('does not go on with one that takes nothing, or has more than there is', async () => {
    correlator.answer = () => 0;
    const pusher = push();
    await until(() => pusher.status()?.lastFailure === 'it took none of the events from 1 on');
    correlator.answer = () => head() + 1;
    const tooFar = `it says that it has events up to ${head() + 1}, and the journal ends at ${head()}`;
    await until(() => pusher.status()?.lastFailure === tooFar);
    expect(pusher.status()).toMatchObject({ acknowledgedSequence: 0, lagEvents: head() });
    correlator.answer = (sequences) => sequences.at(-1)!;
    await untilDone(pusher);
  });

  describe('after a restart', () => {
    const kept = () => JSON.parse(readFileSync(join(folder, 'correlator.json'), 'utf8'));

    async function firstRun(): Promise<number> {
      const pusher = push();
      await untilDone(pusher);
      await pusher.stop();
      correlator.requests.length = 0;
      return head();
    }

    it('goes on after its mark', async () => {
      const acknowledged = await firstRun();
      expect(kept()).toEqual({ correlator: name, venueId: await venue.journalId(), sequence: acknowledged });
      await openAccounts(2);
      await untilDone(push());
      expect(correlator.pushes.flat()).toEqual([acknowledged + 1, acknowledged + 2]);
    });

    it('skips what the correlator has beyond an old mark', async () => {
      const acknowledged = await firstRun();
      writeFileSync(join(folder, 'correlator.json'), JSON.stringify({ ...kept(), sequence: 0 }));
      await openAccounts(batchEventsMax);
      correlator.answer = (sequences) => Math.max(acknowledged + batchEventsMax - 1, sequences.at(-1)!);
      await untilDone(push());
      expect(correlator.pushes).toEqual([numbers(1, batchEventsMax), [head()]]);
    });

    it.each([
      ['another correlator', (mark: object) => JSON.stringify({ ...mark, correlator: 'other' })],
      ['another journal', (mark: object) => JSON.stringify({ ...mark, venueId: '0123456789abcdef' })],
      ['half a file', (mark: object) => JSON.stringify(mark).slice(0, 20)],
      ['nonsense', () => 'null'],
    ])('does not go by the mark of %s', async (_what, changed) => {
      await firstRun();
      writeFileSync(join(folder, 'correlator.json'), changed(kept()));
      await untilDone(push());
      expect(correlator.pushes.flat()).toEqual(numbers(1, head()));
    });
  });
});
