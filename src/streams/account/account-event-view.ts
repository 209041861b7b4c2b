import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { AccountView, BalanceView, TransferView } from '../../accounts/account-views.js';
import type { RejectCode } from '../../engine/reject.js';
import type { AccountEventType } from '../../journal/account-facts.js';
import { FillView, OrderView } from '../../orders/order-view.js';
import { LimitCrossingView } from '../../risk/risk-views.js';

export const accountEventTypes = [
  'ACCOUNT_OPENED',
  'ACCOUNT_STATUS_CHANGED',
  'ORDER_ACCEPTED',
  'ORDER_FILLED',
  'ORDER_CANCELED',
  'ORDER_REJECTED',
  'ORDER_EXPIRED',
  'TRANSFER_COMPLETED',
  'TRANSFER_REJECTED',
  'RISK_WARNING',
  'RISK_BREACHED',
  'RISK_EASED',
  'BALANCE_CHANGED',
] as const satisfies readonly AccountEventType[];

/** An order without its fills: each of them had an event of its own. */
export class OrderStateView extends OmitType(OrderView, ['fills']) {}

/**
 * One thing that happened to an account, over WebSocket and gRPC alike. All events have one order, by `sequence`
 * and `eventIndex`; those of one account are numbered without a gap by `accountSequence`.
 */
export class AccountEventView {
  @ApiProperty({ description: 'The journal sequence of the record that it belongs to.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({
    description: 'Its place, from 0, among the events of all accounts in that record.',
    type: 'integer',
    example: 0,
  })
  eventIndex!: number;

  @ApiProperty({
    description: 'Its number, from 1, among all events of the account: there is no gap in them.',
    type: 'integer',
    example: 17,
  })
  accountSequence!: number;

  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'What happened; the other fields follow from it.', enum: accountEventTypes })
  eventType!: AccountEventType;

  @ApiProperty({ description: 'When the record was made.', format: 'date-time' })
  time!: string;

  @ApiPropertyOptional({ description: 'With ORDER_...: the order as it was right after this event.' })
  order?: OrderStateView;

  @ApiPropertyOptional({ description: "With ORDER_FILLED: the trade, as the account's order saw it." })
  fill?: FillView;

  @ApiPropertyOptional({
    description: 'With BALANCE_CHANGED: what the account has of one asset after the whole record.',
  })
  balance?: BalanceView;

  @ApiPropertyOptional({ description: 'With TRANSFER_...: the deposit, withdrawal or transfer.' })
  transfer?: TransferView;

  @ApiPropertyOptional({ description: 'With ACCOUNT_...: the account as it is after this event.' })
  account?: AccountView;

  @ApiPropertyOptional({ description: 'With RISK_...: the limit, and how the account stands to it.' })
  risk?: LimitCrossingView;

  @ApiPropertyOptional({
    description:
      'Why: a word with ORDER_EXPIRED, and with ORDER_CANCELED if nobody asked for it; a sentence with what was refused.',
    type: String,
    example: 'IMMEDIATE_OR_CANCEL',
  })
  reason?: string;

  @ApiPropertyOptional({
    description: 'With ORDER_REJECTED and TRANSFER_REJECTED.',
    type: String,
    example: 'INSUFFICIENT_FUNDS',
  })
  rejectCode?: RejectCode;
}

/** What was there when a subscription was acknowledged: it goes on after this, unless it was to begin elsewhere. */
export class EventsPositionView {
  @ApiProperty({ description: 'The last journal sequence.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiPropertyOptional({
    description: "The account's last event; absent for all accounts.",
    type: 'integer',
    example: 17,
  })
  accountSequence?: number;
}
