import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isSuitable, runWithSuitableNode } from './suitable-node.js';

describe('the Node that the exchange runs on', () => {
  it.each([
    ['20.20.2', false],
    ['22.22.0', false],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('is good enough as %s: %s', (version, suitable) => {
    expect(isSuitable(version)).toBe(suitable);
  });

  it('is the installed one where the own is too old, and its exit code is handed on', async () => {
    const script = 'process.exit(Number.parseInt(process.versions.node, 10) + 100)';
    expect(await runWithSuitableNode(['-e', script])).toBe(124);
    expect(await runWithSuitableNode(['-e', 'process.kill(process.pid, "SIGKILL")'])).toBe(137);
  });

  it('ends with the process that was started, also by SIGKILL', async () => {
    const module = JSON.stringify(new URL('./suitable-node.ts', import.meta.url));
    const lasting = `import(${module}).then((it) => (it.endWithLauncher(), console.log('runs'), setInterval(() => {}, 1000)))`;
    const launch = `import(${module}).then((it) => it.runWithSuitableNode(['-e', ${JSON.stringify(lasting)}]))`;
    const launcher = spawn(process.execPath, ['-e', launch], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(launcher.stdout, 'data');

    launcher.kill('SIGKILL');

    // Its output is closed once nobody can write to it any more.
    await once(launcher, 'close');
  });
});
