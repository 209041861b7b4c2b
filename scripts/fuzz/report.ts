import Table from 'cli-table3';
import { growthOf, lineThrough, type Point, perSecond } from '../scenario/figures.js';
import type { Finding, Row } from './fuzz-run.js';

/** What was answered how often, and what part of it was carried out. */
export function statusTable(rows: ReadonlyMap<string, Row>): string {
  const table = new Table({ head: ['target', 'inputs', 'accepted', 'answers'], style: { head: [], border: [] } });
  for (const [name, { sent, accepted, statuses }] of rows) {
    const answers = [...statuses].sort(([, a], [, b]) => b - a).map(([status, times]) => `${status} ×${times}`);
    table.push([name, sent, `${Math.round((100 * accepted) / sent)} %`, answers.join('  ')]);
  }
  return table.toString();
}

/** Ten values, evenly apart, and the slope of all. */
export function memoryLine(megabytes: readonly number[]): string {
  if (megabytes.length === 0) return 'it was over before it was measured';
  const { perMinute } = growthOf(perSecond(megabytes));
  return `${tenths(megabytes).map(Math.round).join(', ')} MB; its line rises by ${perMinute.toFixed(1)} MB a minute`;
}

export function keptLine(kept: readonly Point[]): string {
  const { slope, uncertainty } = lineThrough(kept);
  const megabytes = kept.map(([, bytes]) => (bytes / 1024 / 1024).toFixed(1));
  const line = `its line rises by ${slope.toFixed(0)} ± ${uncertainty.toFixed(0)} bytes an input`;
  return `${tenths(megabytes).join(', ')} MB; ${isJudged(kept) ? line : 'too few inputs for a line'}`;
}

/** Whether nobody can be sure that of an input at most so many bytes are kept, where there were inputs enough for that. */
export function keepsTooMuch(kept: readonly Point[], bytesMax: number): boolean {
  const { slope, uncertainty } = lineThrough(kept);
  return isJudged(kept) && slope + uncertainty > bytesMax;
}

/** With less, the line says more of the start than of what follows. */
function isJudged(kept: readonly Point[]): boolean {
  return kept.length >= 20;
}

function tenths<Value>(values: readonly Value[]): Value[] {
  return values.filter((_, at) => at % Math.ceil(values.length / 10) === 0);
}

/** Each finding, and how it is repeated. */
export function findingLines(findings: readonly Finding[], options: string): string {
  if (findings.length === 0) return 'Nothing was found.';
  const lines = findings.map(({ target, text, index, sent }) => {
    const again =
      index === undefined ? '' : `\n    again: npm run fuzz -- ${options} --at ${index}\n    sent:  ${sent}`;
    return `  ${target}: ${text}${again}`;
  });
  return `FAILED: ${findings.length} findings\n${lines.join('\n')}`;
}
