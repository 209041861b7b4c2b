import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsAmount,
  IsAsset,
  IsCount,
  IsListOfObjects,
  IsPublicId,
  IsSymbol,
  IsText,
  IsWord,
  MayBeAbsent,
} from '../edge/field-checks.js';
import { type RiskLimitKind, riskLimitKinds } from '../engine/risk/limits/risk-limit.js';

/** More limits than these one account cannot have: enough for every kind in every market and asset of a large venue. */
export const limitsPerAccountMax = 500;
export const warnAtPercentDefault = 80;
const reasonCharactersMax = 200;

/** One limit. Which of `symbol` and `asset` belongs to it follows from its kind (see `read-limits.ts`). */
export class RiskLimitRequest {
  @IsWord(riskLimitKinds)
  @ApiProperty({
    description:
      'ORDER_RATE: orders accepted within a second. ORDER_QUANTITY: the size of one order in a market (`symbol`). ' +
      'ORDER_NOTIONAL: the value of one order, in the quote asset (`asset`) of its market. PRICE_BAND: how many ' +
      'basis points beyond the reference price an order may reach. OPEN_NOTIONAL: the value of all open orders in a ' +
      'quote asset. POSITION: what the account has of an asset, and its open orders could bring. DAILY_LOSS: what ' +
      'may be lost in a UTC day, in a quote asset.',
    enum: riskLimitKinds,
    example: 'POSITION',
  })
  kind!: RiskLimitKind;

  @MayBeAbsent()
  @IsSymbol()
  @ApiPropertyOptional({ description: 'The market, of ORDER_QUANTITY.', example: 'BTC-USD' })
  symbol?: string;

  @MayBeAbsent()
  @IsAsset()
  @ApiPropertyOptional({
    description: 'The asset, of ORDER_NOTIONAL, OPEN_NOTIONAL, POSITION and DAILY_LOSS.',
    example: 'BTC',
  })
  asset?: string;

  @IsAmount()
  @ApiProperty({
    description:
      "The most that there may be, above zero: in the asset (ORDER_QUANTITY: the market's base asset), in whole " +
      'orders (ORDER_RATE) or in whole basis points (PRICE_BAND).',
    example: '2.5',
  })
  limit!: string;
}

/** All limits of an account: what is not among them is not limited. */
export class SetRiskLimitsRequest {
  @MayBeAbsent()
  @IsCount(1, 100)
  @ApiPropertyOptional({
    description: 'From how many per cent of a limit on a warning is raised.',
    minimum: 1,
    maximum: 100,
    default: warnAtPercentDefault,
  })
  warnAtPercent?: number;

  @IsListOfObjects(limitsPerAccountMax)
  @ApiProperty({
    description: 'Every limit that the account is to have; an empty list leaves it without.',
    type: [RiskLimitRequest],
    maxItems: limitsPerAccountMax,
  })
  limits!: unknown[];
}

export class EngageKillSwitchRequest {
  @IsText(reasonCharactersMax)
  @ApiProperty({
    description: 'Why, for people. It is in the refusal of each order, and in the audit trail.',
    example: 'The bot sends orders in a loop.',
    maxLength: reasonCharactersMax,
  })
  reason!: string;
}

/** In a message, what REST has in the path is a field. */
export class RiskAccountMessage {
  @IsPublicId('acc')
  accountId!: string;
}

/** An empty list is absent in a message. */
export class SetRiskLimitsMessage extends SetRiskLimitsRequest {
  @IsPublicId('acc')
  accountId!: string;

  override limits: unknown[] = [];
}

/** Without an account the switch for all is meant. */
export class KillSwitchMessage {
  @MayBeAbsent()
  @IsPublicId('acc')
  accountId?: string;
}

export class EngageKillSwitchMessage extends EngageKillSwitchRequest {
  @MayBeAbsent()
  @IsPublicId('acc')
  accountId?: string;
}
