import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { copyFromContext } from './image/build-context.js';
import { stagesOf, variablesOf } from './image/dockerfile.js';

/*
 * Goes through the Dockerfile without Docker: each stage is a folder, COPY obeys .dockerignore, RUN runs what
 * npm does, and what would be the image is started and checked with its own health check. What it cannot show
 * is the base image.
 */

const readyMsMax = 20_000;
const root = mkdtempSync(join(tmpdir(), 'image-'));
const dockerignore = readFileSync('.dockerignore', 'utf8');
const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));
const path = `${dirname(process.execPath)}:${process.env.PATH}`;

try {
  for (const stage of stages.keys()) build(stage);
  await start();
  console.log('The image would work.');
} finally {
  rmSync(root, { recursive: true, force: true });
}

function folderOf(stage: string, absolute = '/app'): string {
  return join(root, stage, absolute);
}

function build(index: number): void {
  const { name, instructions } = stages[index]!;
  mkdirSync(folderOf(name), { recursive: true });
  for (const { word, rest } of instructions) {
    if (word === 'COPY') copy(name, rest);
    // The folder of the data and its owner are the one thing that only a container has.
    else if (word === 'RUN' && rest.startsWith('npm ')) run(rest, folderOf(name));
  }
}

function copy(stage: string, rest: string): void {
  const from = /^--from=(\S+) /.exec(rest)?.[1];
  const [target, ...sources] = rest
    .replace(/^--from=\S+ /, '')
    .split(' ')
    .reverse() as [string, ...string[]];
  for (const source of sources) {
    const place = join(folderOf(stage), target.endsWith('/') ? join(target, basename(source)) : target);
    if (from === undefined) copyFromContext(source, place, dockerignore);
    else cpSync(folderOf(from, source), place, { recursive: true, verbatimSymlinks: true });
  }
}

function run(command: string, directory: string): void {
  console.log(`RUN ${command}`);
  const { status } = spawnSync('sh', ['-c', command], {
    cwd: directory,
    env: { ...process.env, PATH: path },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

async function start(): Promise<void> {
  const { name, instructions } = stages.at(-1)!;
  const directory = folderOf(name);
  if (existsSync(join(directory, 'node_modules/jest'))) throw new Error('the image has development dependencies');
  const restOf = (wanted: string) => instructions.find(({ word }) => word === wanted)!.rest;
  const [program, ...args] = JSON.parse(restOf('CMD')) as [string, ...string[]];
  const own = { ...variablesOf(restOf('ENV')), DATA_DIR: join(root, 'data'), ADMIN_TOKEN: 'rehearsal-token' };
  const environment: NodeJS.ProcessEnv = { PATH: path, ...own, HOST: '127.0.0.1', HTTP_PORT: '18080', GRPC_PORT: '0' };
  const [, check] = /CMD (\[.*\])/.exec(restOf('HEALTHCHECK'))!;
  const server = spawn(program, args, { cwd: directory, env: environment, stdio: 'inherit' });
  const ended = new Promise<number | null>((resolve) => server.once('close', resolve));
  try {
    await healthy(JSON.parse(check!) as [string, ...string[]], environment);
    server.kill('SIGTERM');
    if ((await ended) !== 0) throw new Error('SIGTERM did not end it with 0');
  } finally {
    server.kill('SIGKILL');
  }
}

async function healthy([program, ...args]: [string, ...string[]], env: NodeJS.ProcessEnv): Promise<void> {
  const end = Date.now() + readyMsMax;
  while (spawnSync(program, args, { env }).status !== 0) {
    if (Date.now() > end) throw new Error(`HEALTHCHECK failed for ${readyMsMax} ms`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}
