import Table from 'cli-table3';
import { growthOf, type Measured, perSecond } from '../scenario/figures.js';
import type { Finding, Row } from './fuzz-run.js';

const floorSeconds = 15;

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
  const shown = megabytes.filter((_, at) => at % Math.ceil(megabytes.length / 10) === 0).map(Math.round);
  return `${shown.join(', ')} MB; its line rises by ${growthOf(perSecond(megabytes)).perMinute.toFixed(1)} MB a minute`;
}

/**
 * How much more the heap has a minute once garbage is collected: the regression line through the least of each quarter of
 * a minute. What the process has goes up and down with threads that replay the journal, and with what the system leaves it.
 */
export function heapGrowthPerMinute(heap: readonly number[]): number {
  const floors: Measured[] = [];
  for (let seconds = 0; seconds + floorSeconds <= heap.length; seconds += floorSeconds)
    floors.push({ seconds, value: Math.min(...heap.slice(seconds, seconds + floorSeconds)) });
  return growthOf(floors).perMinute;
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
