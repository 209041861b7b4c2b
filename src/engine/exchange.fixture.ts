import type { Command, OrderFault, PlaceOrder, SelfTradePrevention, Side, TimeInForce } from './command.js';
import type { Event } from './event.js';
import { Exchange, type Execution } from './exchange.js';
import { liquidityAccountId } from './ids.js';
import type { LiquidityModel, MarketDefinition, VenueDefinition } from './instrument.js';
import type { OrderBookFactory } from './matching/order-book.js';
import { type Amount, formatDecimal, parseDecimal } from './money.js';

const scales: Record<string, number> = { BTC: 4, ETH: 3, USD: 2 };

/** Whole dollars as ticks and hundredths of a coin as lots, which are worth a cent at a price of one: easy to reckon by hand. */
export const btcUsd: MarketDefinition = {
  symbol: 'BTC-USD',
  base: 'BTC',
  quote: 'USD',
  tickSize: 100n,
  lotSize: 100n,
  minQuantity: 200n,
  maxQuantity: 100_000n,
  minNotional: 500n,
  makerFeePpm: 1_000,
  takerFeePpm: 2_000,
  collarBps: 1_000,
  liquidityQuantity: 10_000n,
};

/** A maker pays more than a taker here, so that the larger of the two fees is not always the taker's. */
export const ethUsd: MarketDefinition = {
  symbol: 'ETH-USD',
  base: 'ETH',
  quote: 'USD',
  tickSize: 50n,
  lotSize: 20n,
  minQuantity: 20n,
  maxQuantity: 5_000n,
  minNotional: 0n,
  makerFeePpm: 30_000,
  takerFeePpm: 10_000,
  collarBps: 2_000,
  liquidityQuantity: 600n,
};

/** Without fees, quoted in what is a base asset elsewhere. */
export const ethBtc: MarketDefinition = {
  symbol: 'ETH-BTC',
  base: 'ETH',
  quote: 'BTC',
  tickSize: 10n,
  lotSize: 100n,
  minQuantity: 100n,
  maxQuantity: 10_000n,
  minNotional: 20n,
  makerFeePpm: 0,
  takerFeePpm: 0,
  collarBps: 5_000,
  liquidityQuantity: 1_000n,
};

const bare: LiquidityModel = {
  name: 'none',
  halfSpreadTicks: 1,
  halfSpreadBps: 0,
  spacingBps: 0,
  quantityPercent: [],
  refillMs: 60_000,
};

/** Around a reference price of 100 the ladder stands at 99, 98, 97 and 101, 102, 103 and shows 10, 20 and 30 lots. */
export const liquidityModels = {
  none: bare,
  frictionless: { ...bare, name: 'frictionless', quantityPercent: [100], refillMs: 0 },
  ladder: { ...bare, name: 'ladder', spacingBps: 100, quantityPercent: [10, 20, 30] },
  /** One lot on each side, an hour to grow back. */
  tiny: { ...bare, name: 'tiny', quantityPercent: [0.5], refillMs: 3_600_000 },
} satisfies Record<string, LiquidityModel>;

export type LiquidityName = keyof typeof liquidityModels;

export function venueWith(liquidity: LiquidityName, change: Partial<VenueDefinition> = {}): VenueDefinition {
  return {
    assets: Object.entries(scales).map(([asset, scale]) => ({ asset, scale })),
    markets: [btcUsd, ethUsd, ethBtc],
    liquidity: liquidityModels[liquidity],
    openOrdersMax: 5,
    ...change,
  };
}

/** What became of an order, in words. */
export interface Placed {
  readonly orderId: number;
  /** `RESTING`, `FILLED`, or what ended it and why: `EXPIRED NO_LIQUIDITY`, `REJECTED QUANTITY_TOO_SMALL`. */
  readonly outcome: string;
  readonly reason: string | undefined;
  /** From whom, how much and at what price: `bob 0.5 @ 100`. */
  readonly fills: readonly string[];
  readonly events: readonly Event[];
}

/** An exchange on a stage: commands in short words, and books and balances as text. */
export class Scene {
  readonly exchange: Exchange;
  time = 1_000_000;
  private readonly names = new Map<number, string>([[liquidityAccountId, 'quotes']]);

