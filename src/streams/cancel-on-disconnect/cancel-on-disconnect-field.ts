import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { isSymbol } from '../../edge/field-checks.js';

/** What a reader of an account's events may ask for with `cancelOnDisconnect`. */
export class CancelOnDisconnectField {
  @ApiPropertyOptional({
    description: 'Milliseconds that a new stream has to come back in, at most CANCEL_ON_DISCONNECT_GRACE_MAX_MS.',
    type: 'integer',
    minimum: 0,
    default: 0,
    example: 5_000,
  })
  graceMs?: number;

  @ApiPropertyOptional({ description: 'Only orders in this market.', example: 'BTC-USD' })
  symbol?: string;
}

/** Checks the field itself. How long the grace may be is a setting, and is asked where it is known. */
export function IsCancelOnDisconnect(): PropertyDecorator {
  const message =
    'must be an object with graceMs in whole milliseconds, and symbol for one market, such as {"graceMs":5000}';
  return ValidateBy({
    name: 'isCancelOnDisconnect',
    validator: { validate: isCancelOnDisconnect, defaultMessage: () => message },
  });
}

function isCancelOnDisconnect(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { graceMs = 0, symbol, ...unknown } = value as Record<string, unknown>;
  if (Object.keys(unknown).length > 0) return false;
  return Number.isSafeInteger(graceMs) && (graceMs as number) >= 0 && (symbol === undefined || isSymbol(symbol));
}
