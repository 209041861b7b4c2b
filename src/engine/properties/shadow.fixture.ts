import type { Command, PlaceOrder } from '../command.js';
import type {
  CancelOnDisconnectDisarmed,
  Event,
  FundsMoved,
  OrderExpired,
  OrderPlaced,
  OrderRested,
  TradeExecuted,
} from '../event.js';
import type { Exchange } from '../exchange.js';
import { externalAccountId, feesAccountId, liquidityAccountId } from '../ids.js';
import type { MarketDefinition, VenueDefinition } from '../instrument.js';
import type { BalanceAfter } from '../ledger/balance-after.js';
import type { Turn } from './session.fixture.js';
import { demand, type OpenOrder, ppm, ShadowBook } from './shadow-book.fixture.js';
import { ShadowRisk } from './shadow-risk.fixture.js';

/**
 * An auditor who keeps books of their own. From the events alone, and in no way that the engine uses,
 * they reckon what everybody must have and hold, and who was next in line for every trade.
 */
export class Shadow {
  private readonly book: ShadowBook;
  private readonly risk: ShadowRisk;

  /** `met` counts how often what was met, so that a property cannot hold because nothing happened. */
  constructor(
    private readonly exchange: Exchange,
    private readonly met: Map<string, number>,
  ) {
    this.book = new ShadowBook(
      exchange,
      (what) => this.count(what),
      (accountId) => this.risk.bandOf(accountId),
    );
    this.risk = new ShadowRisk(
      this.book,
      (accountId, asset) => this.total(accountId, asset),
      (what) => this.count(what),
    );
  }

  private venue!: VenueDefinition;
  private readonly totals = new Map<string, bigint>();
  /** What everybody has been told of their balances so far. */
  private readonly told = new Map<string, string>();
  private readonly halted = new Set<string>();
  private readonly stale = new Set<string>();
  /** Each key in force, with its account and when it was used last. */
  private readonly keys = new Map<number, { accountId: number; usedAt: number }>();
  /** What is armed to cancel on disconnect: the grace, by account and market. */
  private readonly guards = new Map<string, number>();
  private trades = 0;
  private sequence = 0;
  private instructions = 0;
  private readonly settled = new Set<number>();

  watch(turn: Turn): void {
    const { command, stamp, execution } = turn;
    const { events, balances, reject } = execution;
    this.sequence = stamp.sequence;
    this.count(`command ${command.type}`);
    if (reject !== undefined) {
      this.count(`reject ${reject.rejected}`);
      demand(
        events.every(({ type }) => ['OrderRejected', 'TransferRejected', 'RiskLimitBreached'].includes(type)),
        'what is refused changes nothing',
      );
    }
    this.risk.begin(stamp, this.venue);
    for (const event of events) {
      this.risk.before(event);
      this.fold(event, command, stamp.sequence);
    }
    this.risk.check(turn);
    this.checkMoney();
    this.checkBalances(balances);
    this.checkKeys();
    this.checkGuards();
    this.checkOrders();
    this.checkBooks(events);
    if (command.type === 'PlaceOrder' && reject === undefined) this.checkPlaced(command, stamp.sequence, events);
  }

  /** One for each side that is a customer's, where there is a custodian. */
  private instructTransfer({ kind, instructionId }: FundsMoved): void {
    const expected = this.venue.instructsTransfers ? this.instructions + 1 : undefined;
    demand(instructionId === expected, 'a movement of funds is instructed where there is a custodian');
    if (expected === undefined) return;
    this.count('transfer instructed');
    this.instructions += kind === 'TRANSFER' ? 2 : 1;
  }