  constructor(liquidity: LiquidityName = 'none', change: Partial<VenueDefinition> = {}, createBook?: OrderBookFactory) {
    this.exchange = new Exchange(createBook);
    this.do({ type: 'ConfigureVenue', venue: venueWith(liquidity, change) });
  }

  do(command: Command): Execution {
    return this.exchange.execute(command, { sequence: this.exchange.sequence + 1, time: this.time });
  }

  /** Opens an account with some funds: `account('alice', '100 USD', '2 BTC')`. */
  account(name: string, ...funds: string[]): number {
    this.do({ type: 'OpenAccount', name, accountType: 'CUSTOMER' });
    const accountId = this.exchange.sequence;
    this.names.set(accountId, name);
    for (const fund of funds) this.do({ type: 'Deposit', accountId, ...money(fund) });
    return accountId;
  }

  /**
   * Buys: `'0.5 @ 100'` with a limit, `'0.5'` at the market, `'50 USD'` for that much of the quote asset;
   * `IOC`, `FOK`, `POST_ONLY` and the ways of preventing self-trades may follow.
   */
  buy(accountId: number, words: string, symbol = 'BTC-USD'): Placed {
    return this.place(this.order('BUY', accountId, words, symbol));
  }

  /** The same, struck by a fault. */
  struck(fault: OrderFault, side: Side, accountId: number, words: string): Placed {
    return this.place({ ...this.order(side, accountId, words, 'BTC-USD'), fault });
  }

  /** Has an order matched that waited; what it came to is as if it had been placed now. */
  release(orderId: number): Placed {
    const { events, reject } = this.do({ type: 'ReleaseOrder', orderId });
    const outcome = reject === undefined ? outcomeOf(orderId, events) : `REJECTED ${reject.rejected}`;
    return { orderId, outcome, reason: reject?.reason, fills: this.fills(events), events };
  }

  sell(accountId: number, words: string, symbol = 'BTC-USD'): Placed {
    return this.place(this.order('SELL', accountId, words, symbol));
  }

  place(command: PlaceOrder): Placed {
    const { events, reject } = this.do(command);
    const orderId = this.exchange.sequence;
    const outcome = reject === undefined ? outcomeOf(orderId, events) : `REJECTED ${reject.rejected}`;
    return { orderId, outcome, reason: reject?.reason, fills: this.fills(events), events };
  }

  cancel(orderId: number): Execution {
    return this.do({ type: 'CancelOrder', orderId });
  }

  /** The next beat of the price source, some time later. */
  move(price: string, afterMs = 0, symbol = 'BTC-USD'): readonly string[] {
    this.time += afterMs;
    const { tickSize, quoteScale } = this.exchange.market(symbol)!.instrument;
    const priceTicks = Number(units(price, quoteScale)) / tickSize;
    const beat = this.exchange.state.beat + 1;
    return this.fills(this.do({ type: 'MovePrices', beat, prices: [{ symbol, priceTicks }] }).events);
  }

  /** The price source was silent for too long: what it says of a market is the price that it has. */
  moveStale(symbol = 'BTC-USD'): readonly string[] {
    const priceTicks = this.exchange.market(symbol)!.referenceTicks;
    const beat = this.exchange.state.beat + 1;
    return this.fills(this.do({ type: 'MovePrices', beat, prices: [{ symbol, priceTicks, stale: true }] }).events);
  }

  /** The whole book, dearest first, each price with who is there in order of time: `sell 101: bob 0.5, quotes 0.1`. */
  book(symbol = 'BTC-USD'): string {
    return [...this.half('SELL', symbol).reverse(), ...this.half('BUY', symbol)].join('\n');
  }

  /** `90 USD + 10 held, 2 BTC`: what is available and held, without what is zero. */
  balances(accountId: number): string {
    const { balances } = this.exchange.state.ledger.account(accountId);
    return [...balances]
      .filter(([, { total }]) => total !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([asset, { available, held }]) => {
        const text = (amount: Amount) => formatDecimal(amount, scales[asset]!);
        return `${text(available)} ${asset}${held === 0n ? '' : ` + ${text(held)} held`}`;
      })
      .join(', ');
  }

