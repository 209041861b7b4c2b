import fc from 'fast-check';
import type {
  AccountStatus,
  ApiKeyUse,
  Command,
  InstructionStatus,
  OrderFault,
  PlaceOrder,
  ReferencePrice,
  SelfTradePrevention,
  Stamp,
} from '../command.js';
import { btcUsd, ethBtc, ethUsd, type LiquidityName, liquidityModels, venueWith } from '../exchange.fixture.js';
import type { Exchange, Execution } from '../exchange.js';
import type { LiquidityModel, VenueDefinition } from '../instrument.js';
import { amountMax } from '../money.js';
import type { RiskLimit } from '../risk/limits/risk-limit.js';

/** How often each property is tried: `PROPERTY_RUNS=100000 npm test -- src/engine/properties` for a long night. */
export const propertyRuns = Number(process.env.PROPERTY_RUNS ?? 1_000);

/** Most sessions go on into the next day. */
const justBeforeMidnight = Date.UTC(1970, 0, 2) - 120_000;

const kinds = {
  LIMIT: 46,
  MARKET: 9,
  QUOTE: 9,
  CANCEL: 6,
  CANCEL_ALL: 2,
  MOVE: 13,
  FUNDS: 5,
  STATUS: 3,
  HALT: 2,
  CONFIGURE: 3,
  OPEN: 1,
  KEY: 4,
  SETTLE: 5,
  GUARD: 6,
  LIMITS: 2,
  SWITCH: 1,
  RELEASE: 6,
};

/**
 * What somebody wants to do next, in small numbers that shrink well. Which command it is, valid,
 * borderline or invalid, follows from the state that the exchange is in by then.
 */
export interface Intent {
  readonly kind: keyof typeof kinds;
  readonly who: number;
  readonly market: number;
  readonly buys: boolean;
  readonly away: number;
  readonly size: number;
  readonly flavour: number;
  readonly afterMs: number;
  /** Which fault strikes its order, if one does. */
  readonly fault: 'NONE' | 'WAIT' | 'PART' | 'BOTH';
}

const intent: fc.Arbitrary<Intent> = fc.record({
  kind: fc.oneof(
    ...Object.entries(kinds).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Intent['kind']) })),
  ),
  who: fc.nat(11),
  market: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.constantFrom(1, 2) }),
  buys: fc.boolean(),
  away: fc.integer({ min: -4, max: 4 }),
  size: fc.integer({ min: 0, max: 40 }),
  flavour: fc.nat(63),
  afterMs: fc.constantFrom(0, 0, 500, 1_000, 20_000),
  fault: fc.oneof(
    { weight: 8, arbitrary: fc.constant('NONE' as const) },
    { weight: 2, arbitrary: fc.constantFrom('WAIT', 'WAIT', 'PART', 'BOTH') },
  ),
});

export const intents = fc.array(intent, { minLength: 30, maxLength: 90, size: 'max' });
export const liquidity = fc.constantFrom<LiquidityName>('frictionless', 'ladder', 'tiny', 'tiny', 'none');

/** What was said to an exchange and what it answered. */
export interface Turn {
  readonly command: Command;
  readonly stamp: Stamp;
  readonly execution: Execution;
}

/** Plays intents on an exchange, from the first configuration on; `watch` sees every turn. */
export function play(
  exchange: Exchange,
  preset: LiquidityName | LiquidityModel,
  wanted: readonly Intent[],
  watch: (turn: Turn) => void = () => {},
): Turn[] {
  const turns: Turn[] = [];
  let time = justBeforeMidnight;
  const say = (command: Command) => {
    const stamp = { sequence: exchange.sequence + 1, time };
    const turn = { command, stamp, execution: exchange.execute(command, stamp) };
    turns.push(turn);
    watch(turn);
  };
  for (const command of opening(preset)) say(command);
  for (const next of wanted) {
    time += next.afterMs;
    say(commandOf(next, exchange));
  }
  return turns;
}

/** The same commands, with their stamps, on another exchange. */
export function replay(turns: readonly Turn[], exchange: Exchange): Execution[] {
  return turns.map(({ command, stamp }) => exchange.execute(command, stamp));
}

