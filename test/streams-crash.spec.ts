import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Random } from '../scripts/crash/random.js';
import { EventLoad, lineOf, toldByJournal } from './event-load.fixture.js';
import { type EventReader, openEventReader, transports } from './event-reader.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { ServerProcess } from './server.fixture.js';

jest.setTimeout(300_000);

const kills = 5;
/** A kill comes when so much was published since the last, at the least and at the most. */
const eventsLeast = 100;
const eventsMost = 1_000;

it('publishes nothing that a SIGKILL could take back', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'streams-crash-'));
  const environment = { STORE: 'disk', DATA_DIR: dataDirectory, LOG_LEVEL: 'warn', SNAPSHOT_EVERY: '500' };
  const random = new Random(Date.now());
  const load = new EventLoad(random);
  let server = new ServerProcess(environment);
  try {
    let addresses = await server.ready(60_000);
    await load.openAccounts(addresses.http);
    for (let kill = 0; kill < kills; kill += 1) {
      const readers = await Promise.all(
        transports.flatMap((transport) => [
          openEventReader(transport, addresses, 'audit', {}),
          ...load.accountIds.map((accountId) => openEventReader(transport, addresses, 'account', { accountId })),
        ]),
      );
      load.begin(addresses.http);
      const published = random.between(eventsLeast, eventsMost);
      while (readers[0]!.events.length < published) await pause(1);
      await server.kill();
      await load.end();
      await Promise.all(readers.map((reader) => reader.lose()));

      const told = new Set((await toldByJournal(dataDirectory))());
      const lost = readers.flatMap(({ events }) => events.map(lineOf)).filter((line) => !told.has(line));
      expect(lost).toEqual([]);
      server = new ServerProcess(environment);
      addresses = await server.ready(60_000);
      await compareWithNow(readers, addresses);
    }
  } finally {
    await server.kill();
    rmSync(dataDirectory, { recursive: true });
  }
});

/** What was received before is told again after the restart, in the same words. */
async function compareWithNow(
  readers: readonly EventReader[],
  addresses: { http: string; grpc: string },
): Promise<void> {
  const received = readers.flatMap(({ events }) => events);
  const from = Math.min(...received.map(({ sequence }) => sequence));
  const upTo = Math.max(...received.map(({ sequence }) => sequence));
  const again = await openEventReader('WEBSOCKET', addresses, 'audit', { fromSequence: from });
  while (!(again.events.at(-1)?.sequence > upTo) && !(again.heartbeats.at(-1)?.sequence >= upTo)) await pause(10);
  await again.lose();
  const now = new Map(again.events.map((event) => [lineOf(event), event]));
  for (const event of received) expect(now.get(lineOf(event))).toEqual(event as Answer);
}
