import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

interface Cruise {
  readonly violations: readonly { readonly rule: { readonly name: string } }[];
  readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
}

/** What the command behind `npm run check:imports` finds in a tree of sources. */
function cruise(root: string): { broken: Set<string>; rules: Set<string> } {
  const argv = [
    'src',
    'clients/typescript/src',
    '--config',
    resolve('.dependency-cruiser.js'),
    '--output-type',
    'json',
  ];
  const { stdout, stderr } = spawnSync(resolve('node_modules/.bin/depcruise'), argv, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (stdout === '') throw new Error(stderr);
  const { violations, ruleSetUsed } = (JSON.parse(stdout) as { summary: Cruise }).summary;
  return {
    broken: new Set(violations.map(({ rule }) => rule.name)),
    rules: new Set(ruleSetUsed.forbidden.map(({ name }) => name)),
  };
}

describe('the boundaries between folders', () => {
  it('every rule finds the tree that breaks it', () => {
    const { broken, rules } = cruise('test/boundaries/violations');
    expect(rules.size).toBeGreaterThan(10);
    expect([...broken].sort()).toEqual([...rules].sort());
  });

  it('the exchange keeps them', () => {
    expect([...cruise('.').broken]).toEqual([]);
  });
});
