/** How many of the last prices the two averages are made of. */
export interface MovingAverageOptions {
  readonly fast: number;
  readonly slow: number;
  /** How far, as a part of the price, the averages must be apart before the trend is believed. */
  readonly band: number;
}

/**
 * The oldest trading rule there is: be in the market while the fast average of the price is above the slow
 * one, and out of it while it is below. Between the two, stay as you are.
 */
export class MovingAverage {
  private readonly prices: number[] = [];
  private inMarket = false;

  constructor(private readonly options: MovingAverageOptions) {}

  /** Takes the newest price, and answers whether to be in the market. */
  next(price: number): boolean {
    const { fast, slow, band } = this.options;
    this.prices.push(price);
    if (this.prices.length > slow) this.prices.shift();
    if (this.prices.length < slow) return false;
    const trend = averageOf(this.prices.slice(-fast)) / averageOf(this.prices) - 1;
    if (Math.abs(trend) > band) this.inMarket = trend > 0;
    return this.inMarket;
  }
}

function averageOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0) / prices.length;
}
