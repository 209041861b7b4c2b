import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Order, PlaceOrderRequest } from '../../clients/typescript/src/index.js';

/** What the engine keeps of an account: totals by asset, and the trades that it was told of, in order. */
export interface EngineBooks {
  readonly balances: Readonly<Record<string, string>>;
  readonly tradeIds: readonly string[];
}

export interface EngineCommands {
  /** An account with deposits, whose events the engine follows from the first one on. */
  openAccount(name: string, funds: Readonly<Record<string, string>>): Promise<string>;
  /** Sends an order until there is an answer to it: the order, or the code that it was refused with. */
  place(order: PlaceOrderRequest): Promise<Order | { readonly refused: string }>;
  booksOf(accountId: string): Promise<EngineBooks>;
}

export interface EngineCall {
  readonly id: number;
  readonly name: keyof EngineCommands;
  readonly args: readonly unknown[];
}

export interface EngineAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly fault?: string;
}

/** Tells the trading engine, which is a process of its own, what to do. */
export class TradingEngine implements EngineCommands {
  private readonly waiting = new Map<number, (answer: EngineAnswer) => void>();
  private calls = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {
    child.on('message', (answer: EngineAnswer) => {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  static async start(exchangeAddress: string): Promise<TradingEngine> {
    const directory = mkdtempSync(join(tmpdir(), 'trading-engine-'));
    const program = join(directory, 'trading-engine.mjs');
    const options = ['--bundle', '--platform=node', '--format=esm', '--log-level=error', `--outfile=${program}`];
    execFileSync(resolve('node_modules/.bin/esbuild'), [
      resolve(import.meta.dirname, 'trading-engine-process.fixture.ts'),
      ...options,
    ]);
    const { PATH, HOME } = process.env;
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const child = spawn(process.execPath, [program, exchangeAddress], { env: { PATH, HOME }, stdio: [...stdio] });
    await once(child, 'message');
    return new TradingEngine(child, directory);
  }

  openAccount(name: string, funds: Readonly<Record<string, string>>): Promise<string> {
    return this.call('openAccount', name, funds);
  }

  place(order: PlaceOrderRequest): Promise<Order | { readonly refused: string }> {
    return this.call('place', order);
  }

  /** A market order, which is filled. */
  async trade(accountId: string, symbol: string, side: 'BUY' | 'SELL', quantity: string, clientOrderId?: string) {
    const answer = await this.place({ accountId, symbol, side, type: 'MARKET', quantity, clientOrderId });
    if ('refused' in answer) throw new Error(`The order was refused: ${answer.refused}`);
    return answer;
  }

  booksOf(accountId: string): Promise<EngineBooks> {
    return this.call('booksOf', accountId);
  }

  async kill(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private call<Result>(name: keyof EngineCommands, ...args: unknown[]): Promise<Result> {
    this.calls += 1;
    const id = this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, fault }) =>
        fault === undefined ? resolve(result as Result) : reject(new Error(fault)),
      );
      this.child.send({ id, name, args } satisfies EngineCall);
    });
  }
}
