import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectoryInUse, DirectoryLock, DirectoryUnusable } from './directory-lock.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

async function holdInAnotherProcess(): Promise<ChildProcess> {
  const holder = fileURLToPath(new URL('./lock-holder.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', holder, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
}

it('refuses a second process and names the first, until that one is gone', async () => {
  const child = await holdInAnotherProcess();
  try {
    expect(() => DirectoryLock.acquire(directory)).toThrow(`is in use by process ${child.pid}`);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  DirectoryLock.acquire(directory).release();
});

it('refuses a second opening in the same process, until the first is released', () => {
  const lock = DirectoryLock.acquire(directory);
  expect(() => DirectoryLock.acquire(directory)).toThrow(DirectoryInUse);
  expect(() => DirectoryLock.acquire(directory)).toThrow(`process ${process.pid}`);
  lock.release();
  DirectoryLock.acquire(directory).release();
});

it('makes the directory if there is none', () => {
  DirectoryLock.acquire(join(directory, 'a', 'b')).release();
});

it('says of a place that cannot be a directory what is wrong with it, and which setting names it', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  expect(() => DirectoryLock.acquire(file)).toThrow(DirectoryUnusable);
  expect(() => DirectoryLock.acquire(file)).toThrow(/file cannot be used: EEXIST.*; see DATA_DIR/);
});
