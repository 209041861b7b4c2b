import { balanceMax } from '../ledger/ledger.js';
import { opposite } from '../matching/market.js';
import { type Amount, formatDecimal } from '../money.js';
import { soldFor } from './balance-limit.js';
import { reachOf } from './limits/limit-rules.js';
import { type RiskLimit, subjectsOfLimits } from './limits/risk-limit.js';
import { notionalOf } from './notional-minimum.js';
import type { OrderCheck } from './order-check.js';
import type { RuleName } from './rules.js';

/** One thing that a rule looked at, such as `available`, `10000`, `USD`. */
export interface RuleNumber {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
}

/** What a rule compares; `undefined` where the order has nothing to do with it. To be asked of a rule that was asked itself. */
type NumbersOf = (check: OrderCheck) => readonly RuleNumber[] | undefined;

/** What each rule looks at, in decimals: it decides nothing, it says what there was to decide by. */
export const ruleNumbers: Readonly<Record<RuleName, NumbersOf>> = {
  'account-active': ({ account }) => [{ name: 'accountStatus', value: account.status }],
  'kill-switch': ({ account, state }) => [
    { name: 'ofAccount', value: account.killSwitch === undefined ? 'RELEASED' : 'ENGAGED' },
    { name: 'ofAll', value: state.killSwitch === undefined ? 'RELEASED' : 'ENGAGED' },
  ],
  'market-open': ({ market }) => [{ name: 'marketStatus', value: market.status }],
  'price-current': ({ market, venue }) => {
    if (venue.stalePrice !== 'halt') return undefined;
    return [{ name: 'referencePrice', value: market.staleSince === undefined ? 'CURRENT' : 'STALE' }];
  },
  'price-on-tick': (check) => {
    const { price } = check.command;
    return price === undefined
      ? undefined
      : [inQuote(check, 'price', price), inQuote(check, 'tickSize', tickOf(check))];
  },
  'price-range': (check) => {
    const { price } = check.command;
    const { instrument } = check.market;
    if (price === undefined) return undefined;
    return [inQuote(check, 'price', price), inQuote(check, 'highest', instrument.price(instrument.maxTicks))];
  },
  'quantity-on-lot': (check) => {
    const { quantity } = check.command;
    if (quantity === undefined) return undefined;
    return [inBase(check, 'quantity', quantity), inBase(check, 'lotSize', check.market.instrument.definition.lotSize)];
  },
  'quantity-limits': (check) => {
    const { command, market, lots } = check;
    const { instrument } = market;
    const { minQuantity, maxQuantity } = instrument.definition;
    if (command.quantity === undefined && market.bestTicks(opposite(command.side)) === undefined) return undefined;
    return [
      inBase(check, 'quantity', instrument.quantity(lots)),
      inBase(check, 'minimum', minQuantity),
      inBase(check, 'maximum', maxQuantity),
    ];
  },
  'notional-minimum': (check) => {
    const worth = notionalOf(check);
    if (worth === undefined) return undefined;
    return [inQuote(check, 'worth', worth), inQuote(check, 'minimum', check.market.instrument.minNotional)];
  },
  'price-collar': (check) => {
    const { command, market } = check;
    if (command.price === undefined || market.referenceTicks === 0) return undefined;
    return [
      inQuote(check, 'price', command.price),
      inQuote(check, command.side === 'BUY' ? 'highest' : 'lowest', market.instrument.price(check.collarTicks)),
      inQuote(check, 'referencePrice', market.instrument.price(market.referenceTicks)),
      { name: 'collar', value: `${market.instrument.definition.collarBps}`, unit: 'bps' },
    ];
  },
  'open-orders': ({ command, account, venue }) => {
    if (command.timeInForce !== 'GTC') return undefined;
    return [
      { name: 'open', value: `${account.openOrders.size}` },
      { name: 'maximum', value: `${venue.openOrdersMax}` },
    ];
  },
  'account-limits': (check) => {
    const limits = check.account.risk?.limits ?? [];
    const numbers = limits.flatMap((limit) => limitNumbers(limit, check));
    return numbers.length === 0 ? undefined : numbers;
  },
  'market-liquidity': (check) => {
    if (check.command.orderType !== 'MARKET') return undefined;
    const { lots, notional } = check.plan;
    return [
      inBase(check, 'fillable', check.market.instrument.quantity(lots)),
      inQuote(check, 'worth', notional),
      inQuote(check, 'reachesTo', check.market.instrument.price(check.taker.limitTicks)),
    ];
  },
  'post-only': (check) => {
    const { command, market } = check;
    if (!command.postOnly) return undefined;
    const best = market.bestTicks(opposite(command.side));
    const opposing = best === undefined ? [] : [inQuote(check, 'bestOpposite', market.instrument.price(best))];
    return [inQuote(check, 'price', command.price!), ...opposing];
  },
  'sufficient-funds': (check) => [
    amountNumber(check, 'couldCost', check.hold, check.holdAsset),
    amountNumber(check, 'available', check.account.available(check.holdAsset), check.holdAsset),
  ],
  'balance-limit': (check) => {
    const { command, account, market, lots } = check;
    const { base, quote } = market.instrument;
    const asset = command.side === 'BUY' ? base : quote;
    const brings = command.side === 'BUY' ? market.instrument.quantity(lots) : soldFor(check);
    return [
      amountNumber(check, 'has', account.total(asset), asset),
      amountNumber(check, 'brings', brings, asset),
      amountNumber(check, 'highest', balanceMax, asset),
    ];
  },
};

/** What the order would make of one of the account's limits, and the limit. */
function limitNumbers(limit: RiskLimit, check: OrderCheck): RuleNumber[] {
  const reach = reachOf(limit, check);
  if (reach === undefined) return [];
  const name = limit.of === undefined ? limit.kind : `${limit.kind} ${limit.of}`;
  return [limitNumber(name, reach.value, limit, check), limitNumber(`${name} limit`, limit.limit, limit, check)];
}

function limitNumber(name: string, amount: Amount, { kind, of }: RiskLimit, check: OrderCheck): RuleNumber {
  if (of === undefined) return { name, value: `${amount}`, unit: kind === 'PRICE_BAND' ? 'bps' : 'orders' };
  const asset = subjectsOfLimits[kind] === 'market' ? check.state.market(of).instrument.base : of;
  return amountNumber(check, name, amount, asset);
}

function tickOf(check: OrderCheck): Amount {
  return check.market.instrument.definition.tickSize;
}

function inBase(check: OrderCheck, name: string, amount: Amount): RuleNumber {
  return amountNumber(check, name, amount, check.market.instrument.base);
}

function inQuote(check: OrderCheck, name: string, amount: Amount): RuleNumber {
  return amountNumber(check, name, amount, check.market.instrument.quote);
}

function amountNumber({ venue }: OrderCheck, name: string, amount: Amount, asset: string): RuleNumber {
  const { scale } = venue.assets.find((listed) => listed.asset === asset)!;
  return { name, value: formatDecimal(amount, scale), unit: asset };
}
