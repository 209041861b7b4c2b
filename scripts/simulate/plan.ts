import type { Command, PlaceOrder } from '../../src/engine/command.js';
import { Random } from '../crash/random.js';
import { definition } from './definition.js';
import { type PlannedFault, plannedFault } from './planned-faults.js';

/**
 * What happens in a simulation, and when. A command names accounts by the number of their client, and of
 * an order that is to be canceled which of the client's it is: ids are known only as it goes.
 */
export type Step = { readonly atMs: number; readonly seed: number } & Happening;

export type Happening =
  | { readonly kind: 'request'; readonly client: number; readonly command: Command }
  /** The process is killed, or the power is cut. */
  | { readonly kind: 'crash' }
  /** The process is asked to end, and another one begins. */
  | { readonly kind: 'stop' }
  /** An operator injects a fault. */
  | { readonly kind: 'fault'; readonly fault: PlannedFault }
  /** An operator clears one of those in force, counted from the oldest, or all. */
  | { readonly kind: 'clear'; readonly which: number | 'all' }
  | Trouble;

/** What goes wrong around the exchange. */
export type Trouble =
  | { readonly kind: 'failing sync' }
  | { readonly kind: 'slow disk'; readonly forMs: number; readonly syncMs: number }
  | { readonly kind: 'full disk'; readonly forMs: number }
  | { readonly kind: 'dead custodian'; readonly forMs: number }
  /** The wall clock jumps, forward or back. */
  | { readonly kind: 'clock'; readonly byMs: number };

export interface Plan {
  readonly seed: number;
  readonly steps: readonly Step[];
}

export const clientCount = 4;
const requestsMax = 70;
const faultsMax = 6;
const lengthMs = 4_000;
const satoshi = 1_000n;

/** Everything that is going to happen, of one seed. Every step brings its own seed, so that it does the same when others are left out. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const steps: Step[] = [];
  const add = (atMs: number, happening: Happening) =>
    steps.push({ atMs, seed: random.between(1, 2 ** 31), ...happening });
  const anyTime = () => random.between(0, lengthMs);
  for (let client = 0; client < clientCount; client += 1) {
    const command = { type: 'OpenAccount', name: `client ${client}`, accountType: 'CUSTOMER' } as const;
    add(0, { kind: 'request', client, command: { ...command, idempotencyKey: `open-${client}` } });
    for (const { asset } of definition.assets) add(random.between(200, 400), deposit(client, asset, random));
  }
  for (let count = random.between(20, requestsMax); count > 0; count -= 1) add(anyTime(), request(random));
  for (let count = random.between(0, 3); count > 0; count -= 1) add(anyTime(), { kind: 'crash' });
  for (let count = random.between(0, 4); count > 0; count -= 1) add(anyTime(), trouble(random));
  for (let count = random.between(0, faultsMax); count > 0; count -= 1)
    add(anyTime(), { kind: 'fault', fault: plannedFault(clientCount, random) });
  for (let count = random.between(0, 2); count > 0; count -= 1)
    add(anyTime(), { kind: 'clear', which: random.pick([0, 1, 2, 'all']) });
  return { seed, steps: steps.sort((a, b) => a.atMs - b.atMs) };
}

function deposit(client: number, asset: string, random: Random): Happening {
  const amount = BigInt(random.between(1, 200)) * (asset === 'USD' ? 10_000_000n : 100_000n);
  const idempotencyKey = `first-${asset}`;
  return { kind: 'request', client, command: { type: 'Deposit', accountId: client, asset, amount, idempotencyKey } };
}

function trouble(random: Random): Happening {
  const forMs = random.between(100, 1_500);
  return random.pick<Happening>([
    { kind: 'stop' },
    { kind: 'failing sync' },
    { kind: 'slow disk', forMs, syncMs: random.between(20, 200) },
    { kind: 'full disk', forMs },
    { kind: 'dead custodian', forMs },
    { kind: 'clock', byMs: random.between(-3_600_000, 3_600_000) },
  ]);
}

function request(random: Random): Happening {
  const client = random.between(0, clientCount - 1);
  return { kind: 'request', client, command: commandOf(client, random) };
}

function commandOf(accountId: number, random: Random): Command {
  const choice = random.between(1, 100);
  if (choice <= 66) return order(accountId, random);
  if (choice <= 76) return { type: 'CancelOrder', orderId: random.between(0, 5) };
  if (choice <= 79) return { type: 'CancelOrders', accountId };
  if (choice <= 92) return movement(accountId, random);
  return rareCommand(accountId, random);
}

/** Some keys come twice, and then mostly with something else under them. */
function key(random: Random): string | undefined {
  return random.chance(0.9) ? `key-${random.between(1, 60)}` : undefined;
}

function movement(accountId: number, random: Random): Command {
  const { asset } = random.pick(definition.assets);
  const amount = BigInt(random.between(1, 300)) * 100_000n;
  const common = { asset, amount, idempotencyKey: key(random) };
  const toAccountId = random.between(0, clientCount - 1);
  if (random.chance(0.4)) return { type: 'Transfer', fromAccountId: accountId, toAccountId, ...common };
  return { type: random.chance(0.5) ? 'Deposit' : 'Withdraw', accountId, ...common };
}

function order(accountId: number, random: Random): PlaceOrder {
  const { symbol } = random.pick(definition.markets);
  const common = {
    type: 'PlaceOrder',
    ...{ accountId, symbol, clientOrderId: key(random) },
    side: random.pick(['BUY', 'SELL'] as const),
    selfTradePrevention: random.pick(['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'] as const),
  } as const;
  const quantity = BigInt(random.between(1, 700)) * satoshi;
  if (random.chance(0.25)) {
    const size = random.chance(0.3) ? { quoteQuantity: quantity * 90n } : { quantity };
    return { ...common, ...size, orderType: 'MARKET', timeInForce: 'IOC', postOnly: false };
  }
  const timeInForce = random.pick(['GTC', 'GTC', 'GTC', 'GTC', 'IOC', 'FOK'] as const);
  const price = BigInt(random.between(9_960, 10_040)) * 1_000_000n;
  const postOnly = timeInForce === 'GTC' && random.chance(0.2);
  return { ...common, orderType: 'LIMIT', timeInForce, quantity, price, postOnly };
}

function rareCommand(accountId: number, random: Random): Command {
  const { symbol } = random.pick(definition.markets);
  return random.pick<Command>([
    { type: 'ChangeMarketStatus', symbol, status: random.pick(['OPEN', 'OPEN', 'HALTED']) },
    { type: 'ChangeAccountStatus', accountId, status: random.pick(['ACTIVE', 'ACTIVE', 'SUSPENDED']) },
    { type: 'EngageKillSwitch', accountId, reason: 'simulated' },
    { type: 'ReleaseKillSwitch', accountId },
    { type: 'ArmCancelOnDisconnect', accountId, graceMs: 1_000 },
    {
      type: 'SetRiskLimits',
      accountId,
      warnAtPercent: 50,
      limits: [
        { kind: 'ORDER_QUANTITY', of: symbol, limit: BigInt(random.between(100, 700)) * satoshi },
        { kind: 'OPEN_NOTIONAL', of: 'USD', limit: BigInt(random.between(1, 100)) * 1_000_000n },
        { kind: 'POSITION', of: 'BTC', limit: BigInt(random.between(100, 70_000)) * satoshi },
      ],
    },
  ]);
}
