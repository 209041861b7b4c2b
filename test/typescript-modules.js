import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transformSync } from '@swc/core';

/**
 * Lets a worker thread that a spec starts run from the sources. Jest compiles what it imports itself, but
 * a worker thread is outside of its reach: Node loads it, and would find neither the `.js` file that the
 * sources name nor anything that it could run in their `.ts`. `npm test` preloads this module everywhere
 * (NODE_OPTIONS), so that specs test the sources as they are and no build has to come before them. In the
 * same way it lets a spec start a whole server as a process of its own: `node src/main.ts`.
 */
const source = new URL('../src/', import.meta.url).href;
const runsFromSources = process.argv[1]?.startsWith(fileURLToPath(source)) ?? false;
if (!isMainThread || runsFromSources) registerHooks({ resolve, load });

function resolve(specifier, context, nextResolve) {
  const isPath = /^(\.|\/|file:)/.test(specifier);
  const url = isPath ? (URL.parse(specifier, context.parentURL ?? import.meta.url)?.href ?? '') : '';
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
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
      experimental: { keepImportAttributes: true },
    },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
