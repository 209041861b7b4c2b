import Table from 'cli-table3';
import type { Balance } from '../clients/typescript/src/index.js';
import { formatUnits, unitsOf } from './money.js';
import type { TradingEngine } from './trading-engine.js';
import type { Verification } from './verification.js';

/** No colours, which do not survive being kept in a file, and no line between two rows. */
const plainTable = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** All that is known at the end. */
export interface Outcome {
  readonly engine: TradingEngine;
  /** What was deposited of the quote asset, as a decimal. */
  readonly deposit: string;
  readonly balances: readonly Balance[];
  readonly verification: Verification;
}

/**
 * What does not add up, in sentences; none if the account's events told of the very fills that the orders were answered with,
 * and the exchange's balances are exactly what these came to.
 */
export function differences(outcome: Outcome): string[] {
  return [...untoldTrades(outcome), ...wrongBalances(outcome)];
}

function untoldTrades({ engine: { orders, tradesTold } }: Outcome): string[] {
  const answered = new Set(orders.flatMap(({ fills }) => fills.map(({ tradeId }) => tradeId)));
  const differing = [...answered, ...tradesTold].filter((trade) => !(answered.has(trade) && tradesTold.has(trade)));
  return differing.map((tradeId) => `${tradeId}: the account's events and the answers to its orders do not agree`);
}

function wrongBalances({ engine, deposit, balances }: Outcome): string[] {
  const expected = new Map([
    ['BTC', engine.books.base],
    ['USD', unitsOf(deposit) + engine.books.quote],
  ]);
  return balances.flatMap(({ asset, total, held }) => {
    const own = expected.get(asset) ?? 0n;
    const faults: string[] = [];
    if (unitsOf(total) !== own) faults.push(`${asset}: the fills come to ${formatUnits(own)}, the balance is ${total}`);
    if (unitsOf(held) !== 0n) faults.push(`${asset}: ${held} is held, though no order is open`);
    return faults;
  });
}

export function tableOf(outcome: Outcome): string {
  const { engine, deposit, balances, verification } = outcome;
  const table = new Table({ ...plainTable, colAligns: ['left', 'right'] });
  const total = (asset: string) => unitsOf(balances.find((balance) => balance.asset === asset)?.total ?? '0');
  const profit = total('USD') - unitsOf(deposit);
  const percent = (Number((profit * 1_000_000n) / unitsOf(deposit)) / 10_000).toFixed(2);
  table.push(
    ['orders', engine.orders.length],
    ['fills', engine.orders.reduce((sum, { fills }) => sum + fills.length, 0)],
    ['fees', `${formatUnits(engine.books.fees)} USD`],
    ['deposited', `${formatUnits(unitsOf(deposit))} USD`],
    ['final balances', `${formatUnits(total('USD'))} USD, ${formatUnits(total('BTC'), 0)} BTC`],
    ['profit', `${formatUnits(profit)} USD (${percent} %)`],
    ['order placement, p50', milliseconds(percentile(engine.latenciesMs, 50))],
    ['order placement, p99', milliseconds(percentile(engine.latenciesMs, 99))],
    ['verify', `${verification.ok ? 'ok' : 'NOT OK'}, ${verification.records.toLocaleString('en')} journal records`],
  );
  const checks = verification.checks.map(({ name, ok, detail }) => `  ${ok ? '✓' : '✗'} ${name}: ${detail}`);
  return `${table.toString()}\n${checks.join('\n')}\n`;
}

function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? 'no order' : `${value.toFixed(1)} ms`;
}
