import { unitsOf, worthAt } from '../decimals.ts';
import type { AccountEvent, Balances, Market } from './exchange-messages.ts';
import type { Marks } from './marks.ts';

/** How an account stands, in units of the valuation asset. */
export interface Standing {
  /** All that it has. */
  readonly equity: bigint;
  /** What it has besides the valuation asset. */
  readonly exposure: bigint;
  /** The most that it was worth, scaled by what was moved in and out since. */
  readonly peak: bigint;
}

/** What an account has, kept from its fills and transfers, and checked with every balance that is told. */
export class AccountBook {
  readonly accountId: string;
  readonly holdings = new Map<string, bigint>();
  /** The journal sequence of the last event that was taken. */
  sequence = 0;
  private accountSequence: number | undefined;
  private readonly valuation: string;
  /** Events up to here are in the balances that it began with. */
  private readonly openedAt: number;
  private peak: bigint | undefined = undefined;
  private readonly flows = new Map<string, bigint>();

  /** Begins with balances; without them, with the account's first event. */
  constructor(accountId: string, valuation: string, opening?: Balances) {
    this.accountId = accountId;
    this.valuation = valuation;
    this.openedAt = opening?.asOfSeq ?? 0;
    this.accountSequence = opening === undefined ? 0 : undefined;
    for (const { asset, total } of opening?.balances ?? []) this.holdings.set(asset, unitsOf(total));
  }

  /** The number that the account's next event must have; `undefined` if any will do. */
  get expected(): number | undefined {
    return this.accountSequence === undefined ? undefined : this.accountSequence + 1;
  }

  /** Takes the next event. Gives what is wrong with the balance that it tells, if that is not what was kept. */
  take(event: AccountEvent, market: (symbol: string) => Market | undefined): string | undefined {
    this.accountSequence = event.accountSequence;
    this.sequence = event.sequence;
    if (event.sequence <= this.openedAt) return undefined;
    if (event.fill !== undefined && event.order !== undefined) this.takeFill(event.fill, event.order, market);
    if (event.transfer !== undefined && event.eventType.endsWith('TRANSFER_COMPLETED'))
      this.takeTransfer(event.transfer);
    return event.balance === undefined ? undefined : this.check(event.balance);
  }

  /** `undefined` while something that it has cannot be valued. */
  standing(marks: Marks): Standing | undefined {
    let [equity, exposure] = [0n, 0n];
    for (const [asset, quantity] of this.holdings) {
      const worth = quantity === 0n ? 0n : marks.worth(asset, quantity);
      if (worth === undefined) return undefined;
      equity += worth;
      if (asset !== this.valuation) exposure += worth;
    }
    this.peak = this.peakAfter(equity, marks);
    return { equity, exposure, peak: this.peak };
  }

  /** Money that came or went since the last look is neither won nor lost: what is lost stays the same part of it. */
  private peakAfter(equity: bigint, marks: Marks): bigint {
    let flown = 0n;
    for (const [asset, amount] of this.flows) flown += marks.worth(asset, amount) ?? 0n;
    this.flows.clear();
    const without = equity - flown;
    const peak = this.peak === undefined || without <= 0n ? equity : (this.peak * equity) / without;
    return peak > equity ? peak : equity;
  }

  private takeFill(
    { price, quantity, fee, feeAsset }: NonNullable<AccountEvent['fill']>,
    { symbol, side }: NonNullable<AccountEvent['order']>,
    marketOf: (symbol: string) => Market | undefined,
  ): void {
    const market = marketOf(symbol);
    if (market === undefined) return;
    const [bought, paid] = [unitsOf(quantity), worthAt(unitsOf(price), unitsOf(quantity))];
    const sign = side === 'SIDE_BUY' ? 1n : -1n;
    this.move(market.baseAsset, sign * bought);
    this.move(market.quoteAsset, -sign * paid);
    this.move(feeAsset, -unitsOf(fee));
  }

  private takeTransfer({ toAccountId, asset, amount }: NonNullable<AccountEvent['transfer']>): void {
    const moved = toAccountId === this.accountId ? unitsOf(amount) : -unitsOf(amount);
    this.move(asset, moved);
    this.flows.set(asset, (this.flows.get(asset) ?? 0n) + moved);
  }

  private move(asset: string, amount: bigint): void {
    this.holdings.set(asset, (this.holdings.get(asset) ?? 0n) + amount);
  }

  /** The exchange's word counts from here on. */
  private check({ asset, total }: NonNullable<AccountEvent['balance']>): string | undefined {
    const [kept, told] = [this.holdings.get(asset) ?? 0n, unitsOf(total)];
    this.holdings.set(asset, told);
    return kept === told ? undefined : asset;
  }
}
