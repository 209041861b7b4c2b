import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeText } from '../edge/time-text.js';
import type { AccountStatus, AccountType, Side } from '../engine/command.js';
import type { TransferKind } from '../engine/event.js';
import { formatId } from '../engine/ids.js';
import type { Instrument } from '../engine/instrument.js';
import type { Balance } from '../engine/ledger/account.js';
import { formatDecimal } from '../engine/money.js';
import type { AccountRow, FillRow, LedgerEntryType, LedgerRow, TransferRow } from '../journal/queries.js';
import { accountStatuses, accountTypes } from './account-requests.js';

const transferKinds = ['DEPOSIT', 'WITHDRAWAL', 'TRANSFER'] as const satisfies readonly TransferKind[];
const ledgerEntryTypes = [...transferKinds, 'TRADE', 'FEE'] as const satisfies readonly LedgerEntryType[];

export class AccountView {
  @ApiProperty({ description: "The exchange's id.", example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'As it was created.', example: 'Moving average bot' })
  name!: string;

  @ApiProperty({ description: "Whose it is, in the caller's words.", type: String, nullable: true, example: 'team-a' })
  ownerId!: string | null;

  @ApiProperty({ description: 'What it is for.', enum: accountTypes })
  type!: AccountType;

  @ApiProperty({ description: 'What it may do now.', enum: accountStatuses })
  status!: AccountStatus;

  @ApiProperty({ description: 'When it was created.', format: 'date-time' })
  createdAt!: string;
}

