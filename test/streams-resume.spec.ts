import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Random } from '../scripts/crash/random.js';
import { EventLoad, lineOf, toldByJournal } from './event-load.fixture.js';
import { type EventReader, openEventReader, type StreamAddresses, transports } from './event-reader.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(300_000);

const connections = 100;
/** Every tenth connection is a risk monitor's, the others are of accounts. */
const dropCopyEvery = 10;
/** The load goes on until so much has happened, and each reader has lost its connection. */
const lossesLeast = 2 * connections;
const eventsLeast = 1_000;

/** A client that loses its connection again and again, and goes on where it was. */
class ResumingReader {
  readonly events: Answer[] = [];
  losses = 0;
  private reader: EventReader | undefined;

  constructor(
    private readonly number: number,
    private readonly addresses: StreamAddresses,
    readonly accountId: string | undefined,
  ) {}

  get last(): Answer {
    return this.events.at(-1);
  }

  async open(): Promise<void> {
    const kind = this.accountId === undefined ? 'audit' : 'account';
    const transport = transports[this.number % 2]!;
    const account = this.accountId === undefined ? {} : { accountId: this.accountId };
    this.reader = await openEventReader(transport, this.addresses, kind, { ...account, ...this.beginning() });
  }

  /** Breaks the connection, in the middle of a record as well as between two. */
  async lose(): Promise<void> {
    await this.reader!.lose();
    this.losses += 1;
    this.takeOver();
  }

  takeOver(): void {
    const { last } = this;
    for (const event of this.reader!.events.splice(0)) if (isAfter(event, last)) this.events.push(event);
  }

  /** Some count by the numbers of their account, the others by the journal's sequence, which may have been cut in two. */
  private beginning(): object {
    if (this.last === undefined) return { fromSequence: 1 };
    const { sequence, accountSequence } = this.last;
    const countsByAccount = this.accountId !== undefined && this.number % 4 < 2;
    return countsByAccount ? { fromAccountSequence: accountSequence + 1 } : { fromSequence: sequence };
  }
}

function isAfter(event: Answer, last: Answer): boolean {
  if (last === undefined || event.sequence > last.sequence) return true;
  return event.sequence === last.sequence && event.eventIndex > last.eventIndex;
}

it(`a hundred readers whose connections are lost at any moment under load end with exactly what the journal has`, async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'streams-resume-'));
  const random = new Random(Date.now());
  const server = new ServerProcess({ STORE: 'disk', DATA_DIR: dataDirectory, LOG_LEVEL: 'warn' });
  try {
    const addresses = await server.ready(60_000);
    const load = new EventLoad(random);
    await load.openAccounts(addresses.http);
    const readers = Array.from({ length: connections }, (_, number) => {
      const accountId = number % dropCopyEvery === 0 ? undefined : load.accountIds[number % load.accountIds.length];
      return new ResumingReader(number, addresses, accountId);
    });
    await Promise.all(readers.map((reader) => reader.open()));
    load.begin(addresses.http);
    let isLoaded = true;
    const losing = readers.map(async (reader) => {
      while (isLoaded) {
        await pause(random.between(100, 4_000));
        await reader.lose();
        await pause(random.between(0, 300));
        await reader.open();
      }
    });
    const isEnough = () =>
      readers.every(({ losses }) => losses > 0) &&
      readers.reduce((sum, { losses }) => sum + losses, 0) >= lossesLeast &&
      readers[0]!.events.length >= eventsLeast;
    while (!isEnough()) await pause(100);
    await load.end();
    isLoaded = false;
    await Promise.all(losing);
    const told = await toldByJournal(dataDirectory);
    for (const reader of readers) await upTo(reader, told(reader.accountId).at(-1)!);
    for (const reader of readers) await reader.lose();

    for (const { events, accountId } of readers) expect(events.map(lineOf)).toEqual(told(accountId));
    // The same event is the same in every word, whoever reads it, over whatever, then or later.
    const [dropCopy] = readers;
    for (const { events, accountId } of readers) {
      const same = dropCopy!.events.filter((event) => accountId === undefined || event.accountId === accountId);
      expect(events).toEqual(same);
    }
  } finally {
    await server.kill();
    rmSync(dataDirectory, { recursive: true });
  }
});

async function upTo(reader: ResumingReader, line: string): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    reader.takeOver();
    if (reader.last !== undefined && lineOf(reader.last) === line) return;
    await pause(10);
  }
  throw new Error(`the last event is ${reader.last && lineOf(reader.last)} instead of ${line}`);
}
