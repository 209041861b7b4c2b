/** A balance, as REST answers it: decimals of whole assets. */
export interface Balance {
  readonly asset: string;
  readonly available: string;
  readonly held: string;
  readonly total: string;
}

export interface Ticker {
  readonly referencePrice: string | null;
  readonly bid: string | null;
  readonly ask: string | null;
}

export interface Verification {
  readonly ok: boolean;
  readonly records: number;
  readonly headSequence: number;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** The REST side of the exchange, as far as the demo needs it. */
export class Queries {
  constructor(private readonly address: string) {}

  async openAccount(name: string): Promise<string> {
    const { accountId } = await this.post<{ accountId: string }>('/api/v1/accounts', { name });
    return accountId;
  }

  async deposit(accountId: string, asset: string, amount: string): Promise<void> {
    await this.post(`/api/v1/accounts/${accountId}/deposits`, { asset, amount });
  }

  ticker(symbol: string): Promise<Ticker> {
    return this.get(`/api/v1/markets/${symbol}/ticker`);
  }

  async balances(accountId: string): Promise<readonly Balance[]> {
    const { balances } = await this.get<{ balances: Balance[] }>(`/api/v1/accounts/${accountId}/balances`);
    return balances;
  }

  /** Asks the exchange to check itself: hash chain, ledger, and a replay of every command. */
  verify(): Promise<Verification> {
    return this.get('/audit/v1/verify');
  }

  private get<Answer>(path: string): Promise<Answer> {
    return this.send(path, {});
  }

  private post<Answer>(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** Throws for every answer that is no success, with what the exchange said. */
  private async send<Answer>(path: string, request: RequestInit): Promise<Answer> {
    const answer = await fetch(this.address + path, request);
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }
}