export class BalanceView {
  @ApiProperty({ description: 'The asset that the amounts are in.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'What new orders and withdrawals may use.', example: '7000' })
  available!: string;

  @ApiProperty({ description: 'What open orders hold: what they could still cost, fees included.', example: '3000' })
  held!: string;

  @ApiProperty({ description: 'Available and held together.', example: '10000' })
  total!: string;
}

export class BalancesView {
  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({
    description: 'The journal sequence up to which everything is counted, and after which nothing is.',
    type: 'integer',
    example: 42,
  })
  asOfSeq!: number;

  @ApiProperty({ description: 'One for every asset of the exchange.', type: [BalanceView] })
  balances!: BalanceView[];
}

export class AssetBalanceView extends BalanceView {
  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The journal sequence that it stands for.', type: 'integer', example: 42 })
  asOfSeq!: number;
}

export class TransferView {
  @ApiProperty({ description: "The exchange's id.", example: 'tfr-9' })
  transferId!: string;

  @ApiProperty({ description: 'Which of the three it was.', enum: transferKinds })
  kind!: TransferKind;

  @ApiPropertyOptional({ description: 'Of a deposit or a withdrawal: the account.', example: 'acc-7' })
  accountId?: string;

  @ApiProperty({ description: 'Where it came from; acc-external is the outside world.', example: 'acc-external' })
  fromAccountId!: string;

  @ApiProperty({ description: 'Where it went to; acc-external is the outside world.', example: 'acc-7' })
  toAccountId!: string;

  @ApiProperty({ description: 'The asset.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'In whole assets.', example: '10000' })
  amount!: string;

  @ApiProperty({ description: 'When it was carried out.', format: 'date-time' })
  createdAt!: string;
}

export class LedgerEntryView {
  @ApiProperty({ description: 'The number of the entry, rising with time.', example: '17' })
  entryId!: string;

  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({
    description: 'The journal sequence of the command that caused it.',
    type: 'integer',
    example: 42,
  })
  sequence!: number;

  @ApiProperty({ description: 'The asset that the amounts are in.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'What came in; negative for what went out.', example: '-2000' })
  amount!: string;

  @ApiProperty({ description: "The account's total of the asset after it.", example: '8000' })
  balance!: string;

  @ApiProperty({ description: 'Why it was made.', enum: ledgerEntryTypes })
  type!: LedgerEntryType;

  @ApiProperty({
    description: "The other side; acc-external, acc-fees and acc-liquidity are the venue's own.",
    example: 'acc-liquidity',
  })
  counterpartyAccountId!: string;

  @ApiPropertyOptional({ description: 'The transfer that it belongs to.', example: 'tfr-9' })
  transferId?: string;

  @ApiPropertyOptional({ description: "The account's order that it belongs to.", example: 'ord-42' })
  orderId?: string;

  @ApiPropertyOptional({ description: 'The trade that it belongs to.', example: 'trd-3' })
  tradeId?: string;

  @ApiProperty({ description: 'When it was made.', format: 'date-time' })
  createdAt!: string;
}

export class AccountTradeView {
  @ApiProperty({ description: 'The trade.', example: 'trd-3' })
  tradeId!: string;

  @ApiProperty({ description: "The account's order.", example: 'ord-42' })
  orderId!: string;

  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The market.', example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ description: 'Which way the account traded.', enum: ['BUY', 'SELL'] })
  side!: Side;

  @ApiProperty({ description: 'In the quote asset for one whole base asset.', example: '20000.01' })
  price!: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  quantity!: string;

  @ApiProperty({ description: 'What the exchange charged for it, in `feeAsset`.', example: '2.000001' })
  fee!: string;

  @ApiProperty({ description: "The market's quote asset.", example: 'USD' })
  feeAsset!: string;

  @ApiProperty({ description: 'MAKER if the order was waiting in the book.', enum: ['MAKER', 'TAKER'] })
  liquidity!: 'MAKER' | 'TAKER';

  @ApiProperty({ description: 'When it was executed.', format: 'date-time' })
  executedAt!: string;
}

export function accountView(account: AccountRow): AccountView {
  return {
    accountId: formatId('acc', account.accountId),
    name: account.name,
    ownerId: account.ownerId ?? null,
    type: account.accountType,
    status: account.status,
    createdAt: timeText(account.createdAt),
  };
}

export function balanceView(
  asset: string,
  scale: number,
  balance: Pick<Balance, 'available' | 'held' | 'total'> | undefined,
): BalanceView {
  const available = formatDecimal(balance?.available ?? 0n, scale);
  // Mostly nothing is held, and then all of it is available.
  if (balance === undefined || balance.held === 0n) return { asset, available, held: '0', total: available };
  return { asset, available, held: formatDecimal(balance.held, scale), total: formatDecimal(balance.total, scale) };
}

export function transferView(transfer: TransferRow, scale: number): TransferView {
  const fromAccountId = formatId('acc', transfer.fromAccountId);
  const toAccountId = formatId('acc', transfer.toAccountId);
  const { kind } = transfer;
  return {
    transferId: formatId('tfr', transfer.transferId),
    kind,
    accountId: kind === 'TRANSFER' ? undefined : kind === 'DEPOSIT' ? toAccountId : fromAccountId,
    fromAccountId,
    toAccountId,
    asset: transfer.asset,
    amount: formatDecimal(transfer.amount, scale),
    createdAt: timeText(transfer.createdAt),
  };
}

export function ledgerEntryView(entry: LedgerRow, scale: number): LedgerEntryView {
  const { transferId, orderId, tradeId } = entry;
  return {
    entryId: String(entry.entryId),
    accountId: formatId('acc', entry.accountId),
    sequence: entry.sequence,
    asset: entry.asset,
    amount: formatDecimal(entry.amount, scale),
    balance: formatDecimal(entry.balance, scale),
    type: entry.entryType,
    counterpartyAccountId: formatId('acc', entry.counterpartyAccountId),
    transferId: transferId === undefined ? undefined : formatId('tfr', transferId),
    orderId: orderId === undefined ? undefined : formatId('ord', orderId),
    tradeId: tradeId === undefined ? undefined : formatId('trd', tradeId),
    createdAt: timeText(entry.createdAt),
  };
}

export function accountTradeView(fill: FillRow, { baseScale, quoteScale, quote }: Instrument): AccountTradeView {
  return {
    tradeId: formatId('trd', fill.tradeId),
    orderId: formatId('ord', fill.orderId),
    accountId: formatId('acc', fill.accountId),
    symbol: fill.symbol,
    side: fill.side,
    price: formatDecimal(fill.price, quoteScale),
    quantity: formatDecimal(fill.quantity, baseScale),
    fee: formatDecimal(fill.fee, quoteScale),
    feeAsset: quote,
    liquidity: fill.liquidity,
    executedAt: timeText(fill.executedAt),
  };
}
