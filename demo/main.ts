import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { LocalExchange } from './local-exchange.js';
import { MovingAverage } from './moving-average.js';
import { Orders } from './orders.js';
import { Queries } from './queries.js';
import { marketToReplay } from './recorded-market.js';
import { differences, type Outcome, tableOf } from './report.js';
import { TradingEngine } from './trading-engine.js';

/**
 * The demo: starts an exchange, replays recorded hours, and lets a small trading engine trade through the
 * public API, orders over gRPC and queries over REST. It succeeds only if the books add up in the end.
 */
const symbol = 'BTC-USD';
const deposit = '100000';
/** Between two looks at the price, which is a bit more than two minutes of the recording. */
const stepMs = 15;
const strategy = new MovingAverage({ fast: 60, slow: 240, band: 0.001 });

const directory = mkdtempSync(join(tmpdir(), 'exchange-demo-'));
// However the demo ends, nothing of it is left behind; the exchange ends with this process.
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

try {
  const { outcome, faults } = await runDemo();
  process.stdout.write(`\n${tableOf(outcome)}`);
  process.stdout.write(faults.length === 0 ? '\nThe balances add up.\n' : `\n${faults.join('\n')}\n`);
  process.exit(outcome.verification.ok && faults.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`\nThe demo failed. ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

async function runDemo(): Promise<{ outcome: Outcome; faults: string[] }> {
  const market = marketToReplay(directory);
  process.stdout.write(`Replaying ${market.title} of ${symbol}\n`);
  const exchange = new LocalExchange(join(directory, 'data'), market);
  const { http, grpc } = await exchange.ready();
  const [queries, orders] = [new Queries(http), new Orders(grpc)];
  const accountId = await queries.openAccount('moving average');
  await queries.deposit(accountId, 'USD', deposit);
  const engine = new TradingEngine({
    ...{ accountId, symbol, orders, queries, strategy },
    ...{ positionOrders: 40, orderQuantity: '0.075' },
  });
  await trade(engine, exchange.replayMs);
  const [balances, verification] = [await queries.balances(accountId), await queries.verify()];
  orders.close();
  await exchange.stop();
  const outcome = { engine, deposit, balances, verification };
  return { outcome, faults: differences(outcome) };
}

/** Steps through the whole replay and sells what is left at its end. */
async function trade(engine: TradingEngine, replayMs: number): Promise<void> {
  const bar = new SingleBar({ format: '{bar} {percentage} % | {text}', noTTYOutput: true }, Presets.shades_classic);
  bar.start(replayMs, 0, { text: 'starting' });
  const started = performance.now();
  for (let elapsedMs = 0; elapsedMs < replayMs; elapsedMs = performance.now() - started) {
    await engine.step();
    const text = `BTC at ${engine.price.toFixed(2)} USD, ${engine.orders.length} orders`;
    bar.update(Math.min(elapsedMs, replayMs), { text });
    await pause(stepMs);
  }
  await engine.leave();
  bar.update(replayMs, { text: `${engine.orders.length} orders` });
  bar.stop();
}
