import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import type { Application } from '../src/application.js';
import { Settings } from '../src/config/settings.js';
import { openApplication } from '../src/open-application.js';
import { Venue } from '../src/venue/venue.js';
import { MetricsPage, type Sample } from './metrics-page.fixture.js';
import { TracedGrpc } from './traced-grpc.fixture.js';

jest.setTimeout(60_000);

const local = { HTTP_PORT: '0', GRPC_PORT: '0', SNAPSHOT_EVERY: '100', LOG_LEVEL: 'fatal' };

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const alerts: readonly Rule[] = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8')).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
);
const dashboard: { panels: readonly Panel[]; templating: { list: readonly { query: string }[] } } = JSON.parse(
  readFileSync('deploy/grafana/dashboards/exchange.json', 'utf8'),
);
const operations = readFileSync('docs/operations.md', 'utf8');

const expressions: readonly (readonly [string, string])[] = [
  ...alerts.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    // Grafana puts an interval in before Prometheus sees the expression.
    targets.map(({ expr }) => [`panel ${title}`, expr.replaceAll('$__rate_interval', '1m')] as const),
  ),
];

/** What Prometheus itself adds to everything that it scrapes. */
const labelsOfPrometheus = ['instance', 'job'];
/** What Prometheus itself tells of each scrape. */
const metricsOfPrometheus = ['up'];

interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** Every metric that an expression looks at; it throws if the expression is not PromQL. */
function selectorsOf(expression: string): Selector[] {
  const selectors: { metric: string; matchers: { label: string; operator: string; value: string }[] }[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      const text = expression.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name === 'VectorSelector') selectors.push({ metric: text.split('{', 1)[0]!.trim(), matchers: [] });
      if (node.name === 'UnquotedLabelMatcher') {
        const [, label, operator, value] = /^\s*(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text)!;
        selectors.at(-1)!.matchers.push({ label: label!, operator: operator!, value: value! });
      }
    },
  });
  return selectors;
}

/** The labels that an expression groups or matches by. */
function groupingLabelsOf(expression: string): string[] {
  const labels: string[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.name !== 'GroupingLabels') return;
      const inside = expression.slice(node.from + 1, node.to - 1);
      labels.push(...inside.split(',').map((label) => label.trim()));
    },
  });
  return labels;
}

function isMatched({ labels }: Sample, { matchers }: Selector): boolean {
  return matchers
    .filter(({ label }) => !labelsOfPrometheus.includes(label))
    .every(({ label, operator, value }) => {
      const given = labels[label];
      if (given === undefined) return false;
      if (operator === '=') return given === value;
      if (operator === '=~') return new RegExp(`^(?:${value})$`).test(given);
      throw new Error(`${operator} can match what does not exist, so nothing would be proven`);
    });
}

