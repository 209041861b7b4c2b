import { htmlPage, htmlText as text } from '../../edge/html-text.js';
import { explanationStyle } from './explanation-style.js';
import type { ExplainedOrderView, ExplanationView, FactView } from './explanation-view.js';
import { factDetails } from './fact-details.js';
import { classOf, timelinePicture } from './timeline-picture.js';

const statusClasses: Readonly<Record<ExplainedOrderView['status'], string>> = {
  NEW: 'waiting',
  PARTIALLY_FILLED: 'waiting',
  FILLED: 'good',
  CANCELED: 'ended',
  EXPIRED: 'ended',
  REJECTED: 'bad',
};

/** An explanation for people: one page, without scripts and without anything from elsewhere. */
export function explanationPage(explanation: ExplanationView): string {
  const { order, conclusion, notes, facts, asOfSeq } = explanation;
  const records = [...Map.groupBy(facts, ({ sequence }) => sequence).values()];
  const begin = Date.parse(facts[0]?.time ?? '');
  return htmlPage(
    `${order.orderId} explained`,
    explanationStyle,
    `<main>
<header><h1>${text(order.orderId)}</h1><span class="badge ${statusClasses[order.status]}">${order.status}</span></header>
<p class="conclusion">${text(conclusion)}</p>
${terms(order)}
<figure class="card">${timelinePicture(explanation)}</figure>
${notes.map((note) => `<p class="note">${text(note)}</p>`).join('\n')}
<ol class="records">
${records.map((record) => recordItem(record, begin)).join('\n')}
</ol>
<footer>As of record ${asOfSeq}. <a href="/audit/v1/events?orderId=${text(order.orderId)}">Its records</a> ·
<a href="/audit/v1/events?accountId=${text(order.accountId)}">those of ${text(order.accountId)}</a></footer>
</main>`,
  );
}

function terms(order: ExplainedOrderView): string {
  const shown: readonly (readonly [string, string | undefined])[] = [
    ['Market', order.symbol],
    ['Side', order.side],
    ['Type', `${order.type} ${order.timeInForce}`],
    ['Quantity', order.quantity],
    ['For', order.quoteQuantity],
    ['Limit', order.price],
    ['Filled', order.filledQuantity],
    ['Account', order.accountId],
    ['Client order id', order.clientOrderId],
  ];
  const items = shown.flatMap(([name, value]) =>
    value === undefined ? [] : [`<div><dt>${name}</dt><dd>${text(value)}</dd></div>`],
  );
  return `<dl class="terms">${items.join('')}</dl>`;
}

function recordItem(facts: readonly FactView[], begin: number): string {
  const { sequence, time } = facts[0]!;
  const after = Date.parse(time) - begin;
  const since = after > 0 ? `<span>${durationText(after)} after the order</span>` : '';
  const link = `/audit/v1/events?afterSequence=${sequence - 1}&amp;limit=1`;
  return `<li>
<div class="record"><b>Record <a href="${link}">#${sequence}</a></b><time>${text(time)}</time>${since}</div>
${facts.map(factCard).join('\n')}
</li>`;
}

function factCard(fact: FactView): string {
  const kind = fact.kind.replaceAll('_', ' ');
  const cause = fact.cause === undefined ? '' : ` · ${text(fact.cause)}`;
  return `<div class="fact card"><div class="kind ${classOf(fact)}">${kind}${cause}</div><p>${text(fact.sentence)}</p>${factDetails(fact)}</div>`;
}

/** A time span in its largest unit, such as `1.5 s`. */
function durationText(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  for (const [unit, size] of units) if (ms >= size) return `${(ms / size).toFixed(1)} ${unit}`;
  return `${ms} ms`;
}
