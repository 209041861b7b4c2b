import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsAmount,
  IsAsset,
  IsClientKey,
  IsPublicId,
  IsSymbol,
  IsText,
  IsWord,
  MayBeAbsent,
} from '../edge/field-checks.js';
import { idempotencyKeyCharactersMax } from '../edge/idempotency-key.js';
import { PageRequest } from '../edge/page.js';
import type { AccountStatus, AccountType } from '../engine/command.js';

export const accountTypes = ['CUSTOMER', 'HOUSE'] as const satisfies readonly AccountType[];
export const accountStatuses = ['ACTIVE', 'SUSPENDED', 'CLOSED'] as const satisfies readonly AccountStatus[];
export const nameCharactersMax = 100;

export class CreateAccountRequest {
  @IsText(nameCharactersMax)
  @ApiProperty({
    description: 'For people; it need not be unique.',
    example: 'Moving average bot',
    maxLength: nameCharactersMax,
  })
  name!: string;

  @MayBeAbsent()
  @IsClientKey()
  @ApiPropertyOptional({
    description: "Groups accounts, in the caller's own words.",
    example: 'team-a',
    maxLength: 64,
  })
  ownerId?: string;

  @MayBeAbsent()
  @IsWord(accountTypes)
  @ApiPropertyOptional({
    description: "Somebody who trades on the exchange, or the house's own trading. Both are matched alike.",
    enum: accountTypes,
    default: 'CUSTOMER',
  })
  type?: AccountType;
}

export class UpdateAccountRequest {
  @IsWord(accountStatuses)
  @ApiProperty({
    description:
      'SUSPENDED cancels orders, but neither places them nor moves money; CLOSED is for good, and only an ' +
      'account without balances and open orders can be closed.',
    enum: accountStatuses,
    example: 'SUSPENDED',
  })
  status!: AccountStatus;
}

export class ListAccountsRequest extends PageRequest {
  @MayBeAbsent()
  @IsClientKey()
  @ApiPropertyOptional({ description: 'Only accounts of this owner.', example: 'team-a' })
  ownerId?: string;

  @MayBeAbsent()
  @IsWord(accountStatuses)
  @ApiPropertyOptional({ description: 'Only accounts with this status.', enum: accountStatuses })
  status?: AccountStatus;
}

/** How much of what: a deposit or a withdrawal of the account in the path. */
export class FundsRequest {
  @IsAsset()
  @ApiProperty({ description: 'The asset.', example: 'USD' })
  asset!: string;

  @IsAmount()
  @ApiProperty({
    description: 'In whole assets, above zero, with no more decimals than the asset has.',
    example: '10000',
  })
  amount!: string;
}

export class TransferRequest extends FundsRequest {
  @IsPublicId('acc')
  @ApiProperty({ description: 'The account that it comes from.', example: 'acc-7' })
  fromAccountId!: string;

  @IsPublicId('acc')
  @ApiProperty({ description: 'The account that it goes to; another one.', example: 'acc-8' })
  toAccountId!: string;
}

export class ListLedgerRequest extends PageRequest {
  @MayBeAbsent()
  @IsAsset()
  @ApiPropertyOptional({ description: 'Only entries of this asset.', example: 'USD' })
  asset?: string;
}

export class ListAccountTradesRequest extends PageRequest {
  @MayBeAbsent()
  @IsSymbol()
  @ApiPropertyOptional({ description: 'Only trades in this market.', example: 'BTC-USD' })
  symbol?: string;
}

/** In a message, what REST has in the path and in a header is a field. */
export class CreateAccountMessage extends CreateAccountRequest {
  @MayBeAbsent()
  @IsClientKey(idempotencyKeyCharactersMax)
  idempotencyKey?: string;
}

export class AccountMessage {
  @IsPublicId('acc')
  accountId!: string;
}

export class UpdateAccountMessage extends UpdateAccountRequest {
  @IsPublicId('acc')
  accountId!: string;
}

export class FundsMessage extends FundsRequest {
  @IsPublicId('acc')
  accountId!: string;

  @MayBeAbsent()
  @IsClientKey(idempotencyKeyCharactersMax)
  idempotencyKey?: string;
}

export class TransferMessage extends TransferRequest {
  @MayBeAbsent()
  @IsClientKey(idempotencyKeyCharactersMax)
  idempotencyKey?: string;
}

export class BalancesMessage extends AccountMessage {
  @MayBeAbsent()
  @IsAsset()
  asset?: string;
}

export class ListLedgerMessage extends ListLedgerRequest {
  @IsPublicId('acc')
  accountId!: string;
}

export class ListAccountTradesMessage extends ListAccountTradesRequest {
  @IsPublicId('acc')
  accountId!: string;
}
