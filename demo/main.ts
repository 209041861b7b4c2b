import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { ExchangeClient } from '../clients/typescript/src/index.js';
import { LocalExchange } from './local-exchange.js';
import { MovingAverage } from './moving-average.js';
import { marketToReplay } from './recorded-market.js';
import { differences, type Outcome, tableOf } from './report.js';
import { TradingEngine } from './trading-engine.js';
import { verify } from './verification.js';

/**
 * The demo: starts an exchange, replays recorded hours, and lets a small trading engine trade through the client
 * for TypeScript: orders over REST, prices and events over WebSocket. It succeeds only if the books add up in the
 * end.
 */
const symbol = 'BTC-USD';
const deposit = '100000';
/** Between two looks at the price, which is about three minutes of the recording. */
const stepMs = 20;
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
  const address = await exchange.ready();
  const client = new ExchangeClient({ address });
  const { accountId } = await client.accounts.create({ name: 'moving average' });
  await client.accounts.deposit(accountId, { asset: 'USD', amount: deposit });
  const engine = new TradingEngine({
    ...{ exchange: client, accountId, symbol, strategy, stepMs },
    ...{ positionOrders: 40, orderQuantity: '0.075' },
  });
  await trade(engine, exchange.replayMs);
  const [{ balances }, verification] = [await client.accounts.balances(accountId), await verify(address)];
  await exchange.stop();
  const outcome = { engine, deposit, balances, verification };
  return { outcome, faults: differences(outcome) };
}

/** Trades through the whole replay. */
async function trade(engine: TradingEngine, replayMs: number): Promise<void> {
  const bar = new SingleBar({ format: '{bar} {percentage} % | {text}', noTTYOutput: true }, Presets.shades_classic);
  bar.start(replayMs, 0, { text: 'starting' });
  const started = performance.now();
  await engine.run(replayMs, () => {
    const text = `BTC at ${engine.price.toFixed(2)} USD, ${engine.orders.length} orders`;
    bar.update(Math.min(performance.now() - started, replayMs), { text });
  });
  bar.update(replayMs, { text: `${engine.orders.length} orders` });
  bar.stop();
}
