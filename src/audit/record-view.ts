import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { timeText } from '../edge/time-text.js';
import { formatId } from '../engine/ids.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import type { Origin, SealedRecord } from '../journal/journal.js';
import type { PublicWords, Shown } from './public-words.js';
import { shownCommand } from './shown-command.js';
import { shownEvent } from './shown-event.js';

export class OriginView {
  @ApiProperty({
    description: 'Over what it came; SYSTEM is the exchange itself.',
    enum: ['REST', 'GRPC', 'WEBSOCKET', 'SYSTEM'],
  })
  transport!: Origin['transport'];

  @ApiPropertyOptional({ description: 'The id of the request (`x-request-id`).', example: 'r-1' })
  requestId?: string;

  @ApiPropertyOptional({ description: 'Who asked, where that is known: `admin`, or the API key.', example: 'key-17' })
  actor?: string;

  @ApiPropertyOptional({
    description: 'The trace that the request belongs to (`traceparent`): 32 hexadecimal digits.',
    example: '4bf92f3577b34da6a3ce929d0e0e4736',
  })
  traceId?: string;

  @ApiPropertyOptional({
    description: 'The injected faults that struck the request.',
    type: [String],
    example: ['flt-3'],
  })
  faults?: readonly string[];

  @ApiPropertyOptional({ description: 'The sequence of the record that this one follows from.', type: 'integer' })
  causedBy?: number;
}

export class RejectionView {
  @ApiProperty({ description: 'The code.', example: 'INSUFFICIENT_FUNDS' })
  code!: string;

  @ApiProperty({ description: 'A sentence with the numbers in it.' })
  reason!: string;
}

export class BalanceAfterView {
  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The asset.', example: 'USD' })
  asset!: string;

  @ApiProperty({ description: 'What new orders and withdrawals may use.', example: '9000' })
  available!: string;

  @ApiProperty({ description: 'What open orders hold.', example: '1000' })
  held!: string;

  @ApiProperty({ description: 'Both together.', example: '10000' })
  total!: string;
}

/** One record of the journal. */
export class RecordView {
  @ApiProperty({ description: 'Its place in the one order of all commands.', type: 'integer', example: 42 })
  sequence!: number;

  @ApiProperty({ description: 'When it was taken, by the clock of the venue.', format: 'date-time' })
  time!: string;

  @ApiProperty({ description: 'Who asked.', type: OriginView })
  origin!: OriginView;

  @ApiProperty({
    description: 'What was asked for: `type` says which command it is, the rest depends on that. Amounts are decimals.',
    type: 'object',
    additionalProperties: true,
    example: { type: 'Deposit', accountId: 'acc-7', asset: 'USD', amount: '10000' },
  })
  command!: Shown;

  @ApiPropertyOptional({ description: 'Why it was refused.', type: RejectionView })
  reject?: RejectionView;

  @ApiProperty({
    description: 'What happened, in order: `type` says which event each is, the rest depends on that.',
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    example: [{ type: 'FundsMoved', transferId: 'tfr-9', kind: 'DEPOSIT', asset: 'USD', amount: '10000' }],
  })
  events!: readonly Shown[];

  @ApiProperty({
    description: 'The balances of customers that are different after it, by account and asset.',
    type: [BalanceAfterView],
  })
  balances!: readonly BalanceAfterView[];

  @ApiProperty({ description: 'The hash of the record before it: SHA-256 in hex, 64 zeros before the first.' })
  previousHash!: string;

  @ApiProperty({ description: 'The hash of this record and, through `previousHash`, of all before it.' })
  hash!: string;
}

export function recordView(record: SealedRecord, words: PublicWords): RecordView {
  const { sequence, time, origin, command, reject, events, balances, previousHash, hash } = record;
  return {
    sequence,
    time: timeText(time),
    origin,
    command: shownCommand(command, words),
    reject: reject && { code: reject.rejected, reason: reject.reason },
    events: events.map((event) => shownEvent(event, events, words)),
    balances: balances.map((balance) => balanceAfterView(balance, words)),
    previousHash,
    hash,
  };
}

export function balanceAfterView(
  { accountId, asset, available, held }: BalanceAfter,
  words: PublicWords,
): BalanceAfterView {
  return {
    accountId: formatId('acc', accountId),
    asset,
    available: words.amount(asset, available),
    held: words.amount(asset, held),
    total: words.amount(asset, available + held),
  };
}
