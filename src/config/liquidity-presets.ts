import type { LiquidityModel } from '../engine/instrument.js';

/** The ways in which the synthetic liquidity provider can quote; a percentage is of the market's `liquidityQuantity`. */
export const liquidityPresets = {
  /** Any size fills at once, one tick from the reference price: for trading engines that are to be tested without friction. */
  frictionless: {
    name: 'frictionless',
    halfSpreadTicks: 1,
    halfSpreadBps: 0,
    spacingBps: 0,
    quantityPercent: [100],
    refillMs: 0,
  },
  /** A large market on a good day: a tight spread and a deep ladder, which is whole again half a minute after it was eaten. */
  realistic: {
    name: 'realistic',
    halfSpreadTicks: 1,
    halfSpreadBps: 1,
    spacingBps: 2,
    quantityPercent: [10, 15, 20, 30, 40, 50, 65, 80, 100, 120],
    refillMs: 30_000,
  },
  /** A small market: orders of some size walk the book, and it takes two minutes to recover. */
  thin: {
    name: 'thin',
    halfSpreadTicks: 1,
    halfSpreadBps: 8,
    spacingBps: 6,
    quantityPercent: [4, 6, 8, 12, 16],
    refillMs: 120_000,
  },
  /** A bad day: hardly anything to trade with, far from the reference price, and what was eaten is gone for ten minutes. */
  brutal: {
    name: 'brutal',
    halfSpreadTicks: 1,
    halfSpreadBps: 50,
    spacingBps: 40,
    quantityPercent: [1, 2, 3],
    refillMs: 600_000,
  },
} as const satisfies Record<string, LiquidityModel>;

export type LiquidityPreset = keyof typeof liquidityPresets;
