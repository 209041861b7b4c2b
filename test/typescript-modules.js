import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transformSync } from '@swc/core';

/**
 * Lets a worker thread that a spec starts run from the sources. Jest compiles what it imports itself, but
 * a worker thread is outside of its reach: Node loads it, and would find neither the `.js` file that the
 * sources name nor anything that it could run in their `.ts`. `npm test` preloads this module everywhere
 * (NODE_OPTIONS), so that specs test the sources as they are and no build has to come before them.
 */
if (!isMainThread) registerHooks({ resolve, load });

const source = new URL('../src/', import.meta.url).href;

function resolve(specifier, context, nextResolve) {
  const url = URL.parse(specifier, context.parentURL ?? import.meta.url)?.href ?? '';
  if (url.startsWith(source) && url.endsWith('.js') && !existsSync(fileURLToPath(url))) {
    return nextResolve(url.replace(/\.js$/, '.ts'), context);
  }
  return nextResolve(specifier, context);
}

function load(url, context, nextLoad) {
  if (!url.startsWith(source) || !url.endsWith('.ts')) return nextLoad(url, context);
  const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
    filename: fileURLToPath(url),
    sourceMaps: 'inline',
    jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