/** As text, to compare and to read. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}n` : field));
}

function* opening(preset: LiquidityName | LiquidityModel): Generator<Command> {
  const liquidity = typeof preset === 'string' ? liquidityModels[preset] : preset;
  yield { type: 'ConfigureVenue', venue: venueWith('none', { liquidity, openOrdersMax: 4, stalePrice: 'halt' }) };
  for (const accountId of [2, 3, 4, 5]) yield { type: 'OpenAccount', name: `${accountId}`, accountType: 'CUSTOMER' };
  for (const accountId of [2, 3, 4]) {
    yield { type: 'Deposit', accountId, asset: 'USD', amount: 200_00n };
    yield { type: 'Deposit', accountId, asset: 'BTC', amount: 20_000n };
    yield { type: 'Deposit', accountId, asset: 'ETH', amount: 5_000n };
  }
  const prices = [
    { symbol: 'BTC-USD', priceTicks: 100 },
    { symbol: 'ETH-USD', priceTicks: 50 },
  ];
  yield { type: 'MovePrices', beat: 0, prices };
}

function commandOf(wanted: Intent, exchange: Exchange): Command {
  const { kind, flavour, size } = wanted;
  const accountId = wanted.who === 11 ? 999 : wanted.who === 10 ? 5 : 2 + (wanted.who % 3);
  const symbol = flavour === 63 ? 'XRP-USD' : ['BTC-USD', 'ETH-USD', 'ETH-BTC'][wanted.market]!;
  switch (kind) {
    case 'LIMIT':
    case 'MARKET':
    case 'QUOTE':
      return orderOf(wanted, Math.min(accountId, 5), symbol, exchange);
    case 'CANCEL': {
      const open = [...exchange.state.orders.values()].map(({ orderId }) => orderId);
      return { type: 'CancelOrder', orderId: open[size % (open.length + 1)] ?? 1 };
    }
    case 'CANCEL_ALL':
      return { type: 'CancelOrders', accountId, symbol: flavour % 2 === 0 ? symbol : undefined };
    case 'MOVE':
      return movementOf(wanted, symbol, exchange);
    case 'FUNDS':
      return fundsOf(wanted, accountId);
    case 'STATUS':
      return { type: 'ChangeAccountStatus', accountId, status: statuses[flavour % statuses.length]! };
    case 'HALT':
      return { type: 'ChangeMarketStatus', symbol, status: flavour % 3 === 0 ? 'HALTED' : 'OPEN' };
    case 'CONFIGURE':
      return { type: 'ConfigureVenue', venue: definitionOf(wanted) };
    case 'KEY':
      return keyCommandOf(wanted, accountId, exchange);
    case 'SETTLE':
      return settlementOf(wanted, symbol, exchange);
    case 'GUARD':
      return guardCommandOf(wanted, accountId, symbol);
    case 'LIMITS':
      return limitsCommandOf(wanted, accountId, exchange);
    case 'SWITCH':
      return switchCommandOf(wanted, accountId, exchange);
    case 'RELEASE': {
      const waiting = [...exchange.state.orders.values()].filter(({ state }) => state === 'WORKING');
      return { type: 'ReleaseOrder', orderId: waiting[size % waiting.length]?.orderId ?? flavour };
    }
    case 'OPEN':
      return { type: 'OpenAccount', name: 'late', accountType: 'HOUSE' };
  }
}

/** Keys are few, so that most of what is revoked and used is there; now and then it is not, or it is another account's. */
function keyCommandOf({ flavour, size, away }: Intent, accountId: number, exchange: Exchange): Command {
  const keys = exchange.state.apiKeys.all();
  const key = keys[size % (keys.length + 1)];
  const keyId = key?.keyId ?? 1;
  if (away < 0) {
    const secretHash = String(exchange.sequence).padStart(64, '0');
    return { type: 'IssueApiKey', accountId, scopes: flavour % 2 === 0 ? ['read'] : ['read', 'trade'], secretHash };
  }
  if (away < 3) return { type: 'RevokeApiKey', accountId: flavour < 8 ? accountId : (key?.accountId ?? 2), keyId };
  return { type: 'NoteApiKeyUses', uses: [1, ...keys.map((each) => each.keyId)].map(usedAfter(flavour)) };
}

