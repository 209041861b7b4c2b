import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExchangeClient } from '../../clients/typescript/src/index.js';
import { ExchangeServer } from '../exchange-server.js';
import { loadRun } from '../load/load-run.js';
import { type Contest, type Row, type Run, ratioAtLeast, type Size } from '../row.js';
import { marketOrders, openTradingAccounts } from '../trading-accounts.js';

const connections = 64;
const runSeconds = { full: 8, short: 2 } as const;
const scrapeMs = 1_000;
const everything = 'settlement each second, readers of a book and of events, metrics scraped each second';

/** What watching costs those who trade. */
export const watched: Row = rowOf('watched', everything, false);
export const watchedTraced: Row = rowOf('watched-traced', `${everything}, one request in ten traced`, true);

function rowOf(name: string, what: string, traced: boolean): Row {
  return {
    name,
    title: `durable market orders over REST, ${connections} connections, with ${what}`,
    unit: 'orders/s',
    peer: 'the same exchange, settling once a day, with nobody who watches',
    goal: ratioAtLeast(0.8),
    prepare: (size) => prepare(size, traced),
  };
}

async function prepare(size: Size, traced: boolean): Promise<Contest> {
  const collector = traced ? await startCollector() : undefined;
  const ours = new ExchangeServer({ SETTLEMENT_CUTOFF: '1s', ...tracing(collector) });
  const peer = new ExchangeServer({ SETTLEMENT_CUTOFF: '24h' });
  const [own, bare] = await Promise.all([ours.ready(), peer.ready()]);
  const ownRequests = marketOrders(await openTradingAccounts(own.http));
  const bareRequests = marketOrders(await openTradingAccounts(bare.http));
  const load = { connections, seconds: runSeconds[size] };
  return {
    peer: () => loadRun({ ...load, requests: bareRequests, address: bare.http }),
    ours: () => watching(own.http, () => loadRun({ ...load, requests: ownRequests, address: own.http })),
    close: async () => {
      await Promise.all([ours.stop(), peer.stop()]);
      collector?.close();
    },
  };
}

/** Takes traces, as any collector would, and forgets them. */
async function startCollector(): Promise<Server> {
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
  return collector;
}

function tracing(collector: Server | undefined): Record<string, string> {
  if (collector === undefined) return {};
  const { port } = collector.address() as AddressInfo;
  return { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_TRACES_SAMPLER_ARG: '0.1' };
}

/** Has a book, an account and the metrics read while something goes on. */
async function watching(address: string, goOn: () => Promise<Run>): Promise<Run> {
  const client = new ExchangeClient({ address });
  const { items } = await client.accounts.list({ limit: 1 }).page();
  const { accountId } = items[0]!;
  const streams = [client.bookStream('BTC-USD'), client.accountEvents(accountId)];
  await Promise.all(streams.map((stream) => stream.ready()));
  let messages = 0;
  for (const stream of streams) {
    void (async () => {
      for await (const _ of stream) messages += 1;
    })();
  }
  const scraping = setInterval(() => void fetch(`${address}/metrics`).then((answer) => answer.text()), scrapeMs);
  try {
    const result = await goOn();
    return { ...result, note: `${messages} messages were read in the last run` };
  } finally {
    clearInterval(scraping);
    for (const stream of streams) stream.close();
  }
}
