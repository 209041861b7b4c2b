import type { ApiKey } from './access/api-keys.js';
import type {
  AccountStatus,
  AccountType,
  MarketStatus,
  OrderType,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from './command.js';
import type { DisconnectGuard } from './disconnect-guards.js';
import { Exchange } from './exchange.js';
import type { FaultInForce } from './fault-in-force.js';
import type { LiquidityState } from './matching/liquidity.js';
import { Order } from './matching/order.js';
import type { OrderBookFactory } from './matching/order-book.js';
import type { KillSwitch } from './risk/kill-switch.js';
import { type RiskSnapshot, riskFromJson, riskToJson } from './risk/limits/risk-snapshot.js';
import type { OpenInstruction } from './settlement/settlement.js';
import type { State } from './state.js';
import { venueFromJson, venueToJson } from './venue-json.js';

/**
 * The whole state of the exchange between two commands, as plain JSON: amounts as strings of digits,
 * everything in an order that follows from the state alone, so that equal states give equal texts.
 */
export interface Snapshot {
  readonly sequence: number;
  readonly time: number;
  readonly tradeCount: number;
  readonly beat: number;
  readonly venue?: object;
  readonly accounts: readonly AccountSnapshot[];
  readonly markets: readonly MarketSnapshot[];
  /** Oldest first, which is also their order in time at each price. */
  readonly orders: readonly OrderSnapshot[];
  /** Oldest first. Absent without any, so that a state without keys has the text that it had before there were keys. */
  readonly apiKeys?: readonly ApiKey[];
  /** Absent before the first instruction. */
  readonly settlement?: SettlementSnapshot;
  /** By account and market; absent without any, for the same reason. */
  readonly disconnectGuards?: readonly DisconnectGuard[];
  /** That for all accounts, absent while it is not engaged. */
  readonly killSwitch?: KillSwitch;
  /** Oldest first; absent without any. */
  readonly faults?: readonly FaultInForce[];
}

export interface SettlementSnapshot {
  readonly instructionCount: number;
  /** Oldest first. */
  readonly open: readonly OpenInstruction[];
}

export interface AccountSnapshot {
  readonly accountId: number;
  readonly accountType: AccountType | 'SYSTEM';
  readonly status: AccountStatus;
  /** Asset, available, held; sorted by asset, without those that are zero. */
  readonly balances: readonly (readonly [string, string, string])[];
  /** Absent without limits. */
  readonly risk?: RiskSnapshot;
  /** Absent while it is not engaged. */
  readonly killSwitch?: KillSwitch;
}

export interface MarketSnapshot {
  readonly symbol: string;
  readonly status: MarketStatus;
  /** Absent while the reference price is current. */
  readonly staleSince?: number;
  /** Absent before the first cycle. */
  readonly settledThrough?: number;
  readonly liquidity: LiquidityState;
}

export interface OrderSnapshot {
  readonly orderId: number;
  readonly accountId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly remainingLots: number;
  readonly hold: string;
  readonly makerFeePpm: number;
  /** It was accepted, and is not matched yet. Absent where it rests in its book. */
  readonly working?: true;
  /** When it came to rest, where that was not when it was placed: it is behind those who rested before. */
  readonly restedAt?: number;
}

export function takeSnapshot({ state }: Exchange): Snapshot {
  const byId = <Item>(items: ReadonlyMap<number, Item>) => [...items].sort(([a], [b]) => a - b);
  return {
    sequence: state.sequence,
    time: state.time,
    tradeCount: state.tradeCount,
    beat: state.beat,
    venue: state.venue && venueToJson(state.venue),
    accounts: byId(state.ledger.accounts).map(([accountId, account]) => ({
      accountId,
      accountType: account.accountType,
      status: account.status,
      balances: [...account.balances]
        .filter(([, { available, held }]) => available !== 0n || held !== 0n)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([asset, { available, held }]) => [asset, available.toString(), held.toString()] as const),
      risk: riskToJson(account),
      killSwitch: account.killSwitch,
    })),
    markets: [...state.markets].map(([symbol, market]) => ({
      symbol,
      status: market.status,
      staleSince: market.staleSince,
      settledThrough: market.settledThrough || undefined,
      liquidity: market.liquidity.state(),
    })),
    orders: [...state.orders.values()].map((order) => ({
      orderId: order.orderId,
      accountId: order.account.accountId,
      symbol: order.instrument.symbol,
      side: order.side,
      orderType: order.orderType,
      timeInForce: order.timeInForce,
      selfTradePrevention: order.selfTradePrevention,
      priceTicks: order.priceTicks,
      quantityLots: order.quantityLots,
      remainingLots: order.remainingLots,
      hold: order.hold.toString(),
      makerFeePpm: Number(order.makerFeePpm),
      working: order.state === 'WORKING' ? (true as const) : undefined,
      restedAt: order.restedAt === order.orderId ? undefined : order.restedAt,
    })),
    apiKeys: apiKeysOf(state),
    settlement: settlementOf(state),
    disconnectGuards: disconnectGuardsOf(state),
    killSwitch: state.killSwitch,
    faults: faultsOf(state),
  };
}

