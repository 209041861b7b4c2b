import type { RestClient } from '../crash/rest-client.js';

const beatMs = 20;
/** So many orders may be without an answer: a server that is slower gets fewer. */
const unansweredMax = 200;

/** Market orders of one account, to and fro, at a rate that does not depend on how quickly they are answered. */
export class OrderLoad {
  orders = 0;
  private failed: string | undefined = undefined;
  private unanswered = 0;
  private owed = 0;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(
    private readonly client: RestClient,
    private readonly accountId: string,
    private readonly ordersPerSecond: number,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.beat(), beatMs);
  }

  /** Resolves when the last order was answered. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    while (this.unanswered > 0) await new Promise((wake) => setTimeout(wake, beatMs));
    if (this.failed !== undefined) throw new Error(`an order failed: ${this.failed}`);
  }

  private beat(): void {
    this.owed += (this.ordersPerSecond * beatMs) / 1000;
    for (; this.owed >= 1 && this.unanswered < unansweredMax; this.owed -= 1) void this.place();
  }

  private async place(): Promise<void> {
    this.orders += 1;
    this.unanswered += 1;
    const side = this.orders % 2 === 0 ? 'SELL' : 'BUY';
    const body = { accountId: this.accountId, symbol: 'BTC-USD', side, type: 'MARKET', quantity: '0.0001' };
    const answer = await this.client.send({ method: 'POST', path: '/api/v1/orders', body });
    this.unanswered -= 1;
    if (answer?.status !== 201) this.failed ??= JSON.stringify(answer ?? 'no answer');
  }
}
