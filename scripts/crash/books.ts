import type { Fill, OrderView } from './order-view.js';

const scale = 8;
const unitsPerWhole = 10n ** BigInt(scale);

/** What every account must have, worked out from the answers alone, without a look at the server's ledger. */
export class Books {
  private readonly totals = new Map<string, bigint>();

  /** In units of the asset, which has eight decimals. */
  total(accountId: string, asset: string): bigint {
    return this.totals.get(`${accountId} ${asset}`) ?? 0n;
  }

  add(accountId: string, asset: string, units: bigint): void {
    this.totals.set(`${accountId} ${asset}`, this.total(accountId, asset) + units);
  }

  /** Fills of BTC-USD: what was bought is had, what it cost and the fee is not. */
  addFills({ accountId, side }: OrderView, fills: readonly Fill[]): void {
    const sign = side === 'BUY' ? 1n : -1n;
    for (const { price, quantity, fee } of fills) {
      const notional = (unitsOf(price) * unitsOf(quantity)) / unitsPerWhole;
      this.add(accountId, 'BTC', sign * unitsOf(quantity));
      this.add(accountId, 'USD', -sign * notional - unitsOf(fee));
    }
  }
}

/** Reads a decimal of at most eight decimals, such as `-0.5`. */
export function unitsOf(decimal: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(decimal) ?? [];
  if (whole === undefined) throw new TypeError(`${decimal} is not a decimal`);
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -units : units;
}
