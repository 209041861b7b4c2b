/** Ten to the minus eight, of dollars and of bitcoins alike. */
type Units = bigint;

export type Asset = 'USD' | 'BTC';
export type Side = 'BUY' | 'SELL';

/** What somebody may ask for. Accounts are named by their place; sizes are thousandths of a bitcoin. */
export type Step =
  | { readonly kind: 'deposit' | 'withdraw'; account: number; asset: Asset; whole: number; key: number }
  | { readonly kind: 'transfer'; account: number; asset: Asset; whole: number; key: number }
  | { readonly kind: 'order'; account: number; side: Side; rests: boolean; thousandths: number; key: number }
  | { readonly kind: 'cancel'; account: number; nth: number }
  | { readonly kind: 'restart' };

export type KeyedStep = Exclude<Step, { kind: 'cancel' | 'restart' }>;
export type Verdict = 'ok' | 'INSUFFICIENT_FUNDS' | 'conflict';

export interface ModelOrder {
  readonly account: number;
  readonly hold: readonly [Asset, Units];
  status: 'NEW' | 'FILLED' | 'CANCELED' | 'REJECTED';
  /** The id that the exchange gave it. */
  orderId: string;
}

/** Of a dollar and of a bitcoin; a movement of bitcoins is counted in thousandths of one, too. */
const wholeUnits: Readonly<Record<Asset, Units>> = { USD: 100_000_000n, BTC: 100_000n };
/** What a thousandth of a bitcoin costs at the quotes around 60,000.00, and at the limits of orders that rest. */
const thousandth = { bought: 6_000_001_000n, sold: 5_999_999_000n, bid: 5_900_000_000n };

function taken(notional: Units): Units {
  return notional / 500n;
}

function made(notional: Units): Units {
  return notional / 1_000n;
}

/** An exchange as its manual has it, with nothing but sums: each order fills at once at the quotes, or rests far from them. */
export class ModelExchange {
  readonly orders: ModelOrder[] = [];
  private readonly available = [
    { USD: 0n, BTC: 0n },
    { USD: 0n, BTC: 0n },
  ];
  private readonly held = [
    { USD: 0n, BTC: 0n },
    { USD: 0n, BTC: 0n },
  ];
  private readonly bodies = new Map<string, { body: string; verdict: Verdict; order?: ModelOrder }>();

  /** What must come of it; and, where it was asked for before, the order that was placed then. */
  ask(step: KeyedStep): { verdict: Verdict; repeated: boolean; order?: ModelOrder } {
    const key = `${step.kind === 'order' ? 'order' : 'movement'} ${step.account} ${step.key}`;
    const body = JSON.stringify(step);
    const first = this.bodies.get(key);
    if (first !== undefined) {
      return first.body === body ? { ...first, repeated: true } : { verdict: 'conflict', repeated: true };
    }
    const result = step.kind === 'order' ? this.place(step) : { verdict: this.move(step) };
    this.bodies.set(key, { body, ...result });
    return { ...result, repeated: false };
  }

  /** The open order that is canceled: the so manieth of the account, counted around. */
  openOrder(account: number, nth: number): ModelOrder | undefined {
    const open = this.orders.filter((order) => order.account === account && order.status === 'NEW');
    return open[nth % Math.max(1, open.length)];
  }

  cancel(order: ModelOrder): void {
    const [asset, hold] = order.hold;
    this.held[order.account]![asset] -= hold;
    this.available[order.account]![asset] += hold;
    order.status = 'CANCELED';
  }

  /** As the exchange shows them. */
  balances(account: number): Record<Asset, string> {
    const shown = (asset: Asset) =>
      `${decimal(this.available[account]![asset])} + ${decimal(this.held[account]![asset])}`;
    return { USD: shown('USD'), BTC: shown('BTC') };
  }

  private move({ kind, account, asset, whole }: Exclude<KeyedStep, { kind: 'order' }>): Verdict {
    const amount = BigInt(whole) * wholeUnits[asset];
    if (kind !== 'deposit' && this.available[account]![asset] < amount) return 'INSUFFICIENT_FUNDS';
    this.available[account]![asset] += kind === 'deposit' ? amount : -amount;
    if (kind === 'transfer') this.available[1 - account]![asset] += amount;
    return 'ok';
  }

  private place(step: Extract<KeyedStep, { kind: 'order' }>): { verdict: Verdict; order: ModelOrder } {
    const { account, side, rests, thousandths } = step;
    const count = BigInt(thousandths);
    const [notional, bitcoins] = [count * (rests ? thousandth.bid : thousandth.bought), count * wholeUnits.BTC];
    const needed: readonly [Asset, Units] = side === 'BUY' ? ['USD', notional + taken(notional)] : ['BTC', bitcoins];
    const isRefused = this.available[account]![needed[0]] < needed[1];
    const hold: readonly [Asset, Units] = side === 'BUY' ? ['USD', notional + made(notional)] : ['BTC', bitcoins];
    const order: ModelOrder = { account, hold, status: isRefused ? 'REJECTED' : rests ? 'NEW' : 'FILLED', orderId: '' };
    this.orders.push(order);
    if (isRefused) return { verdict: 'INSUFFICIENT_FUNDS', order };
    if (rests) this.hold(order);
    else this.fill(account, side, count);
    return { verdict: 'ok', order };
  }

  private hold({ account, hold: [asset, amount] }: ModelOrder): void {
    this.available[account]![asset] -= amount;
    this.held[account]![asset] += amount;
  }

  private fill(account: number, side: Side, count: bigint): void {
    const notional = count * (side === 'BUY' ? thousandth.bought : thousandth.sold);
    const sign = side === 'BUY' ? 1n : -1n;
    this.available[account]!.BTC += sign * count * wholeUnits.BTC;
    this.available[account]!.USD -= sign * notional + taken(notional);
  }
}

/** Plain digits, without zeros that say nothing. */
export function decimal(units: Units): string {
  const digits = units.toString().padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`.replace(/\.?0+$/, '');
}

/** The amount that a movement asks for. */
export function amountOf(asset: Asset, whole: number): string {
  return decimal(BigInt(whole) * wholeUnits[asset]);
}
