import { htmlText as text } from '../../edge/html-text.js';
import type { FactView } from './explanation-view.js';

type Rules = NonNullable<FactView['rules']>;

const outcomeClasses = { PASSED: 'good', REFUSED: 'bad', NOT_CONCERNED: 'told', NOT_ASKED: 'told' } as const;

/** What a fact has beside its sentence, as tables. */
export function factDetails({ market, rules, postings, balances, origin, trade }: FactView): string {
  const parts: string[] = [];
  if (origin !== undefined) {
    const of = trade === undefined ? '' : '<span class="label">by the other order:</span>';
    parts.push(fields({ ...origin, faults: origin.faults?.join(', ') }, of));
  }
  if (market !== undefined) parts.push(fields({ ...market }));
  if (rules !== undefined) parts.push(rulesTable(rules));
  if (postings !== undefined) {
    const rows = postings.map(({ type, asset, amount }) => [type, asset, amount]);
    parts.push(table(['posting', 'asset', 'amount'], rows));
  }
  if (balances !== undefined) {
    const rows = balances.map(({ asset, available, held, total }) => [asset, available, held, total]);
    parts.push(table(['asset', 'available', 'held', 'total'], rows));
  }
  return parts.join('');
}

/** What was asked and what was looked at; the rules that had nothing to do are folded away. */
function rulesTable(rules: Rules): string {
  const asked = rules.filter(({ outcome }) => outcome === 'PASSED' || outcome === 'REFUSED');
  const others = rules.filter((rule) => !asked.includes(rule));
  const rows = asked.map(({ rule, outcome, numbers, reason }) => {
    const looked = numbers.map(({ name, value, unit = '' }) => {
      return `<span><span class="label">${text(inWords(name))}</span> <span class="number">${text(`${value} ${unit}`)}</span></span>`;
    });
    const why = reason === undefined ? '' : `<div>${text(reason)}</div>`;
    return `<tr><td>${text(rule)}</td><td class="${outcomeClasses[outcome]}">${outcome}</td><td><div class="looked">${looked.join('')}</div>${why}</td></tr>`;
  });
  const rest = others.map(({ rule, outcome }) => `${text(rule)} (${outcome.toLowerCase().replaceAll('_', ' ')})`);
  const folded = rest.length === 0 ? '' : `<details><summary>${restText(others)}</summary>${rest.join(', ')}</details>`;
  return `<table><tr><th>rule</th><th>outcome</th><th>what it looked at</th></tr>${rows.join('')}</table>${folded}`;
}

function restText(others: Rules): string {
  const count = (wanted: string) => others.filter(({ outcome }) => outcome === wanted).length;
  const [unconcerned, unasked] = [count('NOT_CONCERNED'), count('NOT_ASKED')];
  const parts = [
    ...(unconcerned === 0 ? [] : [`${unconcerned} not concerned with such an order`]),
    ...(unasked === 0 ? [] : [`${unasked} not asked any more`]),
  ];
  return `Other rules: ${parts.join(', ')}`;
}

/** `couldCost` as `could cost`; the names of limits stay as they are. */
function inWords(name: string): string {
  return /^[a-z]/.test(name) ? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : name;
}

/** Columns of numbers to the right; the first, and an asset's name, to the left. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (tag: 'th' | 'td') => (value: string, index: number) => {
    const isAmount = index > 0 && columns[index] !== 'asset';
    return `<${tag}${isAmount ? ' class="amount"' : ''}>${text(value)}</${tag}>`;
  };
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`);
  return `<table><tr>${columns.map(cell('th')).join('')}</tr>${body.join('')}</table>`;
}

const fieldNames: Readonly<Record<string, string>> = {
  transport: 'transport',
  requestId: 'request',
  actor: 'actor',
  traceId: 'trace',
  faults: 'faults',
  causedBy: 'follows from record',
  referencePrice: 'reference price',
  bestBid: 'best bid',
  bestAsk: 'best ask',
  fillable: 'could be filled at once',
};

function fields(values: Readonly<Record<string, string | number | undefined>>, of = ''): string {
  const shown = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const label = fieldNames[name] ?? name;
    return [`<span><span class="label">${label}</span> <span class="number">${text(String(value))}</span></span>`];
  });
  return `<div class="looked">${of}${shown.join('')}</div>`;
}
