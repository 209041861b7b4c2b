import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnapshotStore } from './snapshots.js';

let directory: string;
let store: SnapshotStore;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'snapshots-'));
  store = new SnapshotStore(directory);
});

afterEach(() => rmSync(directory, { recursive: true }));

const snapshot = (sequence: number) => ({
  sequence,
  recordHash: `record-${sequence}`,
  stateHash: `state-${sequence}`,
  state: JSON.stringify({ text: 'a "quoted" line\n', sequence }),
});

async function kept() {
  const snapshots = [];
  for await (const snapshot of store.newestFirst()) snapshots.push(snapshot);
  return snapshots;
}

/** Changes one character in the middle of a snapshot's file. */
function damage(sequence: number): void {
  const path = join(directory, 'snapshots', `snapshot-${String(sequence).padStart(15, '0')}.json`);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
}

it('has none at first', async () => {
  expect(await kept()).toEqual([]);
});

it('gives back what was written, newest first, and keeps two', async () => {
  for (const sequence of [9, 10, 100]) await store.write(snapshot(sequence));
  expect(await kept()).toEqual([snapshot(100), snapshot(10)]);
  expect(readdirSync(join(directory, 'snapshots'))).toHaveLength(2);
});

it('passes over a damaged one with a reason, and the older one is good', async () => {
  await store.write(snapshot(1));
  await store.write(snapshot(2));
  damage(2);
  expect(await kept()).toEqual([{ sequence: 2, damaged: 'its checksum does not fit its content' }, snapshot(1)]);
});

it.each([0, 30, 65, 70])('notices one that was cut off after %i bytes', async (length) => {
  await store.write(snapshot(5));
  const path = join(directory, 'snapshots', readdirSync(join(directory, 'snapshots'))[0]!);
  writeFileSync(path, readFileSync(path).subarray(0, length));
  expect(await kept()).toEqual([{ sequence: 5, damaged: 'its checksum does not fit its content' }]);
});

it('notices one under the name of another', async () => {
  await store.write(snapshot(5));
  const folder = join(directory, 'snapshots');
  writeFileSync(join(folder, 'snapshot-000000000000006.json'), readFileSync(join(folder, readdirSync(folder)[0]!)));
  expect(await kept()).toEqual([{ sequence: 6, damaged: 'it is one of 5' }, snapshot(5)]);
});

it('clears away what a crash left half written, and what belongs to a later journal', async () => {
  await store.write(snapshot(50));
  writeFileSync(join(directory, 'snapshots', 'snapshot-000000000000007.json.tmp'), 'half');
  await store.write(snapshot(8));
  expect(readdirSync(join(directory, 'snapshots'))).toEqual(['snapshot-000000000000008.json']);
});
