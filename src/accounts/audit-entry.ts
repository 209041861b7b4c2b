import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { assetIn, marketIn } from '../edge/directory.js';
import { timeText } from '../edge/time-text.js';
import type { Command, Side } from '../engine/command.js';
import type { Event, FundsMoved, OrderTerms, TradeExecuted, TransferRejected } from '../engine/event.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import { formatDecimal } from '../engine/money.js';
import type { RejectCode } from '../engine/reject.js';
import type { JournalRecord } from '../journal/journal.js';
import { AuditSentences } from './audit-sentences.js';

/** One event of an account's life. Which of the optional fields there are follows from the type. */
export class AuditEntryView {
  @ApiProperty({ description: 'The journal sequence of the command.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({ description: 'When it happened.', format: 'date-time' })
  time!: string;

  @ApiProperty({ description: 'What happened.', type: String, example: 'TradeExecuted' })
  type!: Event['type'];

  @ApiProperty({
    description: 'The command that led to it, which may be that of another account.',
    type: String,
    example: 'PlaceOrder',
  })
  command!: Command['type'];

  @ApiProperty({ description: 'Over what the command came.', enum: ['REST', 'GRPC', 'WEBSOCKET', 'SYSTEM'] })
  transport!: 'REST' | 'GRPC' | 'WEBSOCKET' | 'SYSTEM';

  @ApiPropertyOptional({
    description: 'Who asked, where that is known and it was for this account: `admin`, or an API key of the account.',
    example: 'key-17',
  })
  actor?: string;

  @ApiProperty({
    description: 'The same in a sentence for people.',
    example: 'Order ord-42 bought 0.1 BTC at 20000 USD as taker: 2000 USD and a fee of 4 USD (trade trd-3).',
  })
  description!: string;

  @ApiPropertyOptional({ description: "The account's order.", example: 'ord-42' })
  orderId?: string;

  @ApiPropertyOptional({ description: 'The trade.', example: 'trd-3' })
  tradeId?: string;

  @ApiPropertyOptional({ description: 'The deposit, withdrawal or transfer.', example: 'tfr-9' })
  transferId?: string;

  @ApiPropertyOptional({ description: 'The API key that was issued or revoked.', example: 'key-17' })
  keyId?: string;

  @ApiPropertyOptional({ description: 'The market.', example: 'BTC-USD' })
  symbol?: string;

  @ApiPropertyOptional({ description: "Which way the account's order trades.", enum: ['BUY', 'SELL'] })
  side?: Side;

  @ApiPropertyOptional({ description: 'In the quote asset for one whole base asset.', example: '20000' })
  price?: string;

  @ApiPropertyOptional({ description: 'In the base asset.', example: '0.1' })
  quantity?: string;

  @ApiPropertyOptional({
    description: "What the account paid for the trade, in the market's quote asset.",
    example: '4',
  })
  fee?: string;

  @ApiPropertyOptional({ description: 'The asset that was to be moved.', example: 'USD' })
  asset?: string;

  @ApiPropertyOptional({ description: 'How much was to be moved, in whole assets.', example: '10000' })
  amount?: string;

  @ApiPropertyOptional({ description: 'Why it was refused.', type: String, example: 'INSUFFICIENT_FUNDS' })
  rejectCode?: RejectCode;
}

/** What a record tells of an account, in the order in which it happened. */
export function auditEntries(record: JournalRecord, accountId: number, exchange: Exchange): AuditEntryView[] {
  const sentences = new AuditSentences(record.command, accountId, exchange);
  return record.events
    .filter((event) => concerns(event, accountId, record.command))
    .map((event) => ({
      sequence: record.sequence,
      time: timeText(record.time),
      type: event.type,
      command: record.command.type,
      transport: record.origin.transport,
      actor: actorFor(accountId, record),
      description: sentences.of(event),
      ...fieldsOf(event, accountId, exchange),
    }));
}

/** Who acted for the account; who acted for another one that it met in the book is not told. */
function actorFor(accountId: number, { origin, command }: JournalRecord): string | undefined {
  const actsFor =
    'accountId' in command
      ? (command.accountId ?? accountId)
      : 'fromAccountId' in command
        ? command.fromAccountId
        : accountId;
  return actsFor === accountId ? origin.actor : undefined;
}

function concerns(event: Event, accountId: number, command: Command): boolean {
  switch (event.type) {
    case 'FundsMoved':
    case 'TransferRejected':
      return event.fromAccountId === accountId || event.toAccountId === accountId;
    case 'TradeExecuted':
      return event.takerAccountId === accountId || event.makerAccountId === accountId;
    case 'OrderRested':
      // An order only comes to rest in the record that placed it.
      return command.type === 'PlaceOrder' && command.accountId === accountId;
    case 'SettlementCycleClosed':
      return event.instructions.some((instruction) => instruction.accountId === accountId);
    case 'InstructionStatusesChanged':
      return event.changes.some((change) => change.accountId === accountId);
    case 'ApiKeysUsed':
    case 'VenueConfigured':
    case 'PricesMoved':
    case 'MarketStatusChanged':
    case 'FaultInjected':
    case 'FaultEnded':
      return false;
    default:
      return event.accountId === accountId;
  }
}

type Fields = Partial<AuditEntryView>;

function fieldsOf(event: Event, accountId: number, exchange: Exchange): Fields {
  switch (event.type) {
    case 'FundsMoved':
    case 'TransferRejected':
      return movementFields(event, exchange);
    case 'OrderPlaced':
      return termsFields(event, exchange);
    case 'OrderRejected':
      return { ...termsFields(event, exchange), rejectCode: event.rejectCode };
    case 'TradeExecuted':
      return tradeFields(event, accountId, exchange);
    case 'OrderRested':
    case 'OrderCanceled':
    case 'OrderExpired':
      return { orderId: formatId('ord', event.orderId) };
    case 'ApiKeyIssued':
    case 'ApiKeyRevoked':
      return { keyId: formatId('key', event.keyId) };
    default:
      return {};
  }
}

function movementFields(event: FundsMoved | TransferRejected, exchange: Exchange): Fields {
  const { transferId, asset, amount } = event;
  return {
    transferId: formatId('tfr', transferId),
    asset,
    amount: formatDecimal(amount, assetIn(exchange, asset).scale),
    rejectCode: event.type === 'TransferRejected' ? event.rejectCode : undefined,
  };
}

function termsFields({ orderId, symbol, side, quantity, price }: OrderTerms, exchange: Exchange): Fields {
  const { baseScale, quoteScale } = marketIn(exchange, symbol).instrument;
  return {
    orderId: formatId('ord', orderId),
    symbol,
    side,
    price: price === undefined ? undefined : formatDecimal(price, quoteScale),
    quantity: quantity === undefined ? undefined : formatDecimal(quantity, baseScale),
  };
}

function tradeFields(trade: TradeExecuted, accountId: number, exchange: Exchange): Fields {
  const { instrument } = marketIn(exchange, trade.symbol);
  const takes = trade.takerAccountId === accountId;
  return {
    orderId: formatId('ord', takes ? trade.takerOrderId : trade.makerOrderId),
    tradeId: formatId('trd', trade.tradeId),
    symbol: trade.symbol,
    side: takes === (trade.takerSide === 'BUY') ? 'BUY' : 'SELL',
    price: formatDecimal(instrument.price(trade.priceTicks), instrument.quoteScale),
    quantity: formatDecimal(instrument.quantity(trade.quantityLots), instrument.baseScale),
    fee: formatDecimal(takes ? trade.takerFee : trade.makerFee, instrument.quoteScale),
  };
}