/** What a connection that comes and goes asks for. */
function guardCommandOf({ flavour, size, away }: Intent, accountId: number, symbol: string): Command {
  const orders = flavour % 4 === 0 ? { accountId, symbol } : { accountId };
  if (away < 0) return { type: 'ArmCancelOnDisconnect', ...orders, graceMs: (size % 3) * 500 };
  if (away < 1) return { type: 'DisarmCancelOnDisconnect', ...orders };
  return { type: 'CancelOrders', ...orders, cause: 'CANCEL_ON_DISCONNECT' };
}

/** Some of the limits, each near what there is, so that they are met from below and from above. */
function limitsCommandOf({ flavour, size, away, market }: Intent, accountId: number, exchange: Exchange): Command {
  const symbol = ['BTC-USD', 'ETH-USD', 'ETH-BTC'][market]!;
  const { instrument, referenceTicks } = exchange.market(symbol)!;
  const { base, quote } = instrument;
  const account = exchange.account(accountId);
  const asset = away < 0 ? quote : base;
  const worth = instrument.notional(referenceTicks || 50, size + 1);
  const all: RiskLimit[] = [
    { kind: 'ORDER_RATE', limit: BigInt(1 + (size % 2)) },
    { kind: 'ORDER_QUANTITY', of: symbol, limit: instrument.quantity(size + 1) },
    { kind: 'ORDER_NOTIONAL', of: quote, limit: worth },
    { kind: 'PRICE_BAND', limit: BigInt(100 + size * 20) },
    { kind: 'OPEN_NOTIONAL', of: quote, limit: worth },
    { kind: 'POSITION', of: asset, limit: ((account?.total(asset) ?? 0n) * BigInt(80 + size * 2)) / 100n + 1n },
    { kind: 'DAILY_LOSS', of: quote, limit: worth / 50n + 1n },
  ];
  const limits = all.filter((_, index) => ((flavour >> (index % 6)) & 1) === 1);
  return { type: 'SetRiskLimits', accountId, warnAtPercent: 50 + (size % 5) * 10, limits };
}

/** Released three times as often as engaged, and of those that are engaged, so that most of a session is traded in. */
function switchCommandOf({ flavour, away }: Intent, accountId: number, exchange: Exchange): Command {
  const scope = flavour % 4 === 0 ? undefined : accountId;
  if (away < -2) return { type: 'EngageKillSwitch', accountId: scope, reason: 'enough' };
  if (exchange.state.killSwitch !== undefined) return { type: 'ReleaseKillSwitch' };
  const engaged = [...exchange.state.ledger.accounts.values()].find(({ killSwitch }) => killSwitch !== undefined);
  return { type: 'ReleaseKillSwitch', accountId: engaged?.accountId ?? scope };
}

function usedAfter(flavour: number): (keyId: number) => ApiKeyUse {
  return (keyId) => ({ keyId, usedAt: 1_000_000 + flavour * 1_000 });
}

/** What trades came to is added up outside, so any amounts will do; ranges and statuses are good ones, old ones and unknown ones. */
function settlementOf({ flavour, size, away }: Intent, symbol: string, { sequence, state }: Exchange): Command {
  const instructionId = (flavour % (state.settlement.instructionCount + 2)) + 1;
  const status = instructionStatuses[size % instructionStatuses.length]!;
  if (away > 0)
    return {
      type: 'NoteInstructionStatuses',
      changes: [
        { instructionId, status },
        { instructionId: 1, status },
      ],
    };
  const amount = BigInt(size);
  const nets = [
    { accountId: 2, asset: 'USD', amount },
    { accountId: 3, asset: 'USD', amount: -amount },
  ];
  const throughSequence = away === 0 ? 1 : sequence - (flavour % 4);
  const symbols = flavour % 2 === 0 ? [symbol] : [...state.markets.keys()];
  const instructions = size === 0 ? [] : nets;
  return { type: 'CloseSettlementCycle', settlementDate: '2026-01-31', symbols, throughSequence, instructions };
}

const instructionStatuses: readonly InstructionStatus[] = ['INSTRUCTED', 'SETTLED', 'FAILED', 'INSTRUCTED', 'SETTLED'];
const statuses: readonly AccountStatus[] = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'CLOSED'];
const preventions: readonly SelfTradePrevention[] = ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'];

