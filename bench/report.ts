import Table from 'cli-table3';
import type { Result } from './row.js';

/** No colours, which do not survive being kept in a file. */
const plainTable = { style: { head: [], border: [] } };

/** One line of JSON, for whoever keeps figures. */
export function jsonOf({ row, ours, peer, ratio, runs, p50Ms, p99Ms }: Result): string {
  return JSON.stringify({
    name: row.name,
    ours,
    peer,
    ratio,
    unit: row.unit,
    p50Ms: p50Ms ?? null,
    p99Ms: p99Ms ?? null,
    runs,
  });
}

/** For people: each row with its goal, and below it what it was and how to repeat it. */
export function tableOf(results: readonly Result[]): string {
  const table = new Table({
    head: ['row', 'ours', 'peer', 'ratio', 'unit', 'p50 / p99 / p99.9 ms', 'peer p50 / p99 / p99.9', 'goal', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left', 'right', 'right', 'left', 'left'],
    ...plainTable,
  });
  for (const result of results) {
    const { row, ours, peer, ratio } = result;
    const own = latency(result.p50Ms, result.p99Ms, result.p999Ms);
    const others = latency(result.peerP50Ms, result.peerP99Ms, result.peerP999Ms);
    const reached = row.goal.reached(result) ? 'reached' : 'MISSED';
    table.push([row.name, figure(ours), figure(peer), ratio.toFixed(2), row.unit, own, others, row.goal.text, reached]);
  }
  const notes = results.map(noteOf);
  return `${table.toString()}\n\n${notes.join('\n')}\n`;
}

function noteOf({ row, runs, note, peerNote }: Result): string {
  return [
    `  ${row.name}: ${row.title}`,
    `    peer: ${row.peer}; medians of ${runs} runs each, in turn`,
    ...(note === undefined ? [] : [`    ours: ${note}`]),
    ...(peerNote === undefined ? [] : [`    peer: ${peerNote}`]),
    `    npm run bench -- --only ${row.name}`,
  ].join('\n');
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 1_000 ? 1 : 0 });
}

function latency(...milliseconds: (number | undefined)[]): string {
  if (milliseconds[0] === undefined) return '';
  return milliseconds.map((value) => (value === undefined ? '-' : value.toFixed(1))).join(' / ');
}
