import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

/** Where what a service is told is kept, in the order in which it came. */
export interface LineStore<Item> {
  /** When it returns, the process may end without losing any of them. */
  append(...items: readonly Item[]): void;
  /** What was kept before this process. */
  readonly kept: readonly Item[];
}

export function memoryStore<Item>(): LineStore<Item> {
  return { append: () => undefined, kept: [] };
}

/** One line of JSON for each. A last line that a crash cut off was never answered, and is taken away. */
export function fileStore<Item>(path: string): LineStore<Item> {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const descriptor = openSync(path, 'a');
  process.on('exit', () => closeSync(descriptor));
  return {
    kept: whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Item),
    append(...items) {
      writeSync(descriptor, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    },
  };
}
