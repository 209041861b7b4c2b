import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { mutations } from '../scripts/simulate/mutations.js';
import { sourceProgram } from './server.fixture.js';

jest.setTimeout(300_000);

/** What it prints; where a seed fails, that is the error, with the shortened history. */
async function simulate(...options: string[]): Promise<string> {
  const [node, ...program] = sourceProgram('scripts/simulate.ts');
  const { stdout } = await promisify(execFile)(node!, [...program, ...options]);
  return stdout;
}

it('keeps its promises in five hundred simulations of all that can go wrong (npm run simulate)', async () => {
  const summary = await simulate('--seeds', '500');
  expect(summary).toMatch(/^ {2}seeds +500$/m);
  const count = (what: string) => Number(new RegExp(`${what} +(\\d+)`).exec(summary)?.[1]);
  expect(count('crashes and restarts')).toBeGreaterThan(500);
  expect(count('strikes of faults')).toBeGreaterThan(500);
  expect(count('gaps noticed by readers')).toBeGreaterThan(10);
});

it('repeats a seed exactly', async () => {
  const histories = [
    await simulate('--seeds', '1', '--seed', '3', '--history'),
    await simulate('--seeds', '1', '--seed', '3', '--history'),
  ];
  const [first, second] = histories.map((history) => history.replace(/seeds per minute.*/, ''));
  expect(first).toMatch(/hash of the last record +[0-9a-f]{64}/);
  expect(second).toBe(first);
});

it.each(mutations)('can still be broken so that $name (npm run simulate:mutations)', ({ file, text }) => {
  expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
});
