import type { Command, Stamp } from '../command.js';
import type { Event, OrderPlaced, RiskLimitsSet } from '../event.js';
import { liquidityAccountId } from '../ids.js';
import type { MarketDefinition, VenueDefinition } from '../instrument.js';
import type { RiskLimit, RiskLimitKind } from '../risk/limits/risk-limit.js';
import type { Turn } from './session.fixture.js';
import { demand, type ShadowBook } from './shadow-book.fixture.js';

const dayMs = 86_400_000;

/** What the auditor knows of an account that has limits. */
interface Limited {
  readonly set: RiskLimitsSet;
  /** What was told last of each limit. */
  readonly told: Map<string, string>;
  /** The day's gain or loss by quote asset, in fractions of a unit: gathered from every move of a price and every trade. */
  readonly results: Map<string, Fraction>;
}

/** `whole` units and `parts` of `10^18` of one. */
interface Fraction {
  parts: bigint;
  /** How often something was rounded since, by less than a unit each time. */
  roundings: number;
}

const unit = 10n ** 18n;

/** The limits of the accounts as an auditor reckons them: from the events alone, and in no way that the engine uses. */
export class ShadowRisk {
  private readonly limited = new Map<number, Limited>();
  private readonly placedAt = new Map<string, number>();
  private readonly switched = new Set<number | 'all'>();
  private day = 0;
  private venue!: VenueDefinition;

  constructor(
    private readonly book: ShadowBook,
    private readonly total: (accountId: number, asset: string) => bigint,
    private readonly count: (what: string) => void,
  ) {}

  bandOf(accountId: number): number {
    return Number(this.limit(accountId, 'PRICE_BAND')?.limit ?? 10_000n);
  }

  begin({ time }: Stamp, venue: VenueDefinition): void {
    this.venue = venue;
    const day = Math.floor(time / dayMs);
    if (day === this.day) return;
    this.day = day;
    for (const { results } of this.limited.values()) for (const quote of results.keys()) results.set(quote, nothing());
  }

  /** Told of an event while the books are still as they were before it. */
  before(event: Event): void {
    switch (event.type) {
      case 'RiskLimitsSet':
        this.setLimits(event);
        break;
      case 'PricesMoved':
        for (const [symbol, ticks] of new Map(event.prices.map((price) => [price.symbol, price.priceTicks]))) {
          this.priceMoved(symbol, ticks);
        }
        break;
      case 'TradeExecuted': {
        const { symbol, takerSide, takerAccountId, makerAccountId, quantityLots, notional, takerFee, makerFee } = event;
        const sign = takerSide === 'BUY' ? 1n : -1n;
        this.traded(takerAccountId, symbol, sign * BigInt(quantityLots), sign * notional + takerFee);
        this.traded(makerAccountId, symbol, -sign * BigInt(quantityLots), -sign * notional + makerFee);
        break;
      }
      case 'FundsMoved':
        for (const accountId of [event.fromAccountId, event.toAccountId]) this.rounded(accountId);
        break;
      case 'RiskWarningRaised':
      case 'RiskLimitBreached':
      case 'RiskEased':
        this.tell(event);
        break;
      case 'KillSwitchEngaged':
        this.count('switch engaged');
        demand(!this.switched.has(event.accountId ?? 'all'), 'a switch is engaged once');
        this.switched.add(event.accountId ?? 'all');
        break;
      case 'KillSwitchReleased':
        demand(this.switched.delete(event.accountId ?? 'all'), 'a switch is released that is engaged');
        break;
      default:
    }
  }

  check({ command, stamp, execution: { events, reject } }: Turn): void {
    if (reject?.rejected.endsWith('_LIMIT')) this.checkRefusal(command, stamp, reject.rejected);
    for (const { placed } of this.book.orders.values()) {
      const isStopped = this.switched.has('all') || this.switched.has(placed.accountId);
      demand(!isStopped, 'nothing is open behind a kill switch');
    }
    const placed = events.find((event) => event.type === 'OrderPlaced');
    if (placed !== undefined) this.checkPlaced(placed, stamp, events);
    for (const accountId of this.limited.keys()) this.checkTold(accountId);
  }

