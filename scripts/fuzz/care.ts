import type { Books } from './books.js';
import type { KnownThings } from './known-things.js';
import type { RestWire } from './rest-targets.js';

const accounts = 8;
const funds = { BTC: '1000', ETH: '10000', USD: '50000000', USDT: '50000000' } as const;

/** Prepares accounts to be used, and puts them right again now and then, so that valid inputs stay valid. */
export class Care {
  private count = 0;

  constructor(
    private readonly wire: RestWire,
    private readonly things: KnownThings,
    private readonly books: Books,
  ) {}

  /** The journal's last sequence after it. */
  async prepare(): Promise<number> {
    const { wire, things } = this;
    for (let at = 0; at < accounts; at += 1) {
      const { accountId } = await wire.json('POST', '/api/v1/accounts', { name: `Fuzzed ${at}` });
      things.accounts.push(accountId);
      const path = `/api/v1/accounts/${accountId}`;
      for (const [asset, amount] of Object.entries(funds))
        await wire.json('POST', `${path}/deposits`, { asset, amount });
      const order = { accountId, symbol: 'BTC-USD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
      const learnt = [
        await wire.json('POST', '/api/v1/orders', order),
        await wire.json('POST', `${path}/api-keys`, { scopes: ['read'] }),
      ];
      for (const answer of learnt) things.learn(JSON.stringify(answer));
    }
    await wire.json('POST', '/api/v1/settlements/cycles', { asOf: '2036-01-31' });
    things.learn(JSON.stringify(await wire.json('GET', '/api/v1/settlements')));
    const { asOfSeq } = await wire.json('GET', '/audit/v1/state');
    return asOfSeq;
  }

  async look(): Promise<void> {
    await this.release();
    for (const accountId of this.things.accounts) {
      const path = `/api/v1/accounts/${accountId}`;
      await this.send('PATCH', path, 'ChangeAccountStatus', { status: 'ACTIVE' });
      await this.send('DELETE', `${path}/kill-switch`, 'ReleaseKillSwitch');
      await this.send('PUT', `${path}/risk-limits`, 'SetRiskLimits', { limits: [] });
      await this.send('DELETE', `/api/v1/orders?accountId=${accountId}`, 'CancelOrders');
      await this.keys(path);
    }
  }

  /** Lets everybody trade again. */
  release(): Promise<void> {
    return this.send('DELETE', '/api/v1/kill-switch', 'ReleaseKillSwitch');
  }

  private async keys(path: string): Promise<void> {
    const { items } = await this.wire.json('GET', `${path}/api-keys`);
    for (const { keyId } of (items as { keyId: string }[]).slice(2)) {
      await this.send('DELETE', `${path}/api-keys/${keyId}`, 'RevokeApiKey', undefined);
    }
  }

  private async send(method: string, path: string, command: string, body?: object): Promise<void> {
    this.count += 1;
    const requestId = `care-${this.count}`;
    const { status, text } = await this.wire.sendAsOperator(method, path, body, { 'x-request-id': requestId });
    this.things.learn(text);
    const verdict = status < 300 ? 'ACCEPTED' : 'REFUSED';
    const target = {
      name: `${method} ${path}`,
      command,
      weight: 0,
      send: () => Promise.reject(new Error('not again')),
    };
    this.books.note(requestId, target, { status: String(status), verdict, findings: [], sent: text });
  }
}