function orderOf(wanted: Intent, accountId: number, symbol: string, exchange: Exchange): PlaceOrder {
  const { kind, flavour, size, away, buys } = wanted;
  const market = exchange.market(symbol) ?? exchange.market('BTC-USD')!;
  const { tickSize, lotSize, maxQuantity } = market.instrument.definition;
  const reference = market.referenceTicks || 50;
  const isLimit = kind === 'LIMIT';
  const quantity = size === 40 ? maxQuantity + lotSize : BigInt(size || 1) * lotSize + (flavour === 62 ? 1n : 0n);
  const ticks = Math.max(1, reference + (flavour >= 58 ? away * 12 : away));
  const price =
    flavour === 61 ? amountMax - (amountMax % tickSize) : BigInt(ticks) * tickSize + (flavour === 60 ? 1n : 0n);
  return {
    ...{ type: 'PlaceOrder', accountId, symbol, side: buys ? 'BUY' : 'SELL', orderType: isLimit ? 'LIMIT' : 'MARKET' },
    timeInForce: isLimit ? (['GTC', 'GTC', 'GTC', 'GTC', 'IOC', 'FOK', 'FOK', 'GTC'] as const)[flavour % 8]! : 'IOC',
    quantity: kind === 'QUOTE' ? undefined : quantity,
    quoteQuantity: kind === 'QUOTE' ? market.instrument.notional(reference, size) + BigInt(away + 8) : undefined,
    price: isLimit ? price : undefined,
    postOnly: isLimit && flavour % 8 === 7,
    selfTradePrevention: preventions[(flavour >> 3) % 3]!,
    fault: faultOf(wanted),
  };
}

function faultOf({ fault, size }: Intent): OrderFault | undefined {
  if (fault === 'NONE') return undefined;
  return {
    matchAfterMs: fault === 'PART' ? undefined : 1_000,
    fillPercent: fault === 'WAIT' ? undefined : (size * 7) % 101,
  };
}

function movementOf({ flavour, away, size }: Intent, symbol: string, exchange: Exchange): Command {
  const next = (of: string, by: number): ReferencePrice => ({
    symbol: of,
    ...(flavour % 5 === 0 ? { stale: true } : {}),
    priceTicks: flavour === 61 ? 0 : Math.max(1, (exchange.market(of)?.referenceTicks || 50) + by),
  });
  const prices = size % 5 === 0 ? [] : [next(symbol, away)];
  if (flavour % 4 === 0) prices.push(next('ETH-USD', -away));
  return { type: 'MovePrices', beat: exchange.state.beat + 1, prices };
}

function fundsOf({ flavour, size, away }: Intent, accountId: number): Command {
  const asset = flavour === 63 ? 'DOGE' : ['USD', 'BTC', 'ETH'][flavour % 3]!;
  const amount = flavour === 62 ? amountMax / 2n : BigInt(1 + size * 97);
  // Nothing above the largest amount comes past the edge.
  const tenfold = flavour === 62 ? amountMax : amount * 10n;
  if (away < -1) return { type: 'Deposit', accountId, asset, amount };
  if (away < 2) return { type: 'Withdraw', accountId, asset, amount: size > 35 ? tenfold : amount };
  return { type: 'Transfer', fromAccountId: accountId, toAccountId: 2 + (size % 4), asset, amount };
}

function definitionOf({ flavour, size, buys, away }: Intent): VenueDefinition {
  const names = Object.keys(liquidityModels) as LiquidityName[];
  const dear = { ...btcUsd, makerFeePpm: size * 1_000, takerFeePpm: flavour * 1_000 };
  const markets = buys ? [dear, ethUsd, ethBtc] : [ethBtc, { ...ethUsd, makerFeePpm: flavour * 1_000 }, dear];
  return venueWith(names[flavour % names.length]!, {
    markets,
    openOrdersMax: away === -4 ? 0 : 3 + Math.abs(away),
    stalePrice: ([undefined, 'fill', 'halt'] as const)[size % 3],
    instructsTransfers: size % 2 === 0 ? true : undefined,
  });
}