  private checkPlaced(placed: OrderPlaced, { time }: Stamp, events: readonly Event[]): void {
    const { accountId, symbol, side, orderId } = placed;
    demand(!this.switched.has('all') && !this.switched.has(accountId), 'nobody places orders behind a kill switch');
    if (!this.limited.has(accountId)) return;
    const second = `${accountId} ${Math.floor(time / 1_000)}`;
    this.placedAt.set(second, (this.placedAt.get(second) ?? 0) + 1);
    const market = this.book.market(symbol);
    const within = (kind: RiskLimitKind, of: string | undefined, value: bigint) => {
      const limit = this.limit(accountId, kind, of);
      if (limit === undefined) return;
      this.count(`passed ${kind}`);
      demand(value <= limit.limit, `no order passes ${kind} ${of}: ${value} of ${limit.limit}`);
    };
    const trades = events.flatMap((event) => (event.type === 'TradeExecuted' ? [event] : []));
    const rest = this.book.orders.get(orderId);
    const traded = trades.reduce((sum, { notional }) => sum + notional, 0n);
    within('ORDER_RATE', undefined, BigInt(this.placedAt.get(second)!));
    within('ORDER_QUANTITY', symbol, BigInt(placed.quantityLots) * market.lotSize);
    within('ORDER_NOTIONAL', market.quote, traded + (rest === undefined ? 0n : this.worth(orderId)));
    for (const { priceTicks } of trades) within('PRICE_BAND', undefined, this.beyond(symbol, side, priceTicks));
    const isPriced = rest !== undefined && placed.orderType === 'LIMIT';
    if (isPriced) within('OPEN_NOTIONAL', market.quote, this.open(accountId, market.quote));
    if (trades.length === 0 && rest === undefined) return;
    const brings = side === 'BUY' ? market.base : market.quote;
    within('POSITION', brings, this.reached(accountId, brings));
    const result = this.limited.get(accountId)?.results.get(market.quote);
    if (side === 'BUY' && result !== undefined) within('DAILY_LOSS', market.quote, leastLoss(result));
  }

  /** What was refused would, at the most that it could come to, have gone beyond the limit. */
  private checkRefusal(command: Command, { time }: Stamp, code: string): void {
    const kind = code.slice(0, -'_LIMIT'.length) as RiskLimitKind;
    if (command.type !== 'PlaceOrder' || !this.has(command.accountId, kind)) {
      demand(['OPEN_ORDERS_LIMIT', 'API_KEYS_LIMIT', 'BALANCE_LIMIT'].includes(code), `${code} needs a limit`);
      return;
    }
    this.count(`refused ${kind}`);
    const { accountId, symbol, side, quantity, price } = command;
    const market = this.book.market(symbol);
    const beyond = (of: string | undefined, value: bigint) =>
      demand(value > this.limit(accountId, kind, of)!.limit, `an order is refused for ${kind} only beyond it`);
    const worth = quantity === undefined || price === undefined ? undefined : this.value(market, price, quantity);
    if (kind === 'ORDER_RATE') {
      beyond(undefined, BigInt((this.placedAt.get(`${accountId} ${Math.floor(time / 1_000)}`) ?? 0) + 1));
    }
    if (kind === 'ORDER_QUANTITY' && quantity !== undefined) beyond(symbol, quantity);
    if (kind === 'ORDER_NOTIONAL' && worth !== undefined && side === 'BUY') beyond(market.quote, worth);
    if (kind === 'OPEN_NOTIONAL') beyond(market.quote, this.open(accountId, market.quote) + worth!);
    if (kind === 'POSITION' && side === 'BUY' && quantity !== undefined) {
      beyond(market.base, this.reached(accountId, market.base) + quantity);
    }
  }

  /** What was told last of a limit is what is true of it, unless an order was refused for it. */
  private checkTold(accountId: number): void {
    const { set, told } = this.limited.get(accountId)!;
    for (const { kind, of, limit } of set.limits) {
      if (kind !== 'OPEN_NOTIONAL' && kind !== 'POSITION') continue;
      const value = kind === 'POSITION' ? this.reached(accountId, of!) : this.open(accountId, of!);
      const level =
        value > limit ? 'BREACHED' : value * 100n >= limit * BigInt(set.warnAtPercent) ? 'WARNING' : 'NORMAL';
      const last = told.get(`${kind} ${of}`) ?? 'NORMAL';
      demand(last === 'REFUSING' || last === level, `${kind} of ${accountId} is ${level}, and was told to be ${last}`);
    }
  }

  private tell(event: Extract<Event, { type: 'RiskWarningRaised' | 'RiskLimitBreached' | 'RiskEased' }>): void {
    const { told } = this.limited.get(event.accountId)!;
    const limit = this.limit(event.accountId, event.kind, event.of);
    const key = `${event.kind} ${event.of}`;
    const before = told.get(key) ?? 'NORMAL';
    demand(limit?.limit === event.limit, 'what is told of a limit is of one that there is');
    if (event.type === 'RiskWarningRaised') told.set(key, 'WARNING');
    else if (event.type === 'RiskEased') told.set(key, event.level);
    else told.set(key, event.orderId === undefined ? 'BREACHED' : 'REFUSING');
    const after = told.get(key)!;
    this.count(`told ${after}`);
    demand(before !== after && !(after === 'REFUSING' && before === 'BREACHED'), 'a crossing is told once');
  }

