import type { Answer, ExchangeDriver, Operation, Outcome, Request } from './exchange-driver.fixture.js';
import { GrpcDriver } from './grpc-driver.fixture.js';
import { RestDriver } from './rest-driver.fixture.js';
import { ServerProcess } from './server.fixture.js';

export const adminToken = 'planted-admin-token-5f2c';
export const auditToken = 'planted-audit-token-9b1e';

/** A real server that asks who is there, and what was prepared in it by its admin. */
export class GuardedExchange {
  /** Each with the rights that its name says, for alice's account unless it is bob's. */
  readonly keys: Record<string, { readonly keyId: string; readonly key: string }> = {};
  alice = '';
  bob = '';
  aliceOrder = '';
  bobOrder = '';
  private static readonly started: GuardedExchange[] = [];
  private readonly grpcDrivers: GrpcDriver[] = [];

  private constructor(
    readonly server: ServerProcess,
    readonly addresses: { readonly http: string; readonly grpc: string },
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<GuardedExchange> {
    const server = new ServerProcess({
      ...{ AUTH: 'on', ADMIN_TOKEN: adminToken, AUDIT_TOKEN: auditToken, PRICE_SOURCE: 'fixed', LOG_LEVEL: 'trace' },
      ...environment,
    });
    const exchange = new GuardedExchange(server, await server.ready());
    GuardedExchange.started.push(exchange);
    return exchange;
  }

  /** Ends whatever the specs of a file have started. */
  static async killAll(): Promise<void> {
    await Promise.all(GuardedExchange.started.map(({ server }) => server.kill()));
  }

  /** Two accounts with money and an order in the book each, and keys. */
  async prepare(): Promise<this> {
    const admin = this.rest(adminToken);
    for (const name of ['alice', 'bob'] as const) {
      const { accountId } = await must(admin, 'CreateAccount', { name });
      this[name] = accountId;
      await must(admin, 'Deposit', { accountId, asset: 'USD', amount: '10000' });
      const order = { accountId, clientOrderId: `${name}-1`, symbol: 'BTC-USD', side: 'BUY', type: 'LIMIT' };
      const { orderId } = await must(admin, 'PlaceOrder', { ...order, price: '58000', quantity: '0.01' });
      this[`${name}Order`] = orderId;
    }
    await this.issue('all', this.alice, 'read', 'trade', 'transfer');
    await this.issue('reads', this.alice, 'read');
    await this.issue('trades', this.alice, 'trade');
    await this.issue('transfers', this.alice, 'transfer');
    await this.issue('bob', this.bob, 'read', 'trade', 'transfer');
    await this.issue('revoked', this.alice, 'read', 'trade', 'transfer');
    await must(admin, 'RevokeApiKey', { accountId: this.alice, keyId: this.keys.revoked!.keyId });
    return this;
  }

  async issue(name: string, accountId: string, ...scopes: string[]): Promise<string> {
    const issued = await must(this.rest(adminToken), 'IssueApiKey', { accountId, label: name, scopes });
    this.keys[name] = issued;
    return issued.key;
  }

  key(name: string): string {
    return this.keys[name]!.key;
  }

  rest(token?: string): RestDriver {
    return new RestDriver(this.addresses.http, token);
  }

  grpc(token?: string): GrpcDriver {
    const driver = new GrpcDriver(this.addresses.grpc, token);
    this.grpcDrivers.push(driver);
    return driver;
  }

  /** A request for a path, such as `/audit/v1/state`. */
  async status(path: string, authorization?: string): Promise<number> {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answer = await fetch(`${this.addresses.http}${path}`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  }

  async stop(): Promise<number | null> {
    for (const driver of this.grpcDrivers) driver.close();
    this.server.signal('SIGTERM');
    return this.server.exited;
  }
}

export async function must(driver: ExchangeDriver, operation: Operation, request: Request): Promise<Answer> {
  const outcome = await driver.call(operation, request);
  if ('answer' in outcome) return outcome.answer;
  throw new Error(`${operation}: ${outcome.refusal.detail}`);
}

/** `OK`, or the code that it was refused with. */
export function codeOf(outcome: Outcome): string {
  return 'answer' in outcome ? 'OK' : outcome.refusal.code;
}
