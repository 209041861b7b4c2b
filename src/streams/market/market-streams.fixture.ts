import type { Outlet, StreamEnd, StreamMessage } from '../../edge/stream.js';
import type { Command, Side } from '../../engine/command.js';
import type { Receipt } from '../../venue/receipt.js';
import { origin } from '../../venue/venue.fixture.js';
import type { Venue } from '../../venue/venue.js';
import type {
  BookMessageView,
  CandlesMessageView,
  MarketMessageView,
  TickerMessageView,
  TradesMessageView,
} from './market-message-views.js';

type AnyMessage = BookMessageView & TradesMessageView & TickerMessageView & CandlesMessageView;

/** A reader whose network a spec can hold up. */
export class TestOutlet implements Outlet<MarketMessageView> {
  readonly messages: AnyMessage[] = [];
  readonly sent: StreamMessage[] = [];
  ended: StreamEnd | undefined = undefined;
  private clogged: PromiseWithResolvers<void> | undefined = undefined;

  get congested(): boolean {
    return this.clogged !== undefined;
  }

  send(message: StreamMessage<MarketMessageView>): void {
    this.sent.push(message);
    // As it is on the wire, where nothing can change any more.
    this.messages.push(JSON.parse(String(message.json)));
  }

  whenReady(): Promise<void> {
    return this.clogged?.promise ?? Promise.resolve();
  }

  end(reason: StreamEnd): void {
    this.ended = reason;
  }

  clog(): void {
    this.clogged ??= Promise.withResolvers();
  }

  unclog(): void {
    const { clogged } = this;
    this.clogged = undefined;
    clogged?.resolve();
  }

  get last(): AnyMessage {
    return this.messages.at(-1)!;
  }
}

/** A book as a reader rebuilds it: from the messages, and nothing else. */
export class RebuiltBook {
  private readonly sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
  lastSequence: number | null = null;
  snapshots = 0;

  take(message: BookMessageView): void {
    expect(message.previousLastSequence).toBe(this.lastSequence);
    if (message.type === 'snapshot') this.snapshots += 1;
    else expect(message.firstSequence).toBeGreaterThan(this.lastSequence!);
    for (const side of ['bids', 'asks'] as const) {
      if (message.type === 'snapshot') this.sides[side].clear();
      for (const [price, quantity] of message[side]) {
        if (quantity === '0') this.sides[side].delete(price);
        else this.sides[side].set(price, quantity);
      }
    }
    this.lastSequence = message.lastSequence;
  }

  get bids(): [string, string][] {
    return [...this.sides.bids].sort(([a], [b]) => Number(b) - Number(a));
  }

  get asks(): [string, string][] {
    return [...this.sides.asks].sort(([a], [b]) => Number(a) - Number(b));
  }
}

/** Places a limit order in the market of the fixture venue; `price` in cents, `quantity` in hundred-thousandths. */
export function place(venue: Venue, accountId: number, side: Side, quantity: number, price?: number): Promise<Receipt> {
  const command: Command = {
    ...{ type: 'PlaceOrder', accountId, symbol: 'BTC-USD', side, orderType: price === undefined ? 'MARKET' : 'LIMIT' },
    ...{ timeInForce: price === undefined ? 'IOC' : 'GTC', quantity: BigInt(quantity) * 1_000n },
    price: price === undefined ? undefined : BigInt(price) * 1_000_000n,
    ...{ postOnly: false, selfTradePrevention: 'EXPIRE_TAKER' },
  };
  return venue.submit(command, origin);
}