  private setLimits(event: RiskLimitsSet): void {
    const before = this.limited.get(event.accountId);
    this.limited.delete(event.accountId);
    if (event.limits.length === 0) return;
    const quotes = event.limits.filter(({ kind }) => kind === 'DAILY_LOSS').map(({ of }) => of!);
    const results = new Map(quotes.map((quote) => [quote, before?.results.get(quote) ?? nothing()]));
    this.limited.set(event.accountId, { set: event, told: new Map(), results });
    if (before === undefined) {
      for (const key of this.placedAt.keys()) {
        if (key.startsWith(`${event.accountId} `)) this.placedAt.delete(key);
      }
    }
  }

  private priceMoved(symbol: string, ticks: number): void {
    const market = this.book.market(symbol);
    const before = this.book.references.get(symbol)?.ticks;
    if (before === undefined) return;
    const change = BigInt(ticks - before) * market.tickSize;
    for (const accountId of this.limited.keys()) {
      this.gain(accountId, market, change * this.total(accountId, market.base), 1);
    }
  }

  private traded(accountId: number, symbol: string, lots: bigint, paid: bigint): void {
    if (accountId === liquidityAccountId) return;
    this.rounded(accountId);
    const market = this.book.market(symbol);
    const reference = this.book.references.get(symbol)?.ticks;
    if (reference === undefined) return;
    const scale = this.wholeBase(market);
    this.gain(accountId, market, BigInt(reference) * market.tickSize * lots * market.lotSize - paid * scale, 0);
  }

  /** `worth` is in units of the quote asset, times a whole base asset. */
  private gain(accountId: number, market: MarketDefinition, worth: bigint, roundings: number): void {
    const result = this.limited.get(accountId)?.results.get(market.quote);
    if (result === undefined) return;
    result.parts += (worth * unit) / this.wholeBase(market);
    result.roundings += roundings;
  }

  private rounded(accountId: number): void {
    for (const result of this.limited.get(accountId)?.results.values() ?? []) result.roundings += 2;
  }

  private limit(accountId: number, kind: RiskLimitKind, of?: string): RiskLimit | undefined {
    return this.limited.get(accountId)?.set.limits.find((limit) => limit.kind === kind && limit.of === of);
  }

  private has(accountId: number, kind: RiskLimitKind): boolean {
    return this.limited.get(accountId)?.set.limits.some((limit) => limit.kind === kind) === true;
  }

  private reached(accountId: number, asset: string): bigint {
    let sum = this.total(accountId, asset);
    for (const [orderId, { placed, market, remaining }] of this.book.orders) {
      if (placed.accountId !== accountId) continue;
      if (placed.side === 'BUY' && market.base === asset) sum += remaining;
      if (placed.side === 'SELL' && market.quote === asset) sum += this.worth(orderId);
    }
    return sum;
  }

  private open(accountId: number, quote: string): bigint {
    let sum = 0n;
    for (const [orderId, { placed, market }] of this.book.orders) {
      if (placed.accountId === accountId && market.quote === quote) sum += this.worth(orderId);
    }
    return sum;
  }

  private worth(orderId: number): bigint {
    const { market, price, remaining } = this.book.orders.get(orderId)!;
    return this.value(market, price, remaining);
  }

  private value(market: MarketDefinition, price: bigint, quantity: bigint): bigint {
    return (price * quantity) / this.wholeBase(market);
  }

  /** In basis points, rounded up. */
  private beyond(symbol: string, side: 'BUY' | 'SELL', ticks: number): bigint {
    const reference = this.book.references.get(symbol)?.ticks;
    if (reference === undefined) return 0n;
    const distance = side === 'BUY' ? ticks - reference : reference - ticks;
    return BigInt(Math.max(0, Math.ceil((distance * 10_000) / reference)));
  }

  private wholeBase(market: MarketDefinition): bigint {
    return 10n ** BigInt(this.venue.assets.find(({ asset }) => asset === market.base)!.scale);
  }
}

function nothing(): Fraction {
  return { parts: 0n, roundings: 1 };
}

/** The loss in whole units, if every rounding has made it look larger than it is. */
function leastLoss({ parts, roundings }: Fraction): bigint {
  return parts < 0n ? -parts / unit - BigInt(roundings) : 0n;
}
