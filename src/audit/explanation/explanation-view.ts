import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { InstructionStatus, OrderType, Side, TimeInForce } from '../../engine/command.js';
import { type JudgedRule, type MarketBefore, type QueuePosition, ruleOutcomes } from '../../engine/risk/judgement.js';
import type { RuleNumber } from '../../engine/risk/rule-numbers.js';
import type { OrderStatus } from '../../journal/queries.js';
import { BalanceAfterView, OriginView } from '../record-view.js';

/** What a fact of an order's life is about. */
export const factKinds = [
  'REQUEST',
  'FAULT',
  'RULES',
  'REJECTED',
  'ACCEPTED',
  'RELEASED',
  'TRADE',
  'POSTINGS',
  'RESTED',
  'EXPIRED',
  'CANCELED',
  'BALANCES',
  'SETTLEMENT_CYCLE',
  'INSTRUCTION',
] as const;

export type FactKind = (typeof factKinds)[number];

export class ExplainedOrderView {
  @ApiProperty({ example: 'ord-42' })
  orderId!: string;

  @ApiProperty({ example: 'acc-7' })
  accountId!: string;

  @ApiPropertyOptional({ description: "The caller's own id." })
  clientOrderId?: string;

  @ApiProperty({ example: 'BTC-USD' })
  symbol!: string;

  @ApiProperty({ enum: ['BUY', 'SELL'] })
  side!: Side;

  @ApiProperty({ enum: ['MARKET', 'LIMIT'] })
  type!: OrderType;

  @ApiProperty({ enum: ['GTC', 'IOC', 'FOK'] })
  timeInForce!: TimeInForce;

  @ApiProperty({ enum: ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'REJECTED', 'EXPIRED'] })
  status!: OrderStatus;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  quantity!: string;

  @ApiPropertyOptional({ description: 'In the quote asset, of an order by quote quantity.', example: '500' })
  quoteQuantity?: string;

  @ApiPropertyOptional({ description: 'The limit.', example: '20000.5' })
  price?: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  filledQuantity!: string;
}

class RuleNumberView implements RuleNumber {
  @ApiProperty({ example: 'available' })
  name!: string;

  @ApiProperty({ example: '10000' })
  value!: string;

  @ApiPropertyOptional({ description: 'An asset, `bps` or `orders`.', example: 'USD' })
  unit?: string;
}

class JudgedRuleView {
  @ApiProperty({ example: 'sufficient-funds' })
  rule!: string;

  @ApiProperty({
    description:
      'NOT_CONCERNED: there is nothing in the order for this rule. NOT_ASKED: a rule before this one had refused.',
    enum: ruleOutcomes,
  })
  outcome!: JudgedRule['outcome'];

  @ApiProperty({ description: 'What the rule looked at.', type: [RuleNumberView] })
  numbers!: readonly RuleNumberView[];

  @ApiPropertyOptional({ example: 'INSUFFICIENT_FUNDS' })
  rejectCode?: string;

  @ApiPropertyOptional({ description: 'Why it refused, in a sentence.' })
  reason?: string;
}

class MarketBeforeView implements MarketBefore {
  @ApiPropertyOptional({ example: '60000' })
  referencePrice?: string;

  @ApiPropertyOptional({ example: '59999.99' })
  bestBid?: string;

  @ApiPropertyOptional({ example: '60000.01' })
  bestAsk?: string;

  @ApiPropertyOptional({
    description: 'What of the order could be filled at once, in the base asset; absent where a rule refused it.',
    example: '0.04',
  })
  fillable?: string;
}

class QueuePositionView implements QueuePosition {
  @ApiProperty({ example: '59990' })
  price!: string;

  @ApiProperty({ description: 'Orders of customers that were there before.', type: 'integer' })
  ordersAhead!: number;

  @ApiProperty({ description: 'What they had left, in the base asset.', example: '0.3' })
  quantityAhead!: string;

  @ApiPropertyOptional({ description: 'What the liquidity provider quoted at this price, or `unlimited`.' })
  quotedAhead?: string;
}

class ExplainedTradeView {
  @ApiProperty({ example: 'trd-3' })
  tradeId!: string;

  @ApiProperty({ example: '60000.01' })
  price!: string;

  @ApiProperty({ description: 'In the base asset.', example: '0.1' })
  quantity!: string;

  @ApiProperty({ description: 'Price times quantity, in the quote asset.', example: '6000.001' })
  notional!: string;

