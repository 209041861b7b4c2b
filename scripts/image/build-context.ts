import { cpSync, globSync } from 'node:fs';
import { matchesGlob, relative } from 'node:path';

/** Whether a `.dockerignore` leaves a path out of the build's context: its last line that fits decides. */
export function isIgnored(path: string, dockerignore: string): boolean {
  let ignored = false;
  for (const line of dockerignore.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
    const pattern = line.replace(/^!/, '');
    if (matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`)) ignored = !line.startsWith('!');
  }
  return ignored;
}

/** Copies a file or folder of the context, as COPY would find it; throws if nothing of it is in the context. */
export function copyFromContext(source: string, target: string, dockerignore: string): void {
  const [name, ...inside] = [source.replace(/^\.\//, ''), ...globSync(`${source}/**`)];
  const paths = inside.length > 0 ? inside : [name!];
  if (paths.every((path) => isIgnored(relative('.', path), dockerignore))) {
    throw new Error(`COPY ${source}: .dockerignore leaves nothing of it in the context`);
  }
  const filter = (path: string) => path === name || !isIgnored(relative('.', path), dockerignore);
  cpSync(name!, target, { recursive: true, filter });
}
