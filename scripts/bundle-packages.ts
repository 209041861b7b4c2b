import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

/**
 * Puts the packages that every start imports into a few files under dist/packages, for src/bundled-packages.ts.
 * One by one they are some two thousand modules, and finding and linking those was most of a start. What extends
 * one of them (proto-loader extends protobufjs) has to find the same one, and so is here too.
 */
const bundled = [
  '@fastify/static',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  '@nestjs/common',
  '@nestjs/common/internal',
  '@nestjs/core',
  '@nestjs/core/internal',
  '@nestjs/microservices',
  '@nestjs/platform-fastify',
  '@nestjs/swagger',
  '@nestjs/terminus',
  '@opentelemetry/api',
  'class-validator',
  'fastify',
  'helmet',
  'nestjs-pino',
  'pino',
  'pino-http',
  'prom-client',
  'protobufjs',
  'protobufjs/ext/descriptor/index.js',
  'protobufjs/minimal.js',
  'rxjs',
  'rxjs/operators',
  'ws',
];
const directory = 'dist/packages';
const index = `${directory}/index.json`;

interface Index {
  /** Of package-lock.json and this script: others mean other files. */
  readonly sourceHash: string;
  /** The file that stands for each package, beside the index. */
  readonly files: Readonly<Record<string, string>>;
}

/** Each entry gives the names that its package gives, of CommonJS packages too. */
const exportsOfPackages: Plugin = {
  name: 'exports-of-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^package:/ }, ({ path }) => ({ path: path.slice('package:'.length), namespace: 'package' }));
    onLoad({ filter: /.*/, namespace: 'package' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'module.exports');
      return { contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};`, resolveDir: '.' };
    });
  },
};

/**
 * A package that the exchange imports itself, and that is not bundled, must be there once and not twice; one
 * that is not installed, because somebody else's adapter would need it, is asked for when that is used.
 */
const othersStayOutside: Plugin = {
  name: 'others-stay-outside',
  setup({ onResolve, resolve }) {
    const own = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);
    const outside = new Set(own.filter((name) => !bundled.includes(name)));
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === 'asked' || path.startsWith('package:') || path.startsWith('node:')) return undefined;
      if (outside.has(packageOf(path))) return { path, external: true };
      const { errors } = await resolve(path, { kind, importer, resolveDir, pluginData: 'asked' });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const hash = createHash('sha256')
  .update(readFileSync('package-lock.json'))
  .update(readFileSync(import.meta.filename));
const sourceHash = hash.digest('hex');
if (!isCurrent()) await bundle();

function isCurrent(): boolean {
  return existsSync(index) && (JSON.parse(readFileSync(index, 'utf8')) as Index).sourceHash === sourceHash;
}

async function bundle(): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const names = bundled.map((specifier) => [specifier.replaceAll('/', '_').replace('@', ''), specifier] as const);
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(names.map(([name, specifier]) => [name, `package:${specifier}`])),
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
    keepNames: true,
    write: false,
    plugins: [exportsOfPackages, othersStayOutside],
    // Packages in CommonJS ask for Node's own modules with `require`, which a module does not have.
    banner: {
      js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
    },
  });
  mkdirSync(directory, { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, nameClassesOnly(text));
  const files = Object.fromEntries(names.map(([name, specifier]) => [specifier, `${name}.js`]));
  writeFileSync(index, JSON.stringify({ sourceHash, files } satisfies Index));
}

/**
 * Nest names its loggers, and its providers in messages, by their classes. esbuild keeps the names of functions as
 * well, by naming them anew whenever they are made: for the closures of each request that is much of its time.
 */
function nameClassesOnly(text: string): string {
  return text
    .replace(/^var __name = .*$/m, 'var __name = (target) => target;')
    .replace(/\b__name\(this, (".*?")\)/g, 'Object.defineProperty(this, "name", { value: $1, configurable: true })');
}