describe('dashboard and alerts', () => {
  let application: Application;
  let page: MetricsPage;
  const directory = mkdtempSync(join(tmpdir(), 'dashboards-'));

  beforeAll(async () => {
    // Other services are configured and away, so that what is told of them is there too.
    const away = { PEERS: 'custodian-simulator=127.0.0.1:1', CONFIG_SERVICE_URL: 'http://127.0.0.1:1' };
    const settings = Settings.from({ ...local, ...away, DATA_DIR: directory });
    application = await openApplication(settings, (error) => {
      throw error;
    });
    const addresses = await application.listen();
    await trade(addresses.http, addresses.grpc);
    const venue = application.nest.get(Venue);
    await until(async () => (await venue.snapshotWrittenAt()) !== undefined);
    await until(async () => (await MetricsPage.scrape(addresses.http)).has('exchange_peer_calls_total'));
    venue.drain();
    await failToTrade(addresses.http, addresses.grpc);
    page = await MetricsPage.scrape(addresses.http);
  });
  afterAll(async () => {
    await application.close();
    rmSync(directory, { recursive: true });
  });

  it('there are some', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(expressions.length).toBeGreaterThan(40);
  });

  it.each(expressions)('%s asks for what the exchange tells', (_where, expression) => {
    const selectors = selectorsOf(expression);
    expect(selectors.length).toBeGreaterThan(0);
    const known = new Set(labelsOfPrometheus);
    for (const selector of selectors) {
      if (metricsOfPrometheus.includes(selector.metric)) continue;
      const samples = page.samples.filter((sample) => sample.name === selector.metric && isMatched(sample, selector));
      expect({ selector, found: samples.length > 0 }).toEqual({ selector, found: true });
      for (const label of Object.keys(samples[0]!.labels)) known.add(label);
    }
    for (const label of groupingLabelsOf(expression)) expect([...known]).toContain(label);
  });

  it.each(alerts.map(({ alert, annotations, labels }) => [alert, annotations, labels] as const))(
    '%s says what to do',
    (alert, { summary, runbook }, { severity }) => {
      expect(summary).toMatch(/\.$/);
      expect(['critical', 'warning', 'info']).toContain(severity);
      expect(runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(operations).toMatch(new RegExp(`^### ${alert}\n\n\\S`, 'm'));
    },
  );

  it('the runbook has no entry for an alert that is gone', () => {
    const entries = [...operations.matchAll(/^### (Exchange\w+)$/gm)].map(([, name]) => name);
    expect(entries).toEqual(alerts.map(({ alert }) => alert));
  });

  it('docs/operations.md has every metric with its kind and labels, and no other', () => {
    const rows = [...operations.matchAll(/^\| `((?:exchange|process|nodejs)_\w+)`( †)? \| (\w+) \| (.*?) \| /gm)];
    // What has a dagger is told by a part that only a setting brings in, or only by some machines.
    const isThere = ([, name, dagger]: RegExpMatchArray) => dagger === undefined || page.families.has(name!);
    const told = rows.filter(isThere).map(([, name, , kind, labels]) => [name, kind, labelsIn(labels!)]);
    const real = [...page.families].map(([name, kind]) => [name, kind, labelNamesOf(page, name)]);
    expect(told.sort()).toEqual(real.sort());
  });

  it('every instance of the dashboard is one that tells its build', () => {
    expect(dashboard.templating.list.map(({ query }) => query)).toContain(
      'label_values(exchange_build_info, instance)',
    );
  });
});

function labelsIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, label]) => label!);
}

function labelNamesOf({ samples }: MetricsPage, family: string): string[] {
  const series = samples.filter(({ name }) => name.replace(/_(bucket|sum|count)$/, '') === family || name === family);
  return [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].filter((label) => label !== 'le');
}

const order = { symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
const grpcOrder = { symbol: 'BTC-USD', side: 'SIDE_BUY', type: 'ORDER_TYPE_MARKET', quantity: '0.01' };
let account: string;

/** Enough for a snapshot too. */
async function trade(http: string, grpc: string): Promise<void> {
  account = (await post(http, '/api/v1/accounts', { name: 'Alice' })).accountId;
  await post(http, `/api/v1/accounts/${account}/deposits`, { asset: 'USD', amount: '1000000' });
  for (let count = 0; count < 120; count += 1) await post(http, '/api/v1/orders', { ...order, accountId: account });
  await post(http, '/api/v1/orders', { ...order, accountId: account, quantity: '90' });
  const client = new TracedGrpc(grpc);
  await client.placeOrder({ ...grpcOrder, accountId: account }, new Metadata());
  client.close();
}

/** While the exchange drains, commands are refused with 503 and UNAVAILABLE. */
async function failToTrade(http: string, grpc: string): Promise<void> {
  await post(http, '/api/v1/orders', { ...order, accountId: account });
  const client = new TracedGrpc(grpc);
  await client.placeOrder({ ...grpcOrder, accountId: account });
  client.close();
}

async function until(isSo: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${isSo}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever came over the wire.
async function post(http: string, path: string, body: object): Promise<any> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(http + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}
