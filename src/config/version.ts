import { readFileSync } from 'node:fs';

/** The version of the exchange, from `package.json`, which lies two folders up from the sources and from the build alike. */
export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
