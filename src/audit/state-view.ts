import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Side } from '../engine/command.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import type { Account } from '../engine/ledger/account.js';
import type { Market } from '../engine/matching/market.js';
import type { Order } from '../engine/matching/order.js';
import { stateHash } from '../engine/state-hash.js';
import { PublicWords } from './public-words.js';

/** More price levels than this of one side are not shown; the open orders are complete. */
export const bookLevelsMax = 1_000;

export class LevelView {
  @ApiProperty({ description: 'In the quote asset for one whole base asset.', example: '20000.01' })
  price!: string;

  @ApiProperty({ description: 'In the base asset, the quotes of the liquidity provider included.', example: '0.1' })
  quantity!: string;
}

export class BookView {
  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiPropertyOptional({
    description: 'The last price of the price source; absent before its first.',
    example: '20000',
  })
  referencePrice?: string;

  @ApiProperty({ description: 'Best (highest) price first.', type: [LevelView] })
  bids!: readonly LevelView[];

  @ApiProperty({ description: 'Best (lowest) price first.', type: [LevelView] })
  asks!: readonly LevelView[];
}

export class BalanceView {
  @ApiProperty({ description: 'The asset.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'What new orders and withdrawals may use.', example: '9000' })
  available!: string;

  @ApiProperty({ description: 'What open orders hold.', example: '1000' })
  held!: string;

  @ApiProperty({ description: 'Both together.', example: '10000' })
  total!: string;
}

export class AccountView {
  @ApiProperty({
    description: "The account; `acc-external`, `acc-fees` and `acc-liquidity` are the venue's own.",
    example: 'acc-7',
  })
  accountId!: string;

  @ApiProperty({ description: 'What it has, by asset. The venue’s own may be negative.', type: [BalanceView] })
  balances!: readonly BalanceView[];
}

export class OpenOrderView {
  @ApiProperty({ description: 'The order.', example: 'ord-42' })
  orderId!: string;

  @ApiProperty({ description: 'The account that placed it.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'Whether it buys or sells the base asset.', enum: ['BUY', 'SELL'] })
  side!: Side;

  @ApiProperty({ description: 'Its limit, in the quote asset for one whole base asset.', example: '20000' })
  price!: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  quantity!: string;

  @ApiProperty({ description: 'In the base asset: what is not filled.', example: '0.05' })
  remainingQuantity!: string;

  @ApiProperty({ description: 'What it holds, in `heldAsset`.', example: '1001' })
  held!: string;

  @ApiProperty({ description: 'The quote asset of a buy, the base asset of a sell.', example: 'USD' })
  heldAsset!: string;
}

/** The whole exchange between two records. */
export class StateView {
  @ApiProperty({ description: 'The last record that is counted in.', type: 'integer', example: 1042 })
  asOfSeq!: number;

  @ApiProperty({ description: 'The SHA-256 of the whole state, in hex: equal states have equal hashes.' })
  stateHash!: string;

  @ApiProperty({ description: "Every market's book.", type: [BookView] })
  books!: readonly BookView[];

  @ApiProperty({ description: 'Every account. Per asset, all of them add up to zero.', type: [AccountView] })
  accounts!: readonly AccountView[];

  @ApiProperty({ description: 'Every open order, oldest first.', type: [OpenOrderView] })
  openOrders!: readonly OpenOrderView[];
}

export function stateView(exchange: Exchange): StateView {
  const { markets, ledger, orders } = exchange.state;
  const words = new PublicWords(exchange);
  return {
    asOfSeq: exchange.sequence,
    stateHash: stateHash(exchange),
    books: [...markets.values()].map((market) => bookView(market, words)),
    accounts: [...ledger.accounts.values()].map((account) => accountView(account, words)),
    openOrders: [...orders.values()].sort((a, b) => a.orderId - b.orderId).map((order) => openOrderView(order, words)),
  };
}

function bookView(market: Market, words: PublicWords): BookView {
  const { symbol } = market.instrument;
  const levels = (side: Side) =>
    market.depth(side, bookLevelsMax).map(({ ticks, lots }) => ({
      price: words.price(symbol, ticks),
      quantity: words.quantity(symbol, lots),
    }));
  return {
    symbol,
    referencePrice: market.referenceTicks === 0 ? undefined : words.price(symbol, market.referenceTicks),
    bids: levels('BUY'),
    asks: levels('SELL'),
  };
}

function accountView({ accountId, balances }: Account, words: PublicWords): AccountView {
  return {
    accountId: formatId('acc', accountId),
    balances: [...balances]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([asset, { available, held, total }]) => ({
        asset,
        available: words.amount(asset, available),
        held: words.amount(asset, held),
        total: words.amount(asset, total),
      })),
  };
}

function openOrderView(order: Order, words: PublicWords): OpenOrderView {
  const { symbol } = order.instrument;
  return {
    orderId: formatId('ord', order.orderId),
    accountId: formatId('acc', order.account.accountId),
    symbol,
    side: order.side,
    price: words.price(symbol, order.priceTicks),
    quantity: words.quantity(symbol, order.quantityLots),
    remainingQuantity: words.quantity(symbol, order.remainingLots),
    held: words.amount(order.holdAsset, order.hold),
    heldAsset: order.holdAsset,
  };
}
