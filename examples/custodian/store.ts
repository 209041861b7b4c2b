import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { Instruction } from './instruction.ts';

/** Where every change of an instruction is kept, in the order in which they happened. */
export interface Store {
  /** When it returns, the process may end without losing it. */
  append(instruction: Instruction): void;
  /** What was kept before this process. */
  readonly kept: readonly Instruction[];
}

export const memoryStore: Store = { append: () => undefined, kept: [] };

/** One line of JSON for each change. A last line that a crash cut off was never answered, and is taken away. */
export function fileStore(path: string): Store {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const descriptor = openSync(path, 'a');
  process.on('exit', () => closeSync(descriptor));
  return {
    kept: whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Instruction),
    append(instruction) {
      writeSync(descriptor, `${JSON.stringify(instruction)}\n`);
    },
  };
}
