/** One instruction of a Dockerfile, such as `COPY` with `src ./src`. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The instructions of one stage, from its FROM on. */
export interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

export function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  const stages: { name: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) continue;
    if (word === 'FROM')
      stages.push({ name: / AS (\S+)/i.exec(rest)?.[1] ?? `stage-${stages.length}`, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** What an ENV instruction sets. */
export function variablesOf(rest: string): Record<string, string> {
  return Object.fromEntries(rest.split(' ').map((pair) => pair.split('=') as [string, string]));
}
