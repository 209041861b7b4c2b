import { readFileSync } from 'node:fs';

/** A block of code of a document. */
export interface CodeBlock {
  /** Where it begins, such as `docs/api.md:57`. */
  readonly place: string;
  /** Such as `sh`. */
  readonly language: string;
  /** What stands after the language: `run` where it is to run as it stands, `guarded` where that needs `AUTH=on`. */
  readonly marks: readonly string[];
  readonly code: string;
}

export function codeBlocksOf(document: string): CodeBlock[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(/^```(\w+)([ \w]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = '', marks = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    return { place: `${document}:${line}`, language, marks: marks.split(' '), code };
  });
}