  fills(events: readonly Event[]): readonly string[] {
    return events.flatMap((event) => {
      if (event.type !== 'TradeExecuted') return [];
      const other = event.takerOrderId === 0 ? event.takerAccountId : event.makerAccountId;
      const maker = event.takerOrderId === 0 ? ` for ${this.names.get(event.makerAccountId)}` : '';
      const { instrument } = this.exchange.market(event.symbol)!;
      const quantity = formatDecimal(instrument.quantity(event.quantityLots), instrument.baseScale);
      const price = formatDecimal(instrument.price(event.priceTicks), instrument.quoteScale);
      return [`${this.names.get(other)} ${quantity} @ ${price}${maker}`];
    });
  }

  private order(side: Side, accountId: number, words: string, symbol: string): PlaceOrder {
    const { base, quote } = this.exchange.market(symbol)!.instrument;
    const [size, ...rest] = words.split(' ');
    const limit = rest.includes('@') ? units(rest[rest.indexOf('@') + 1]!, scales[quote]!) : undefined;
    const word = (...known: string[]) => known.find((candidate) => rest.includes(candidate));
    return {
      type: 'PlaceOrder',
      accountId,
      symbol,
      side,
      orderType: limit === undefined ? 'MARKET' : 'LIMIT',
      timeInForce: (word('IOC', 'FOK') ?? (limit === undefined ? 'IOC' : 'GTC')) as TimeInForce,
      ...(rest[0] === quote
        ? { quoteQuantity: units(size!, scales[quote]!) }
        : { quantity: units(size!, scales[base]!) }),
      price: limit,
      postOnly: rest.includes('POST_ONLY'),
      selfTradePrevention: (word('EXPIRE_MAKER', 'EXPIRE_BOTH') ?? 'EXPIRE_TAKER') as SelfTradePrevention,
    };
  }

  private half(side: Side, symbol: string): string[] {
    const { book, liquidity, instrument } = this.exchange.market(symbol)!;
    const rows: { ticks: number; time: number; who: string; lots: number }[] = [];
    for (let order = book.best(side); order !== undefined; order = book.next(order)) {
      const who = this.names.get(order.account.accountId)!;
      rows.push({ ticks: order.priceTicks, time: order.orderId, who, lots: order.remainingLots });
    }
    for (let quote = liquidity.quote(side); quote !== undefined; quote = liquidity.quote(side, quote.level + 1)) {
      rows.push({ ticks: quote.ticks, time: liquidity.quotedAt, who: 'quotes', lots: quote.lots });
    }
    const better = side === 'BUY' ? -1 : 1;
    const prices = new Map<number, string[]>();
    for (const { ticks, who, lots } of rows.sort((a, b) => better * (a.ticks - b.ticks) || a.time - b.time)) {
      const quantity = lots === Infinity ? '∞' : formatDecimal(instrument.quantity(lots), instrument.baseScale);
      prices.set(ticks, [...(prices.get(ticks) ?? []), `${who} ${quantity}`]);
    }
    return [...prices].map(
      ([ticks, who]) =>
        `${side.toLowerCase()} ${formatDecimal(instrument.price(ticks), instrument.quoteScale)}: ${who.join(', ')}`,
    );
  }
}

/** A book as it is drawn in a spec: without the indentation. */
export function drawn(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

/** `'1.5 USD'` as an asset and an amount of its units. */
export function money(words: string): { asset: string; amount: Amount } {
  const [decimal, asset] = words.split(' ');
  return { asset: asset!, amount: units(decimal!, scales[asset!]!) };
}

function units(text: string, scale: number): Amount {
  const amount = parseDecimal(text, scale);
  if (typeof amount === 'string') throw new Error(`${text} is ${amount}`);
  return amount;
}

function outcomeOf(orderId: number, events: readonly Event[]): string {
  let outcome = 'FILLED';
  for (const event of events) {
    if (event.type === 'OrderRested') outcome = 'RESTING';
    if (event.type === 'OrderExpired' && event.orderId === orderId) outcome = `EXPIRED ${event.reason}`;
  }
  return outcome;
}
