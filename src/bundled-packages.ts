import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const ownModules = new URL('.', import.meta.url).href;
const directory = new URL('./packages/', import.meta.url);

/**
 * Lets imports of the packages that the build has bundled (scripts/bundle-packages.ts) find them in the
 * bundle, whoever asks, and those of the exchange's own modules without looking for them on the disk. Called
 * before anything imports them; without a bundle, everything is as it would be otherwise, only that the start
 * takes twice as long.
 */
export function useBundledPackages(): void {
  const index = new URL('index.json', directory);
  if (!existsSync(index)) return;
  const { files } = JSON.parse(readFileSync(index, 'utf8')) as { files: Record<string, string> };
  const bundled = new Map(Object.entries(files).map(([specifier, file]) => [specifier, new URL(file, directory).href]));
  registerHooks({
    resolve(specifier, context, next) {
      const url = bundled.get(specifier) ?? ownModule(specifier, context.parentURL);
      return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
    },
  });
}

/** What one module of the exchange, or of the bundle, imports of another lies where the import says. */
function ownModule(specifier: string, parentURL: string | undefined): string | undefined {
  const isOwn = /^\.\.?\/.*\.js$/.test(specifier) && parentURL?.startsWith(ownModules);
  return isOwn ? new URL(specifier, parentURL).href : undefined;
}
