import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/**
 * Lets a worker thread that a spec starts run from the sources. Jest compiles what it imports itself, but
 * a worker thread is outside of its reach: Node loads it, and would find neither the `.js` file that the
 * sources name nor anything that it could run in their `.ts`. `npm test` preloads this module everywhere
 * (NODE_OPTIONS), so that specs test the sources as they are and no build has to come before them. In the
 * same way it lets a spec start a whole server as a process of its own: `node src/main.ts`; or a tool out of `scripts`.
 */
const sources = ['../src/', '../scripts/'].map((folder) => new URL(folder, import.meta.url).href);
const runsFromSources = sources.some((source) => process.argv[1]?.startsWith(fileURLToPath(source)));
// Specs start servers by the dozen: what was compiled once, here or by Node, is taken from a cache, and the packages
// from the bundle that a start of the build takes them from (test/bundle-packages.js).
const bundle = new URL('../dist/packages/', import.meta.url);
const packages = {};
const cache = new URL('../node_modules/.cache/typescript-modules/', import.meta.url);
const require = createRequire(import.meta.url);
if (!isMainThread || runsFromSources) {
  enableCompileCache(fileURLToPath(cache));
  mkdirSync(cache, { recursive: true });
  const index = new URL('index.json', bundle);
  if (existsSync(index)) Object.assign(packages, JSON.parse(readFileSync(index, 'utf8')).files);
  registerHooks({ resolve, load });
}

function isSource(url) {
  return sources.some((source) => url.startsWith(source));
}

function resolve(specifier, context, nextResolve) {
  const bundled = packages[specifier];
  if (bundled !== undefined) return { url: new URL(bundled, bundle).href, format: 'module', shortCircuit: true };
  const isPath = /^(\.|\/|file:)/.test(specifier);
  const url = isPath ? (URL.parse(specifier, context.parentURL ?? import.meta.url)?.href ?? '') : '';
  if (isSource(url) && url.endsWith('.js'))
    return { url: url.replace(/\.js$/, '.ts'), format: 'module', shortCircuit: true };
  return nextResolve(specifier, context);
}

function load(url, context, nextLoad) {
  if (!isSource(url) || !url.endsWith('.ts')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const text = readFileSync(path, 'utf8');
  const cached = new URL(`${hash('sha256', `${path}\n${text}`)}.js`, cache);
  if (!existsSync(cached)) {
    // Others may be writing the same: whoever is last puts the same in its place.
    const fresh = new URL(`${cached.href}.${process.pid}.${performance.now()}`);
    writeFileSync(fresh, compiled(text, path));
    renameSync(fresh, cached);
  }
  return { format: 'module', source: readFileSync(cached, 'utf8'), shortCircuit: true };
}

function compiled(text, filename) {
  const { transformSync } = require('@swc/core');
  return transformSync(text, {
    filename,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
      experimental: { keepImportAttributes: true },
    },
    module: { type: 'es6' },
  }).code;
}
