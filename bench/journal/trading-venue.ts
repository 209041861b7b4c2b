import { readVenueConfiguration } from '../../src/config/venue-definition.js';
import type { Command, PlaceOrder } from '../../src/engine/command.js';
import type { Origin } from '../../src/journal/journal.js';
import { SnapshotStore } from '../../src/journal/snapshots.js';
import { SqliteJournal } from '../../src/journal/sqlite/sqlite-journal.js';
import { systemClock } from '../../src/venue/clock.js';
import { choosePriceSource } from '../../src/venue/price-source/choose-price-source.js';
import { Venue } from '../../src/venue/venue.js';

const accountCount = 64;
const whole = 100_000_000n;
const deposits = { USD: 100_000_000n * whole, BTC: 10_000n * whole } as const;
const origin: Origin = { transport: 'REST', requestId: 'bench' };
const symbol = 'BTC-USD';
const quantity = whole / 1_000n;
/** Far enough below the market to wait. */
const waitingPrice = 59_000n * whole;

/** The shipped venue over a new data directory, and accounts with enough to trade all day: nothing of REST or gRPC. */
export class TradingVenue {
  static async open(dataDirectory: string): Promise<TradingVenue> {
    const { venue: definition, pricing } = readVenueConfiguration(null, 'frictionless');
    const pace = { seed: 1, beatMs: 1_000, replaySpeed: 1, staleMs: 1_000 };
    const venue = await Venue.open({
      journal: await SqliteJournal.open(dataDirectory),
      snapshots: new SnapshotStore(dataDirectory),
      definition,
      priceSource: choosePriceSource({ kind: 'fixed' }, definition, pricing, pace),
      clock: systemClock,
      beatMs: pace.beatMs,
      queueCommandsMax: 10_000,
      snapshotEvery: 100_000,
      log: console,
      onFailure: (error) => {
        throw error;
      },
    });
    const trading = new TradingVenue(venue);
    await trading.openAccounts();
    return trading;
  }

  private readonly accountIds: number[] = [];
  private placed = 0;

  private constructor(private readonly venue: Venue) {}

  /** So many orders, so many of them at a time. */
  async place(orderType: PlaceOrder['orderType'], count: number, inFlight: number): Promise<void> {
    const last = this.placed + count;
    const inTurn = async () => {
      while (this.placed < last) {
        this.placed += 1;
        await this.submit(this.order(orderType, this.placed));
      }
    };
    await Promise.all(Array.from({ length: inFlight }, inTurn));
  }

  private async openAccounts(): Promise<void> {
    for (let number = 1; number <= accountCount; number += 1) {
      const name = `trader ${number}`;
      const accountId = await this.submit({ type: 'OpenAccount', name, accountType: 'CUSTOMER' });
      for (const [asset, amount] of Object.entries(deposits)) {
        await this.submit({ type: 'Deposit', accountId, asset, amount });
      }
      this.accountIds.push(accountId);
    }
  }

  /** Market orders buy and sell by turns; limit orders wait for ever. */
  private order(orderType: PlaceOrder['orderType'], number: number): PlaceOrder {
    const isLimit = orderType === 'LIMIT';
    return {
      ...{ type: 'PlaceOrder', orderType, symbol, quantity },
      ...{ accountId: this.accountIds[number % accountCount]!, clientOrderId: `bench-${number}` },
      side: isLimit || (number / accountCount) & 1 ? 'BUY' : 'SELL',
      timeInForce: isLimit ? 'GTC' : 'IOC',
      ...(isLimit ? { price: waitingPrice } : {}),
      ...{ postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
    };
  }

  private async submit(command: Command): Promise<number> {
    const { sequence, reject } = await this.venue.submit(command, origin);
    if (reject !== undefined) throw new Error(reject.reason);
    return sequence;
  }
}
