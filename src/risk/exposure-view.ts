import { ApiProperty } from '@nestjs/swagger';
import { assetsOf } from '../edge/directory.js';
import { limitDecimal } from '../edge/limit-words.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import type { Asset } from '../engine/instrument.js';
import type { Account } from '../engine/ledger/account.js';
import type { Market } from '../engine/matching/market.js';
import { type Amount, formatDecimal, unitsPerWhole } from '../engine/money.js';
import { pricingMarket, valueAt } from '../engine/risk/limits/day-result.js';
import { limitRules } from '../engine/risk/limits/limit-rules.js';
import type { RiskLevel, RiskLimit } from '../engine/risk/limits/risk-limit.js';
import { RiskLimitView, riskLevels, riskLimitView } from './risk-views.js';

export class PositionView {
  @ApiProperty({ description: 'The asset.', example: 'BTC' })
  asset!: string;

  @ApiProperty({ description: 'What new orders and withdrawals may use.', example: '1.5' })
  available!: string;

  @ApiProperty({ description: 'What open orders hold.', example: '0.5' })
  held!: string;

  @ApiProperty({ description: 'Both together.', example: '2' })
  total!: string;

  @ApiProperty({
    description: 'In the valuation asset for one whole asset; null where no market has a reference price for it.',
    type: String,
    nullable: true,
    example: '60000',
  })
  referencePrice!: string | null;

  @ApiProperty({
    description: 'What the total is worth at that price, rounded down to a unit; null without a price.',
    type: String,
    nullable: true,
    example: '120000',
  })
  value!: string | null;
}

export class OpenNotionalView {
  @ApiProperty({ description: 'The quote asset of the markets.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'What open buys are worth, each at its own price.', example: '30000' })
  buy!: string;

  @ApiProperty({ description: 'What open sells are worth, each at its own price.', example: '12000' })
  sell!: string;

  @ApiProperty({ description: 'How many orders that are.', type: 'integer', example: 4 })
  orders!: number;
}

export class LimitUseView extends RiskLimitView {
  @ApiProperty({
    description: 'What there is of it now; null where the limit is for single orders.',
    type: String,
    nullable: true,
    example: '2.1',
  })
  used!: string | null;

  @ApiProperty({
    description: 'The same in whole per cent of the limit, rounded down.',
    type: 'integer',
    nullable: true,
    example: 84,
  })
  usedPercent!: number | null;

  @ApiProperty({
    description:
      'As it was told last: WARNING from the share of a warning on, BREACHED beyond the limit, REFUSING since an ' +
      'order was refused for it and until one is accepted.',
    enum: riskLevels,
  })
  level!: RiskLevel;
}

export class ExposureView {
  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({
    description: 'The journal sequence up to which everything is counted, and after which nothing is.',
    type: 'integer',
    example: 42,
  })
  asOfSeq!: number;

  @ApiProperty({ description: "What values are told in: the first market's quote asset.", example: 'USD' })
  valuationAsset!: string;

  @ApiProperty({ description: 'All positions that have a value, together.', example: '150000' })
  totalValue!: string;

  @ApiProperty({ description: 'One for every asset of the exchange.', type: [PositionView] })
  positions!: readonly PositionView[];

  @ApiProperty({ description: 'One for every quote asset that orders are open in.', type: [OpenNotionalView] })
  openNotional!: readonly OpenNotionalView[];

  @ApiProperty({ description: 'Each limit of the account, and what is used of it.', type: [LimitUseView] })
  limits!: readonly LimitUseView[];

  @ApiProperty({ description: 'Whether a kill switch refuses its orders: its own, or that of all.' })
  killSwitchEngaged!: boolean;
}

/** How an account stands at a time. */
export function exposureView(account: Account, exchange: Exchange, time: number): ExposureView {
  const assets = assetsOf(exchange);
  const [firstMarket] = exchange.markets.values();
  const valuation = assets.find(({ asset }) => asset === firstMarket?.instrument.quote) ?? assets[0]!;
  const values = assets.map(({ asset }) => worthOf(account, asset, valuation, exchange));
  return {
    accountId: formatId('acc', account.accountId),
    asOfSeq: exchange.sequence,
    valuationAsset: valuation.asset,
    totalValue: formatDecimal(
      values.reduce<Amount>((sum, value) => sum + (value ?? 0n), 0n),
      valuation.scale,
    ),
    positions: assets.map((asset, at) => positionView(account, asset, values[at], valuation, exchange)),
    openNotional: openNotionalViews(account),
    limits: (account.risk?.limits ?? []).map((limit) => limitUseView(account, limit, exchange, time)),
    killSwitchEngaged: (account.killSwitch ?? exchange.state.killSwitch) !== undefined,
  };
}

function positionView(
  account: Account,
  { asset, scale }: Asset,
  value: Amount | undefined,
  valuation: Asset,
  exchange: Exchange,
): PositionView {
  const balance = account.balances.get(asset);
  const price = asset === valuation.asset ? unitsPerWhole(scale) : pricedMarket(asset, valuation, exchange)?.price;
  return {
    asset,
    available: formatDecimal(balance?.available ?? 0n, scale),
    held: formatDecimal(balance?.held ?? 0n, scale),
    total: formatDecimal(balance?.total ?? 0n, scale),
    referencePrice: price === undefined ? null : formatDecimal(price, valuation.scale),
    value: value === undefined ? null : formatDecimal(value, valuation.scale),
  };
}

function worthOf(account: Account, asset: string, valuation: Asset, exchange: Exchange): Amount | undefined {
  if (asset === valuation.asset) return account.total(asset);
  const priced = pricedMarket(asset, valuation, exchange);
  return priced && valueAt(priced.market, account.total(asset));
}

function pricedMarket(
  asset: string,
  { asset: quote }: Asset,
  { markets }: Exchange,
): { market: Market; price: Amount } | undefined {
  const market = pricingMarket(markets, asset, quote);
  if (market === undefined || market.referenceTicks === 0) return undefined;
  return { market, price: market.instrument.price(market.referenceTicks) };
}

function openNotionalViews({ openOrders }: Account): OpenNotionalView[] {
  const sums = new Map<string, { scale: number; BUY: Amount; SELL: Amount; orders: number }>();
  for (const { instrument, side, priceTicks, remainingLots } of openOrders.values()) {
    const sum = sums.get(instrument.quote) ?? { scale: instrument.quoteScale, BUY: 0n, SELL: 0n, orders: 0 };
    sum[side] += instrument.notional(priceTicks, remainingLots);
    sum.orders += 1;
    sums.set(instrument.quote, sum);
  }
  return [...sums].map(([asset, { scale, BUY, SELL, orders }]) => ({
    asset,
    buy: formatDecimal(BUY, scale),
    sell: formatDecimal(SELL, scale),
    orders,
  }));
}

function limitUseView(account: Account, limit: RiskLimit, exchange: Exchange, time: number): LimitUseView {
  const used = limitRules[limit.kind].now?.(account, limit.of ?? '', exchange.state, time);
  return {
    ...riskLimitView(limit, exchange),
    used: used === undefined ? null : limitDecimal(limit, used, exchange),
    usedPercent: used === undefined ? null : Number((used * 100n) / limit.limit),
    level: account.risk!.level(limit),
  };
}
