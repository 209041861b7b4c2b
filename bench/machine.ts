import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

const require = createRequire(import.meta.url);
const packages = ['fastify', '@nestjs/core', '@grpc/grpc-js', 'nodejs-order-book', 'autocannon'] as const;

/** Where a figure was taken, a line for each thing that it depends on. */
export function describeMachine(): string {
  const lines: [string, string][] = [
    ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['memory', `${(totalmem() / 1024 ** 3).toFixed(0)} GB`],
    ['system', `${platform()} ${release()}`],
    ['Node', `${process.version}, SQLite ${process.versions.sqlite}`],
    ['packages', packages.map((name) => `${name} ${versionOfPackage(name)}`).join(', ')],
    [
      'load average',
      `${loadavg()
        .map((load) => load.toFixed(2))
        .join(', ')} (1, 5 and 15 minutes, at the start)`,
    ],
  ];
  return lines.map(([name, text]) => `  ${name.padEnd(14)}${text}`).join('\n');
}

/** Read beside the package's entry point, since not every package lets its `package.json` be imported. */
function versionOfPackage(name: string): string {
  const entry = require.resolve(name);
  const root = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length);
  return (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }).version;
}
