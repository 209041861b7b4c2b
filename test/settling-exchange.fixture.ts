import { eventually } from './eventually.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';
import { ServerProcess } from './server.fixture.js';

/** It bounds a hang: each spec has its own limit. */
const settledTimeoutMs = 120_000;

/** A real exchange that settles often, and can be killed and started again on its data. */
export class SettlingExchange {
  private server: ServerProcess;
  private address = '';

  private constructor(private readonly environment: Record<string, string>) {
    this.server = new ServerProcess(environment);
  }

  static async start(environment: Record<string, string> = {}): Promise<SettlingExchange> {
    const exchange = new SettlingExchange({
      ...{ PRICE_SOURCE: 'fixed', LOG_LEVEL: 'fatal', SETTLEMENT_RETRY_MS: '50', SETTLEMENT_SILENCE_MS: '300' },
      // A busy machine is not to pass for a custodian that does not answer: a reconciliation would end with that.
      ...{ SETTLEMENT_ATTEMPTS_MAX: '100', PEER_CALL_TIMEOUT_MS: '5000', ...environment },
    });
    await exchange.begin();
    return exchange;
  }

  /** As kill -9 does, and then up again on what was kept. */
  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.restart();
  }

  /** Of one that was killed. */
  async restart(): Promise<void> {
    this.server = new ServerProcess(this.environment);
    await this.begin();
  }

  kill(): Promise<void> {
    return this.server.kill();
  }

  /** On a machine that does other work too, a start from the sources takes its time. */
  private async begin(): Promise<void> {
    try {
      this.address = (await this.server.ready(60_000)).http;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async get(path: string): Promise<Answer> {
    const answer = await fetch(`${this.address}${path}`);
    return answer.json();
  }

  async post(path: string, body: object, idempotencyKey?: string): Promise<Answer> {
    const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const answer = await fetch(`${this.address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key },
      body: JSON.stringify(body),
    });
    const json = await answer.json();
    if (answer.status >= 500) throw new Error(`${path}: ${JSON.stringify(json)}`);
    return json;
  }

  async delete(path: string): Promise<Answer> {
    const answer = await fetch(`${this.address}${path}`, { method: 'DELETE' });
    return answer.json();
  }

  /** An account with deposits. */
  async account(funds: Record<string, string>): Promise<string> {
    const { accountId } = await this.post('/api/v1/accounts', { name: 'Trader' });
    for (const [asset, amount] of Object.entries(funds)) {
      await this.post(`/api/v1/accounts/${accountId}/deposits`, { asset, amount });
    }
    return accountId;
  }

  buy(accountId: string, quantity: string): Promise<Answer> {
    const order = { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity };
    return this.post('/api/v1/orders', order);
  }

  closeCycles(asOf?: string): Promise<{ cycles: Answer[] }> {
    return this.post('/api/v1/settlements/cycles', asOf === undefined ? {} : { asOf });
  }

  reconcile(): Promise<Answer> {
    return this.get('/audit/v1/reconciliation');
  }

  /** What the custodian calls this exchange. */
  async venueId(): Promise<string> {
    const { items } = await this.get('/audit/v1/events?limit=1');
    return items[0].hash.slice(0, 16);
  }

  /** Every instruction that there is, of all that was answered before this is asked for; a trade has one with its cycle. */
  async everythingSettled(): Promise<void> {
    await eventually(async () => {
      const { instructions } = await this.reconcile();
      expect(instructions).toMatchObject({ pending: 0, instructed: 0, failed: 0 });
      expect(instructions.settled).toBeGreaterThan(0);
    }, settledTimeoutMs);
  }

  /** What an account has, such as `{'acc-7 BTC': 10000000}`: the same as at a custodian where everything is settled. */
  async totals(accountId: string): Promise<Record<string, number>> {
    const { balances } = await this.get(`/api/v1/accounts/${accountId}/balances`);
    return Object.fromEntries(balances.map(({ asset, total }: Answer) => [`${accountId} ${asset}`, units(total)]));
  }
}

/** A decimal of eight places as a whole number, small enough to be exact in these specs. */
export function units(decimal: string): number {
  return Math.round(Number(decimal) * 1e8);
}
