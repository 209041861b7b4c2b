import { htmlText } from '../../edge/html-text.js';
import type { ExplanationView, FactKind, FactView } from './explanation-view.js';

/** Where in the picture each kind of fact stands: a lane for each part of the exchange that an order passes. */
export const lanes = ['Request', 'Rules', 'Book', 'Money', 'Settlement'] as const;

export type Lane = (typeof lanes)[number];

const lanesOfKinds: Readonly<Record<FactKind, Lane>> = {
  REQUEST: 'Request',
  FAULT: 'Request',
  RULES: 'Rules',
  REJECTED: 'Rules',
  ACCEPTED: 'Rules',
  RELEASED: 'Book',
  TRADE: 'Book',
  RESTED: 'Book',
  EXPIRED: 'Book',
  CANCELED: 'Book',
  POSTINGS: 'Money',
  BALANCES: 'Money',
  SETTLEMENT_CYCLE: 'Settlement',
  INSTRUCTION: 'Settlement',
};

const width = 960;
const laneHeight = 38;
const left = 104;
const right = 28;
const top = 30;
const labelsMax = 10;
/** Several facts of one record in one lane stand side by side, as far as there is room for them. */
const besideMax = 6;

/** The life of an order as a picture, in SVG: records from left to right, one lane for each part that it passes. */
export function timelinePicture({ facts, order }: ExplanationView): string {
  const sequences = [...new Set(facts.map(({ sequence }) => sequence))];
  const step = (width - left - right) / sequences.length;
  const xOf = (sequence: number) => left + step * (sequences.indexOf(sequence) + 0.5);
  const height = top + lanes.length * laneHeight + 8;
  const parts = [
    ...lanes.map(laneLine),
    ...sequences.map((sequence, index) => recordLine(sequence, index, sequences.length, xOf(sequence), height)),
    ...dots(facts, xOf, step),
  ];
  const title = htmlText(`The life of ${order.orderId} in ${sequences.length} records of the journal`);
  return `<svg class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">\n${parts.join('\n')}\n</svg>`;
}

function laneLine(lane: Lane, index: number): string {
  const y = top + (index + 0.5) * laneHeight;
  return `<text class="lane" x="0" y="${y + 4}">${lane}</text><line class="lane" x1="${left}" x2="${width - right}" y1="${y}" y2="${y}"/>`;
}

function recordLine(sequence: number, index: number, count: number, x: number, height: number): string {
  const line = `<line class="record" x1="${x}" x2="${x}" y1="${top - 8}" y2="${height - 8}"/>`;
  const every = Math.ceil(count / labelsMax);
  return index % every === 0 ? `${line}<text class="record" x="${x}" y="14">#${sequence}</text>` : line;
}

function dots(facts: readonly FactView[], xOf: (sequence: number) => number, step: number): string[] {
  const places = Map.groupBy(facts, (fact) => `${fact.sequence} ${laneOf(fact)}`);
  return [...places.values()].flatMap((together) => {
    const shown = together.slice(0, besideMax);
    const gap = Math.min(16, (step * 0.8) / shown.length);
    const circles = shown.map((fact, index) => {
      const x = xOf(fact.sequence) + (index - (shown.length - 1) / 2) * gap;
      const radius = Math.max(2, Math.min(6, gap / 2 - 1));
      return `<circle class="${classOf(fact)}" cx="${x.toFixed(1)}" cy="${yOf(fact)}" r="${radius.toFixed(1)}"><title>${htmlText(fact.sentence)}</title></circle>`;
    });
    return together.length > shown.length ? [...circles, moreText(together, shown.length, xOf, gap)] : circles;
  });
}

/** How many facts there was no room for, behind the others. */
function moreText(
  together: readonly FactView[],
  shown: number,
  xOf: (sequence: number) => number,
  gap: number,
): string {
  const x = xOf(together[0]!.sequence) + (shown / 2) * gap + 4;
  return `<text x="${x.toFixed(1)}" y="${yOf(together[0]!) + 4}">+${together.length - shown}</text>`;
}

function yOf(fact: FactView): number {
  return top + (lanes.indexOf(laneOf(fact)) + 0.5) * laneHeight;
}

/** A fault stands where it struck. */
function laneOf({ kind, instruction }: FactView): Lane {
  return kind === 'FAULT' && instruction !== undefined ? 'Settlement' : lanesOfKinds[kind];
}

/** The colour of a fact: good, bad, waiting, or merely told. */
export function classOf({ kind, instruction }: FactView): string {
  if (kind === 'TRADE' || instruction?.status === 'SETTLED') return 'good';
  if (kind === 'REJECTED' || kind === 'FAULT' || instruction?.status === 'FAILED') return 'bad';
  if (kind === 'EXPIRED' || kind === 'CANCELED') return 'ended';
  if (kind === 'RESTED' || instruction !== undefined) return 'waiting';
  return 'told';
}