  @ApiProperty({ description: 'What this order paid for it.', example: '12.000002' })
  fee!: string;

  @ApiProperty({ example: 'USD' })
  feeAsset!: string;

  @ApiProperty({ description: 'MAKER if this order was waiting in the book.', enum: ['MAKER', 'TAKER'] })
  liquidity!: 'MAKER' | 'TAKER';

  @ApiProperty({ enum: ['CUSTOMER', 'LIQUIDITY_PROVIDER'] })
  counterparty!: 'CUSTOMER' | 'LIQUIDITY_PROVIDER';

  @ApiProperty({ example: 'acc-9' })
  counterpartyAccountId!: string;

  @ApiPropertyOptional({ description: 'The order on the other side; the liquidity provider has none.' })
  counterpartyOrderId?: string;

  @ApiPropertyOptional({ description: "Which of the liquidity provider's levels, from 0.", type: 'integer' })
  liquidityLevel?: number;
}

class ExplainedPostingView {
  @ApiProperty({ example: 'trd-3' })
  tradeId!: string;

  @ApiProperty({ enum: ['TRADE', 'FEE'] })
  type!: 'TRADE' | 'FEE';

  @ApiProperty({ example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'Positive where it came to the account.', example: '-6000.001' })
  amount!: string;
}

class ExplainedInstructionView {
  @ApiProperty({ example: 'ins-7' })
  instructionId!: string;

  @ApiProperty({ example: 'BTC' })
  asset!: string;

  @ApiProperty({ description: 'The net of all trades of the cycle; positive where it comes to the account.' })
  amount!: string;

  @ApiProperty({ enum: ['PENDING', 'INSTRUCTED', 'SETTLED', 'FAILED'] })
  status!: InstructionStatus;

  @ApiProperty({ description: 'The day on which it settles.', example: '2026-01-31' })
  settlementDate!: string;

  @ApiPropertyOptional({ description: 'Why it failed.' })
  reason?: string;
}

/** One thing that happened to an order, with its place in the journal. */
export class FactView {
  @ApiProperty({ description: 'The record of the journal that says so.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({ description: "That record's time.", format: 'date-time' })
  time!: string;

  @ApiProperty({ enum: factKinds })
  kind!: FactKind;

  @ApiProperty({ description: 'The fact in a sentence.' })
  sentence!: string;

  @ApiPropertyOptional({ description: 'Why it ended: a reject code, or why it was canceled or expired.' })
  cause?: string;

  @ApiPropertyOptional({ type: OriginView })
  origin?: OriginView;

  @ApiPropertyOptional({ description: 'The market right before the order.', type: MarketBeforeView })
  market?: MarketBeforeView;

  @ApiPropertyOptional({ description: 'Every rule, in the order in which they are asked.', type: [JudgedRuleView] })
  rules?: readonly JudgedRuleView[];

  @ApiPropertyOptional({ type: QueuePositionView })
  queue?: QueuePositionView;

  @ApiPropertyOptional({ type: ExplainedTradeView })
  trade?: ExplainedTradeView;

  @ApiPropertyOptional({ type: [ExplainedPostingView] })
  postings?: readonly ExplainedPostingView[];

  @ApiPropertyOptional({ description: "The account's balances that the record changed.", type: [BalanceAfterView] })
  balances?: readonly BalanceAfterView[];

  @ApiPropertyOptional({ description: 'As it was after the record.', type: ExplainedInstructionView })
  instruction?: ExplainedInstructionView;

  @ApiPropertyOptional({ description: 'The injected fault.', example: 'flt-3' })
  faultId?: string;

  @ApiPropertyOptional({ description: 'What kind of fault that is.', example: 'settlement-delay' })
  faultKind?: string;
}

/** The whole chain of an order, from its request to its settlement. */
export class ExplanationView {
  @ApiProperty({ type: ExplainedOrderView })
  order!: ExplainedOrderView;

  @ApiProperty({ description: 'What became of it, in a sentence.' })
  conclusion!: string;

  @ApiProperty({ description: 'The journal is told up to this record.', type: 'integer' })
  asOfSeq!: number;

  @ApiProperty({ description: 'Whether nothing is left out.' })
  complete!: boolean;

  @ApiProperty({ description: 'What is left out and why, or what is still to come.', type: [String] })
  notes!: readonly string[];

  @ApiProperty({ description: 'In the order of the journal.', type: [FactView] })
  facts!: readonly FactView[];
}
