import type { ReferencePrice } from '../../engine/command.js';
import type { PriceSource } from './price-source.js';

/** What happens to the prices that a source gives, for as long as it lasts. */
export interface PriceDisturbance {
  /** The market; absent: all. */
  readonly symbol?: string;
  /** The asset that changes its value, whichever markets it is in; absent: the markets' prices change as they are. */
  readonly asset?: string;
  /** By how much, in per cent; 0 with `isStale` alone. */
  readonly percent: number;
  /** Over how long it builds up, from `begunAt`, both in milliseconds. */
  readonly rampMs: number;
  readonly begunAt: number;
  /** The prices stand still, and are said to be stale. */
  readonly isStale: boolean;
}

const million = 1_000_000n;
const millionthsPerPercent = 10_000;

/**
 * A source whose prices can be disturbed from outside. Like `LivePrices` it is no function of the beat alone, and like
 * there what comes of it is in the journal, as the prices of each beat. What ends leaves the source's own price.
 */
export class DisturbedPrices implements PriceSource {
  private readonly disturbances = new Map<number, PriceDisturbance>();

  constructor(
    private readonly source: PriceSource,
    private readonly now: () => number,
  ) {}

  begin(id: number, disturbance: PriceDisturbance): void {
    this.disturbances.set(id, disturbance);
  }

  end(id: number): void {
    this.disturbances.delete(id);
  }

  pricesAt(beat: number): readonly ReferencePrice[] {
    const prices = this.source.pricesAt(beat);
    if (this.disturbances.size === 0) return prices;
    const now = this.now();
    return prices.map((price) =>
      [...this.disturbances.values()].reduce((disturbed, by) => disturb(disturbed, by, now), price),
    );
  }
}

function disturb(price: ReferencePrice, by: PriceDisturbance, now: number): ReferencePrice {
  const [base, quote] = price.symbol.split('-');
  if (by.symbol !== undefined && by.symbol !== price.symbol) return price;
  if (by.isStale) return { ...price, stale: true };
  const millionths = millionthsAt(by, now);
  if (by.asset === undefined || by.asset === base) return { ...price, priceTicks: scaled(price, millionths, million) };
  return by.asset === quote ? { ...price, priceTicks: scaled(price, million, millionths) } : price;
}

function millionthsAt({ percent, rampMs, begunAt }: PriceDisturbance, now: number): bigint {
  const full = percent * millionthsPerPercent;
  const reached =
    rampMs === 0 || now >= begunAt + rampMs ? full : Math.trunc((full * Math.max(0, now - begunAt)) / rampMs);
  return million + BigInt(reached);
}

/** Rounded down to whole ticks; a price never comes to nothing. */
function scaled({ priceTicks }: ReferencePrice, times: bigint, by: bigint): number {
  const ticks = (BigInt(priceTicks) * times) / by;
  return ticks > 1n ? Number(ticks) : 1;
}
