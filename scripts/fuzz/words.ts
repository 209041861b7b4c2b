import type { Random } from '../crash/random.js';
import type { KnownThings } from './known-things.js';

export type Fields = Record<string, unknown>;

const symbols = ['BTC-USD', 'ETH-USD', 'BTC-USDT', 'ETH-USDT', 'ETH-BTC', 'USDT-USD'];
const assets = ['BTC', 'ETH', 'USD', 'USDT'];
const scenario = (name: string) =>
  `name: ${name}\ndescription: What a fuzzer plays.\nsteps:\n  - at: 0\n    note: begins\n  - at: 0.1\n    inject: { kind: latency, parameters: { delayMs: 1 }, durationSeconds: 1 }\n`;

/** What a text of the contract is by its name, where the schema says no more than that it is a text. */
export class Words {
  constructor(private readonly things: KnownThings) {}

  /** `others` are the fields that were chosen before it. */
  text(name: string, random: Random, others: Fields): string {
    const { things } = this;
    const number = (least: number, most: number) => String(random.between(least, most));
    const byName: Record<string, () => string> = {
      accountId: () => things.account(random),
      fromAccountId: () => things.account(random),
      toAccountId: () => things.account(random),
      orderId: () => things.openOrder(random),
      keyId: () => things.keyOf(String(others.accountId)),
      tradeId: () => things.id('trd', random),
      instructionId: () => things.id('ins', random),
      faultId: () => things.id('flt', random),
      cursor: () => things.cursor(random),
      symbol: () => random.pick(symbols),
      symbols: () => random.pick(symbols),
      scopes: () => random.pick(['read', 'trade', 'transfer']),
      scope: () => random.pick(['read', 'trade', 'transfer']),
      asset: () => random.pick(assets),
      amount: () => `0.${number(1, 9)}`,
      quantity: () => `0.0${number(1, 9)}`,
      quoteQuantity: () => number(20, 500),
      price: () => number(1_000, 90_000),
      limit: () => number(1, 100_000),
      clientOrderId: () => `c-${number(1, 50_000)}`,
      'idempotency-key': () => `k-${number(1, 50_000)}`,
      idempotencyKey: () => `k-${number(1, 50_000)}`,
      from: () => '2026-01-31T12:00:00Z',
      to: () => '2036-01-31T13:00:00Z',
      date: () => '2026-01-31',
      asOf: () => '2026-01-31',
      ownerId: () => random.pick(['team-a', 'team-b']),
      name: () => random.pick(['fuzz-1', 'fuzz-2', 'stablecoin-depeg']),
      definition: () => scenario(random.pick(['fuzz-1', 'fuzz-2'])),
      interval: () => random.pick(['1m', '5m', '1h', '1d']),
      key: () => 'exs_0000',
      channel: () => random.pick(['book', 'trades', 'ticker', 'candles:1m', 'events']),
    };
    return byName[name]?.() ?? `w-${number(1, 999)}`;
  }

  /** Makes fields that were chosen one by one go together, as the rules of the contract that no schema tells want it. */
  fit(fields: Fields, random: Random): Fields {
    if ('side' in fields && 'symbol' in fields) return this.order(fields, random);
    if (Array.isArray(fields.limits)) return { ...fields, limits: limitsOf(fields.limits as Fields[]) };
    if ('kind' in fields && ('durationSeconds' in fields || 'probability' in fields || 'persistent' in fields))
      return fault(random);
    if ('orderId' in fields && 'clientOrderId' in fields) return { orderId: fields.orderId };
    return fields;
  }

  /** Numbers of which the contract says more than their type does. */
  number(name: string, random: Random): number | undefined {
    return name === 'conflateMs' ? random.between(100, 1_000) : undefined;
  }

  /** An order that there is, by the name that its client gave it. */
  namedOrder(accountId: string): string {
    return this.things.clientOrderId(accountId);
  }

  private order(fields: Fields, random: Random): Fields {
    const { quoteQuantity, price, timeInForce, postOnly, ...order } = fields;
    const isSmall = String(order.symbol).startsWith('USDT');
    const quantity = isSmall ? String(random.between(20, 200)) : `0.0${random.between(1, 9)}`;
    if (String(order.type).endsWith('MARKET')) {
      if (random.chance(0.5)) return { ...order, quantity };
      const { quantity: _, ...byValue } = order;
      return { ...byValue, quoteQuantity: random.pick(['30', '100']) };
    }
    const prices: Record<string, readonly string[]> = {
      'USDT-USD': ['0.99', '1.01'],
      'ETH-BTC': ['0.04', '0.06'],
    };
    const near = String(order.symbol).startsWith('BTC') ? ['59000', '61000'] : ['2900', '3100'];
    const tif = timeInForce === undefined || random.chance(0.5) ? {} : { timeInForce };
    const likePost = random.chance(0.1) && Object.keys(tif).length === 0 ? { postOnly: true } : {};
    return { ...order, quantity, price: random.pick(prices[String(order.symbol)] ?? near), ...tif, ...likePost };
  }
}

/** One of each kind, and for each what it is of. */
function limitsOf(limits: readonly Fields[]): Fields[] {
  const byKind = new Map(limits.map((each) => [each.kind, each]));
  return [...byKind].map(([kind, { symbol, asset, ...limit }]) => {
    if (String(kind).endsWith('ORDER_QUANTITY')) return { ...limit, symbol: symbol ?? 'BTC-USD' };
    if (/(ORDER_NOTIONAL|OPEN_NOTIONAL|DAILY_LOSS)$/.test(String(kind))) return { ...limit, asset: 'USD' };
    if (String(kind).endsWith('POSITION')) return { ...limit, asset: asset ?? 'BTC' };
    return limit;
  });
}

function fault(random: Random): Fields {
  const kinds: readonly Fields[] = [
    { kind: 'latency', parameters: { delayMs: 5 } },
    { kind: 'reject', parameters: { code: 'INSUFFICIENT_FUNDS' } },
    { kind: 'downtime', parameters: { mode: 'answer' } },
    { kind: 'rate-limit' },
    { kind: 'response-lost', parameters: { mode: 'cut' } },
    { kind: 'partial-fill', parameters: { fillPercent: 40 } },
    { kind: 'ack-delay', parameters: { delayMs: 5 } },
    { kind: 'stream-delay', parameters: { delayMs: 5 } },
    { kind: 'price-shock', target: { symbol: 'BTC-USD' }, parameters: { percent: -5 } },
    { kind: 'spread', target: { symbol: 'ETH-USD' }, parameters: { multiplier: 3 } },
    { kind: 'halt', target: { symbol: 'ETH-BTC' } },
    { kind: 'settlement-fail' },
  ];
  return { ...random.pick(kinds), durationSeconds: 1, next: random.between(1, 3) };
}