  private count(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  private fold(event: Event, command: Command, sequence: number): void {
    switch (event.type) {
      case 'VenueConfigured':
        this.venue = event.venue;
        this.book.markets = event.venue.markets;
        for (const quote of this.book.references.values()) quote.since = sequence;
        break;
      case 'FundsMoved':
        this.post(event.fromAccountId, event.toAccountId, event.asset, event.amount);
        this.instructTransfer(event);
        break;
      case 'OrderPlaced':
        this.place(event, command);
        break;
      case 'TradeExecuted':
        this.trade(event, command);
        break;
      case 'OrderReleased':
        this.count('released');
        demand(this.order(event.orderId).waiting, 'only what waits is released');
        this.order(event.orderId).waiting = false;
        break;
      case 'OrderRested':
        this.rest(event, sequence);
        break;
      case 'OrderCanceled':
        this.count(event.reason === undefined ? 'canceled' : `canceled ${event.reason}`);
        demand(this.isOpen(event.orderId), 'only what rests or waits is canceled');
        demand((event.reason === 'KILL_SWITCH') === (command.type === 'EngageKillSwitch'), 'a cancel says why');
        this.book.orders.delete(event.orderId);
        break;
      case 'OrderExpired':
        this.expire(event);
        break;
      case 'CancelOnDisconnectArmed': {
        const key = `${event.accountId} ${event.symbol}`;
        demand(this.guards.get(key) !== event.graceMs, 'what is armed already is not armed again');
        this.guards.set(key, event.graceMs);
        break;
      }
      case 'CancelOnDisconnectDisarmed': {
        demand(this.guards.delete(`${event.accountId} ${event.symbol}`), 'only what is armed is disarmed');
        if (command.type === 'CancelOrders') this.checkAllCanceled(event);
        break;
      }
      case 'PricesMoved':
        for (const { symbol, priceTicks, stale } of event.prices) {
          if (stale) this.stale.add(symbol);
          else this.stale.delete(symbol);
          if (this.book.references.get(symbol)?.ticks !== priceTicks)
            this.book.references.set(symbol, { ticks: priceTicks, since: sequence });
        }
        break;
      case 'MarketStatusChanged':
        if (event.status === 'HALTED') this.halted.add(event.symbol);
        else this.halted.delete(event.symbol);
        break;
      case 'ApiKeyIssued':
        demand(event.keyId === sequence, 'a key is named by its record');
        this.keys.set(event.keyId, { accountId: event.accountId, usedAt: 0 });
        break;
      case 'ApiKeyRevoked':
        this.count('revoked');
        demand(this.keys.get(event.keyId)?.accountId === event.accountId, "only an account's own keys are revoked");
        this.keys.delete(event.keyId);
        break;
      case 'ApiKeysUsed':
        for (const { keyId, usedAt } of event.uses) {
          const key = this.keys.get(keyId);
          demand(key !== undefined && usedAt > key.usedAt, 'what is told of the use of a key is new');
          key.usedAt = usedAt;
        }
        break;
      case 'SettlementCycleClosed':
        for (const { instructionId } of event.instructions) {
          this.instructions += 1;
          demand(instructionId === this.instructions, 'instructions are counted');
        }
        break;
      case 'InstructionStatusesChanged':
        for (const { instructionId, status } of event.changes) {
          this.count(`instruction ${status}`);
          demand(instructionId <= this.instructions && !this.settled.has(instructionId), 'nothing is settled twice');
          if (status === 'SETTLED') this.settled.add(instructionId);
        }
        break;
      case 'AccountOpened':
      case 'AccountStatusChanged':
      case 'TransferRejected':
      case 'OrderRejected':
    }
  }

  private total(accountId: number, asset: string): bigint {
    return this.totals.get(`${accountId} ${asset}`) ?? 0n;
  }

  private post(from: number, to: number, asset: string, amount: bigint): void {
    demand(amount >= 0n && from !== to, 'a posting goes from one account to another');
    for (const [accountId, change] of [
      [from, -amount],
      [to, amount],
    ] as const) {
      const key = `${accountId} ${asset}`;
      this.totals.set(key, (this.totals.get(key) ?? 0n) + change);
    }
  }

  /** Halted by command, or because its price is stale in a venue that does not trade on at such prices. */
  private standsStill(symbol: string): boolean {
    return this.halted.has(symbol) || (this.venue.stalePrice === 'halt' && this.stale.has(symbol));
  }

  private order(orderId: number): OpenOrder {
    const order = this.book.orders.get(orderId);
    demand(order !== undefined, `order ${orderId} is open`);
    return order;
  }

  private wholeBase(market: MarketDefinition): bigint {
    return 10n ** BigInt(this.venue.assets.find(({ asset }) => asset === market.base)!.scale);
  }

  private value(market: MarketDefinition, price: bigint, quantity: bigint): bigint {
    const product = price * quantity;
    demand(product % this.wholeBase(market) === 0n, 'a price times a quantity is a whole number of units');
    return product / this.wholeBase(market);
  }

  private isOpen(orderId: number): boolean {
    const { resting, waiting } = this.order(orderId);
    return resting || waiting;
  }

  private place(placed: OrderPlaced, command: Command): void {
    const market = this.book.market(placed.symbol);
    const quantity = BigInt(placed.quantityLots) * market.lotSize;
    const price = placed.price ?? 0n;
    demand(placed.quantity === undefined || placed.quantity === quantity, 'an order is as large as it was sent');
    demand(BigInt(placed.priceTicks) * market.tickSize === price, 'a limit is what was sent');
    this.book.orders.set(placed.orderId, {
      placed,
      market,
      price,
      remaining: quantity,
      filled: 0n,
      worth: 0n,
      resting: false,
      restedAt: 0,
      ...this.struck(placed, command, market),
    });
    if (placed.orderType === 'LIMIT') {
      const fees = placed.postOnly ? [market.makerFeePpm] : [market.makerFeePpm, market.takerFeePpm];
      demand(placed.hold === this.cost(placed.orderId, Math.max(...fees)), 'a limit order holds what it could cost');
    }
  }

  /** What a fault does to an order: it waits, or only a part of it is filled at once. */
  private struck({ quantityLots, quantity }: OrderPlaced, command: Command, { lotSize }: MarketDefinition) {
    const { fault, postOnly } = command as PlaceOrder;
    const waiting = fault?.matchAfterMs !== undefined && quantity !== undefined && !postOnly;
    if (waiting) this.count('had to wait');
    const part = waiting || quantity === undefined ? undefined : fault?.fillPercent;
    const servedMax = part === undefined ? undefined : BigInt(Math.floor((quantityLots * part) / 100)) * lotSize;
    return { waiting, servedMax };
  }

  /** What the rest of an order could cost at its limit. */
  private cost(orderId: number, feePpm: number): bigint {
    const { placed, market, price, remaining } = this.order(orderId);
    if (placed.side === 'SELL') return remaining;
    const value = this.value(market, price, remaining);
    return value + ppm(value, feePpm);
  }

  private trade(trade: TradeExecuted, command: Command): void {
    const market = this.book.market(trade.symbol);
    const quantity = BigInt(trade.quantityLots) * market.lotSize;
    const price = BigInt(trade.priceTicks) * market.tickSize;
    const notional = this.value(market, price, quantity);
    this.trades += 1;
    demand(trade.tradeId === this.trades, 'trades are counted');
    demand(quantity > 0n && trade.notional === notional, 'a trade is worth its price times its quantity');
    demand(!this.standsStill(trade.symbol), 'nobody trades in a market that is halted');
    const takes = command.type === 'PlaceOrder' || command.type === 'ReleaseOrder';
    demand(takes === (trade.takerOrderId !== 0), 'quotes take only when they are moved');
    this.count(
      trade.takerOrderId === 0
        ? 'trade quotes take'
        : trade.makerOrderId === 0
          ? 'trade quotes give'
          : 'trade customers',
    );

    const takerFee = this.fill(trade.takerOrderId, trade.takerAccountId, false, price, quantity, notional, market);
    const makerFee = this.fill(trade.makerOrderId, trade.makerAccountId, true, price, quantity, notional, market);
    demand(trade.takerFee === takerFee && trade.makerFee === makerFee, 'fees are rounded down');
    this.book.checkPriority(trade);
    this.dropFilled(trade.takerOrderId);
    this.dropFilled(trade.makerOrderId);

    const [buyer, seller] =
      trade.takerSide === 'BUY'
        ? [trade.takerAccountId, trade.makerAccountId]
        : [trade.makerAccountId, trade.takerAccountId];
    this.post(seller, buyer, market.base, quantity);
    this.post(buyer, seller, market.quote, notional);
    this.post(trade.takerAccountId, feesAccountId, market.quote, takerFee);
    this.post(trade.makerAccountId, feesAccountId, market.quote, makerFee);
  }

  private fill(
    orderId: number,
    accountId: number,
    makes: boolean,
    price: bigint,
    quantity: bigint,
    notional: bigint,
    market: MarketDefinition,
  ): bigint {
    if (orderId === 0) {
      demand(accountId === liquidityAccountId, 'order 0 means the quotes');
      return 0n;
    }
    const order = this.order(orderId);
    const { placed } = order;
    const fee = ppm(notional, makes ? order.market.makerFeePpm : market.takerFeePpm);
    demand(placed.accountId === accountId && placed.symbol === market.symbol, 'a trade names whose order it was');
    demand(order.resting === makes, 'makers rest and takers do not');
    demand(!makes || price === order.price, 'a trade has the price of its maker');
    demand(!order.waiting, 'what waits does not trade');
    demand(quantity <= order.remaining, 'no order is filled beyond its quantity');
    const ticks = Number(price / market.tickSize);
    const reach = makes ? ticks : this.book.reach(order);
    demand(placed.side === 'BUY' ? ticks <= reach : ticks >= reach, 'nobody trades beyond their limit or the collar');
    order.remaining -= quantity;
    order.filled += quantity;
    order.worth += placed.side === 'BUY' ? notional + fee : notional;
    demand((placed.side === 'BUY' ? order.worth : order.filled) <= placed.hold, 'no order costs more than it held');
    demand(placed.quoteQuantity === undefined || order.worth <= placed.quoteQuantity, 'no budget is exceeded');
    const isServed = makes || order.servedMax === undefined || order.filled <= order.servedMax;
    demand(isServed, 'no more is filled at once than a fault lets through');
    if (order.remaining > 0n) this.count('partial fill');
    return fee;
  }

  private dropFilled(orderId: number): void {
    if (this.book.orders.get(orderId)?.remaining !== 0n) return;
    this.count(`filled ${this.order(orderId).placed.timeInForce}`);
    this.book.orders.delete(orderId);
  }

  private rest({ orderId, hold }: OrderRested, sequence: number): void {
    const order = this.order(orderId);
    demand(order.placed.orderType === 'LIMIT' && order.placed.timeInForce === 'GTC', 'only GTC limit orders rest');
    demand(hold === this.cost(orderId, order.market.makerFeePpm), 'a resting order holds what it could cost');
    order.resting = true;
    order.restedAt = sequence;
    this.count('rested');
  }

  private expire({ orderId, reason, accountId }: OrderExpired): void {
    const order = this.order(orderId);
    const { orderType, timeInForce, accountId: owner } = order.placed;
    this.count(`expired ${reason}`);
    demand(accountId === owner, 'an expiry names whose order it was');
    demand(reason !== 'FILL_OR_KILL' || (timeInForce === 'FOK' && order.filled === 0n), 'FOK is all or nothing');
    demand(timeInForce !== 'FOK' || order.filled === 0n, 'FOK is all or nothing');
    demand(reason !== 'NO_LIQUIDITY' || orderType === 'MARKET', 'only market orders run out of liquidity');
    demand(reason !== 'IMMEDIATE_OR_CANCEL' || timeInForce === 'IOC', 'only IOC orders do not wait');
    demand(!order.resting || reason === 'SELF_TRADE_PREVENTION', 'a resting order stays');
    this.book.orders.delete(orderId);
    if (reason === 'PARTIAL_FILL') demand(order.filled === order.servedMax, 'a fault let no more of it be filled');
    if (this.isCut(order)) return;
    if (reason === 'IMMEDIATE_OR_CANCEL' || reason === 'NO_LIQUIDITY') this.book.checkNothingLeft(order);
    if (reason === 'FILL_OR_KILL') this.book.checkKill(order);
  }

  /** It ended where a fault let no more of it be filled, or where what it held since it was accepted bought no more. */
  private isCut({ placed, filled, servedMax, restedAt }: OpenOrder): boolean {
    if (servedMax !== undefined) return placed.timeInForce === 'FOK' || filled === servedMax;
    return placed.orderId !== this.sequence && placed.orderType === 'MARKET' && placed.side === 'BUY' && restedAt === 0;
  }

  private checkKeys(): void {
    const { apiKeys } = this.exchange.state;
    const told = [...this.keys].map(([keyId, { accountId, usedAt }]) => `${keyId} ${accountId} ${usedAt}`);
    const kept = apiKeys.all().map(({ keyId, accountId, lastUsedAt }) => `${keyId} ${accountId} ${lastUsedAt ?? 0}`);
    demand(told.join() === kept.join(), 'the keys in force are those that were issued and not revoked');
    for (const key of apiKeys.all()) {
      demand(apiKeys.withSecretHash(key.secretHash) === key, 'a key is found by its secret');
      demand(apiKeys.ofAccount(key.accountId).includes(key), 'an account has its keys');
    }
  }

  private checkAllCanceled({ accountId, symbol }: CancelOnDisconnectDisarmed): void {
    for (const { placed } of this.book.orders.values()) {
      const guarded = placed.accountId === accountId && (symbol === undefined || placed.symbol === symbol);
      demand(!guarded, 'cancel on disconnect leaves no order behind');
    }
  }

  private checkGuards(): void {
    const kept = this.exchange.state.disconnectGuards.all();
    demand(kept.length === this.guards.size, 'what is armed is what was armed and not disarmed');
    for (const { accountId, symbol, graceMs } of kept) {
      demand(this.guards.get(`${accountId} ${symbol}`) === graceMs, 'the newest grace counts');
    }
  }

  private checkMoney(): void {
    const { accounts } = this.exchange.state.ledger;
    const sums = new Map<string, bigint>();
    for (const [accountId, account] of accounts) {
      const isSystem = [externalAccountId, feesAccountId, liquidityAccountId].includes(accountId);
      for (const [asset, { available, held, total }] of account.balances) {
        sums.set(asset, (sums.get(asset) ?? 0n) + available + held);
        demand(isSystem || (available >= 0n && held >= 0n), `account ${accountId} has no negative ${asset}`);
        demand(total === this.total(accountId, asset), `account ${accountId} has its ${asset}`);
        demand(
          held === this.held(accountId, asset),
          `account ${accountId} holds what its orders could cost in ${asset}`,
        );
      }
    }
    for (const [asset, sum] of sums) demand(sum === 0n, `${asset} adds up to zero`);
  }

  /** Whose balance is another one now is told so, in order, and nobody else is. */
  private checkBalances(balances: readonly BalanceAfter[]): void {
    const changed: string[] = [];
    for (const key of [...this.totals.keys()].sort(byAccountAndAsset)) {
      const [accountId, asset] = [Number(key.split(' ')[0]), key.split(' ')[1]!];
      if (accountId < 0) continue;
      const held = this.held(accountId, asset);
      const now = `${this.totals.get(key)! - held} + ${held}`;
      if ((this.told.get(key) ?? '0 + 0') === now) continue;
      this.told.set(key, now);
      changed.push(`${key}: ${now}`);
    }
    const said = balances.map((after) => `${after.accountId} ${after.asset}: ${after.available} + ${after.held}`);
    demand(said.join() === changed.join(), `the balances that changed are told: ${changed}, not ${said}`);
    if (changed.length > 2) this.count('more than two balances');
  }

  private held(accountId: number, asset: string): bigint {
    let held = 0n;
    for (const [orderId, { placed, market, waiting }] of this.book.orders) {
      const spends = placed.side === 'BUY' ? market.quote : market.base;
      if (placed.accountId !== accountId || spends !== asset) continue;
      held += waiting ? placed.hold : this.cost(orderId, market.makerFeePpm);
    }
    return held;
  }

  private checkOrders(): void {
    const { orders } = this.exchange.state;
    demand(orders.size === this.book.orders.size, 'the open orders are those that were not ended');
    for (const [orderId, { placed, market, remaining, resting, waiting }] of this.book.orders) {
      const order = orders.get(orderId);
      demand(order !== undefined && resting !== waiting, 'what is open rests, or waits');
      demand((order.state === 'WORKING') === waiting, 'what waits is known to wait');
      demand(BigInt(order.remainingLots) * market.lotSize === remaining, 'an order keeps what was not filled of it');
      demand(this.exchange.account(placed.accountId)!.openOrders.has(order), 'an account has its open orders');
    }
  }

  private checkBooks(events: readonly Event[]): void {
    if (events.length === 0) return;
    for (const { symbol } of this.venue.markets) {
      if (this.standsStill(symbol)) continue;
      const bid = this.book.best(symbol, 'BUY');
      const ask = this.book.best(symbol, 'SELL');
      demand(
        bid === undefined || ask === undefined || bid < ask,
        `the book of ${symbol} is not crossed: ${bid}, ${ask}`,
      );
      demand(this.exchange.market(symbol)!.bestTicks('BUY') === bid, 'the best bid is the best');
      demand(this.exchange.market(symbol)!.bestTicks('SELL') === ask, 'the best ask is the best');
    }
  }

  private checkPlaced(command: PlaceOrder, orderId: number, events: readonly Event[]): void {
    if (command.quoteQuantity === undefined) return;
    this.count('placed by quote quantity');
    const isEnded = events.some((event) => event.type === 'OrderExpired' && event.orderId === orderId);
    if (isEnded) return;
    const trades = events.flatMap((event) => (event.type === 'TradeExecuted' ? [event] : []));
    const spent = trades.reduce(
      (sum, { notional, takerFee }) => sum + notional + (command.side === 'BUY' ? takerFee : 0n),
      0n,
    );
    const best = this.book.best(command.symbol, command.side === 'BUY' ? 'SELL' : 'BUY');
    const market = this.book.market(command.symbol);
    const placed = events.find((event) => event.type === 'OrderPlaced')!;
    const reach = this.book.reach({ placed, market, price: 0n });
    if (best === undefined || (command.side === 'BUY' ? best > reach : best < reach)) return;
    const value = this.value(market, BigInt(best) * market.tickSize, market.lotSize);
    const lot = value + (command.side === 'BUY' ? ppm(value, market.takerFeePpm) : 0n);
    // Rounding many fees down may leave one unit that rounding a single one down would have spent.
    demand(lot + 1n > command.quoteQuantity - spent, 'a budget is spent until the next lot is too dear');
  }
}

function byAccountAndAsset(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}