/** Each field by name, so that the text does not depend on how a key came to be. */
function apiKeysOf({ apiKeys }: State): ApiKey[] | undefined {
  const keys = apiKeys.all().map(({ keyId, accountId, label, scopes, secretHash, createdAt, lastUsedAt }) => ({
    ...{ keyId, accountId, label, scopes, secretHash, createdAt, lastUsedAt },
  }));
  return keys.length === 0 ? undefined : keys;
}

function settlementOf({ settlement }: State): SettlementSnapshot | undefined {
  const { instructionCount } = settlement;
  if (instructionCount === 0) return undefined;
  const open = [...settlement.open()].map(({ instructionId, accountId, status, createdAt }) => ({
    ...{ instructionId, accountId, status, createdAt },
  }));
  return { instructionCount, open };
}

function disconnectGuardsOf({ disconnectGuards }: State): DisconnectGuard[] | undefined {
  const guards = disconnectGuards.all();
  return guards.length === 0 ? undefined : guards;
}

function faultsOf({ faults }: State): FaultInForce[] | undefined {
  return faults.size === 0 ? undefined : [...faults.values()];
}

/** An exchange in the state of a snapshot: between two commands every open order rests in its book, or waits to be released. */
export function restoreSnapshot(snapshot: Snapshot, createBook?: OrderBookFactory): Exchange {
  const exchange = new Exchange(createBook);
  const { state } = exchange;
  const stamp = { sequence: snapshot.sequence, time: snapshot.time };
  if (snapshot.venue !== undefined)
    state.apply({ type: 'VenueConfigured', venue: venueFromJson(snapshot.venue) }, stamp);
  for (const { accountId, accountType, status, balances, killSwitch } of snapshot.accounts) {
    const account = state.ledger.accounts.get(accountId) ?? state.ledger.open(accountId, accountType);
    account.status = status;
    account.killSwitch = killSwitch;
    for (const [asset, available, held] of balances) {
      account.balance(asset).available = BigInt(available);
      account.balance(asset).held = BigInt(held);
    }
  }
  for (const { symbol, status, staleSince, settledThrough = 0, liquidity } of snapshot.markets) {
    const market = state.market(symbol);
    market.status = status;
    market.staleSince = staleSince;
    market.settledThrough = settledThrough;
    market.liquidity.restore(liquidity);
  }
  for (const order of snapshot.orders) restoreOrder(exchange, order);
  fillBooks(exchange);
  for (const { accountId, risk } of snapshot.accounts) {
    const account = state.ledger.account(accountId);
    if (risk !== undefined) state.risk.restore(account, riskFromJson(account, risk), snapshot.time);
  }
  for (const key of snapshot.apiKeys ?? []) state.apiKeys.add(key);
  if (snapshot.settlement !== undefined) state.settlement.restore(snapshot.settlement);
  for (const guard of snapshot.disconnectGuards ?? []) state.disconnectGuards.arm(guard);
  state.killSwitch = snapshot.killSwitch;
  for (const fault of snapshot.faults ?? []) state.faults.set(fault.faultId, fault);
  state.sequence = snapshot.sequence;
  state.time = snapshot.time;
  state.tradeCount = snapshot.tradeCount;
  state.beat = snapshot.beat;
  return exchange;
}

function restoreOrder({ state }: Exchange, kept: OrderSnapshot): void {
  const account = state.ledger.account(kept.accountId);
  const market = state.market(kept.symbol);
  const order = new Order(
    kept.orderId,
    account,
    market.instrument,
    kept.side,
    kept.orderType,
    kept.timeInForce,
    kept.selfTradePrevention,
    kept.priceTicks,
    kept.quantityLots,
    BigInt(kept.hold),
    BigInt(kept.makerFeePpm),
  );
  order.remainingLots = kept.remainingLots;
  order.restedAt = kept.restedAt ?? kept.orderId;
  if (kept.working === undefined) order.state = 'RESTING';
  state.orders.add(order);
  account.openOrders.add(order);
}

/** First come, first served: those who rested first come first, whenever they were placed. */
function fillBooks({ state }: Exchange): void {
  const resting = [...state.orders.values()].filter((order) => order.state === 'RESTING');
  resting.sort((a, b) => a.restedAt - b.restedAt);
  for (const order of resting) state.market(order.instrument.symbol).book.add(order);
}
