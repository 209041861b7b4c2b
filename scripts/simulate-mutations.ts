import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { wholeNumber } from './command-line.js';
import { type Mutation, mutations } from './simulate/mutations.js';

const program = new Command('simulate-mutations')
  .description(
    'Breaks a copy of the exchange on purpose, one way after the other, and looks for the seed whose simulation finds it. ' +
      'Run it in the root of the project.',
  )
  .option('--seeds <count>', 'how many seeds may look for each', wholeNumber, 500)
  .parse();

const findingCharactersMax = 70;

const { seeds } = program.opts<{ seeds: number }>();
const scratch = mkdtempSync(join(tmpdir(), 'exchange-mutations-'));
const table = new Table({ head: ['mutation', 'file', 'found by seed', 'as'], style: { head: [], border: [] } });

try {
  // In a copy that simulates from its sources, the sources can be changed.
  for (const folder of ['src', 'scripts', 'test']) cpSync(folder, join(scratch, folder), { recursive: true });
  cpSync('package.json', join(scratch, 'package.json'));
  cpSync('proto', join(scratch, 'proto'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(scratch, 'node_modules'));
  for (const mutation of mutations) {
    const [seed, finding] = foundBy(mutation);
    table.push([mutation.name, mutation.file, seed ?? 'none', finding]);
    process.stdout.write(`${mutation.name}: ${seed ?? `not found by ${seeds} seeds`}\n`);
    if (seed === undefined) process.exitCode = 1;
  }
  process.stdout.write(`\n${table.toString()}\n`);
} finally {
  rmSync(scratch, { recursive: true });
}

function foundBy({ file, text, becomes }: Mutation): [seed: string | undefined, finding: string] {
  const path = join(scratch, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(text).length !== 2) throw new Error(`${file} does not have this once: ${text}`);
  writeFileSync(
    path,
    source.replace(text, () => becomes),
  );
  const program = ['--import', './test/typescript-modules.js', 'scripts/simulate.ts', '--whole', '--seeds', `${seeds}`];
  const { stdout, stderr } = spawnSync(process.execPath, program, { cwd: scratch, encoding: 'utf8' });
  writeFileSync(path, source);
  const found = /FAILED seed (\d+), with \d+ steps: (.*)/.exec(stderr);
  if (found === null && !stdout.includes('seeds per minute')) throw new Error(`the simulation did not run: ${stderr}`);
  return [found?.[1], found?.[2]?.slice(0, findingCharactersMax) ?? ''];
}
