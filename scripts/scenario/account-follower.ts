import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AccountEvent, ExchangeClient, LiveStream } from '../../clients/typescript/src/index.js';

const lookMs = 50;
const catchUpMsMax = 60_000;

/** What a reader of an account's events knows: how many, a hash over every one of them, and the balances. */
class ToldEvents {
  private readonly hash = createHash('sha256');
  private readonly balances = new Map<string, string>();
  count = 0;

  take(event: AccountEvent): void {
    this.count += 1;
    this.hash.update(JSON.stringify(event));
    const { balance } = event;
    if (balance !== undefined) this.balances.set(balance.asset, `${balance.available} + ${balance.held}`);
  }

  /** The same for whoever was told the same. */
  get text(): string {
    const balances = [...this.balances].sort().map(([asset, amounts]) => `${asset} ${amounts}`);
    return `${this.count} events ${this.hash.copy().digest('hex')}, ${balances.join(', ')}`;
  }
}

/** Reads an account's events through whatever strikes their stream, as every client does: what is missing it asks for again. */
export class AccountFollower {
  /** How often it noticed that something was missing, doubled or out of order, and went on after its last event. */
  noticed = 0;
  private readonly told = new ToldEvents();
  private readonly stream: LiveStream<AccountEvent>;
  private reading: Promise<void> = Promise.resolve();
  private toldThrough = 0;

  constructor(
    private readonly client: ExchangeClient,
    private readonly accountId: string,
  ) {
    this.stream = client.accountEvents(accountId, {
      fromAccountSequence: 1,
      onInterrupted: () => {
        this.noticed += 1;
      },
    });
  }

  async begin(): Promise<void> {
    await this.stream.ready();
    this.reading = this.read();
    // Whoever waits for it is told.
    this.reading.catch(() => undefined);
  }

  get eventCount(): number {
    return this.told.count;
  }

  /** How its view differs from that of somebody who reads the journal once more from the beginning; `undefined` if it does not. */
  async difference(): Promise<string | undefined> {
    await this.nothingWaits();
    // Nothing comes after it, and whatever was lost before it is noticed by it.
    const { transferId } = await this.client.accounts.deposit(this.accountId, { asset: 'USD', amount: '1' });
    const last = Number(transferId.slice('trf-'.length));
    const journal = new ToldEvents();
    for await (const event of this.client.accountEvents(this.accountId, { fromAccountSequence: 1 })) {
      journal.take(event);
      if (isEnd(event, last)) break;
    }
    await Promise.race([this.cameTo(last), this.reading]);
    this.stream.close();
    await this.reading;
    return this.told.text === journal.text
      ? undefined
      : `${this.accountId} was told ${this.told.text}; the journal has ${journal.text}`;
  }

  /** An order that a fault has wait is matched later than its client was answered. */
  private async nothingWaits(): Promise<void> {
    const { client, accountId } = this;
    const giveUpAt = performance.now() + catchUpMsMax;
    const waiting = async () => (await client.orders.list({ accountId, status: 'NEW' }).page()).items.length;
    while ((await waiting()) > 0 && performance.now() < giveUpAt) await pause(lookMs);
  }

  private async read(): Promise<void> {
    for await (const event of this.stream) {
      this.told.take(event);
      if (event.eventType === 'BALANCE_CHANGED') this.toldThrough = event.sequence;
    }
  }

  private async cameTo(sequence: number): Promise<void> {
    const giveUpAt = performance.now() + catchUpMsMax;
    while (this.toldThrough < sequence && performance.now() < giveUpAt) await pause(lookMs);
  }
}

/** A deposit's record ends with the balance. */
function isEnd({ sequence, eventType }: AccountEvent, last: number): boolean {
  return sequence >= last && eventType === 'BALANCE_CHANGED';
}
