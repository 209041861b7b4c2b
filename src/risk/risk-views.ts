import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { limitDecimal, limitSubject } from '../edge/limit-words.js';
import { timeText } from '../edge/time-text.js';
import type { RiskEased, RiskLimitBreached, RiskWarningRaised } from '../engine/event.js';
import type { Exchange } from '../engine/exchange.js';
import { formatId } from '../engine/ids.js';
import type { Account } from '../engine/ledger/account.js';
import type { KillSwitch } from '../engine/risk/kill-switch.js';
import {
  type RiskLevel,
  type RiskLimit,
  type RiskLimitKind,
  riskLimitKinds,
} from '../engine/risk/limits/risk-limit.js';
import { warnAtPercentDefault } from './risk-requests.js';

export const riskLevels = ['NORMAL', 'WARNING', 'BREACHED', 'REFUSING'] as const satisfies readonly RiskLevel[];

export class RiskLimitView {
  @ApiProperty({ description: 'What is limited.', enum: riskLimitKinds })
  kind!: RiskLimitKind;

  @ApiPropertyOptional({ description: 'The market, of ORDER_QUANTITY.', example: 'BTC-USD' })
  symbol?: string;

  @ApiPropertyOptional({
    description: 'The asset, of ORDER_NOTIONAL, OPEN_NOTIONAL, POSITION and DAILY_LOSS.',
    example: 'BTC',
  })
  asset?: string;

  @ApiProperty({ description: 'The most that there may be, as it was set.', example: '2.5' })
  limit!: string;
}

export class RiskLimitsView {
  @ApiProperty({ description: 'The account.', example: 'acc-7' })
  accountId!: string;

  @ApiProperty({ description: 'The journal sequence that it stands for.', type: 'integer', example: 42 })
  asOfSeq!: number;

  @ApiProperty({
    description: 'From how many per cent of a limit on a warning is raised.',
    type: 'integer',
    example: warnAtPercentDefault,
  })
  warnAtPercent!: number;

  @ApiProperty({ description: 'In the order in which an order is held against them.', type: [RiskLimitView] })
  limits!: readonly RiskLimitView[];
}

export class LimitCrossingView extends RiskLimitView {
  @ApiProperty({
    description: 'What is used of it; with an `orderId`, what that order would have made of it.',
    example: '2.1',
  })
  value!: string;

  @ApiProperty({
    description: 'How the account stands to it from here on: REFUSING where an order was refused for it.',
    enum: riskLevels,
  })
  level!: RiskLevel;

  @ApiPropertyOptional({ description: 'The order that was refused for it.', example: 'ord-42' })
  orderId?: string;
}

export class KillSwitchView {
  @ApiProperty({ description: 'The account; null for all.', type: String, nullable: true, example: 'acc-7' })
  accountId!: string | null;

  @ApiProperty({ description: 'Whether orders are refused.' })
  engaged!: boolean;

  @ApiProperty({ description: 'Why; null while it is not engaged.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({
    description: 'Since when; null while it is not engaged.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  engagedAt!: string | null;
}

export class EngagedKillSwitchView extends KillSwitchView {
  @ApiProperty({
    description: 'How many open orders were canceled; none if it was engaged before.',
    type: 'integer',
    example: 3,
  })
  canceledOrders!: number;
}

export function riskLimitsView({ accountId, risk }: Account, exchange: Exchange): RiskLimitsView {
  return {
    accountId: formatId('acc', accountId),
    asOfSeq: exchange.sequence,
    warnAtPercent: risk?.warnAtPercent ?? warnAtPercentDefault,
    limits: (risk?.limits ?? []).map((limit) => riskLimitView(limit, exchange)),
  };
}

export function riskLimitView(limit: RiskLimit, exchange: Exchange): RiskLimitView {
  return { ...limitSubject(limit), limit: limitDecimal(limit, limit.limit, exchange) };
}

export function limitCrossingView(
  event: RiskWarningRaised | RiskLimitBreached | RiskEased,
  exchange: Exchange,
): LimitCrossingView {
  const orderId = event.type === 'RiskLimitBreached' ? event.orderId : undefined;
  return {
    ...riskLimitView(event, exchange),
    value: limitDecimal(event, event.value, exchange),
    level: levelAfter(event),
    ...(orderId !== undefined && { orderId: formatId('ord', orderId) }),
  };
}

function levelAfter(event: RiskWarningRaised | RiskLimitBreached | RiskEased): RiskLevel {
  if (event.type === 'RiskEased') return event.level;
  if (event.type === 'RiskWarningRaised') return 'WARNING';
  return event.orderId === undefined ? 'BREACHED' : 'REFUSING';
}

export function killSwitchView(accountId: number | undefined, engaged: KillSwitch | undefined): KillSwitchView {
  return {
    accountId: accountId === undefined ? null : formatId('acc', accountId),
    engaged: engaged !== undefined,
    reason: engaged?.reason ?? null,
    engagedAt: engaged === undefined ? null : timeText(engaged.engagedAt),
  };
}
