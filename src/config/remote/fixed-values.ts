import type { VenueDefinition } from '../../engine/instrument.js';
import type { Settings } from '../settings.js';
import { definitionWith, type Values } from './followed-values.js';

/** A variable of the environment that replaces a value of the markets cannot be. */
export class OverrideInvalid extends Error {
  override readonly name = 'OverrideInvalid';
}

/** What the environment says in place of the configuration service, by the service's keys. */
export function fixedValues(settings: Settings): Values {
  const { makerFeeBps, takerFeeBps, collarBps, minNotional, maxQuantity, openOrdersMax } = settings;
  const texts: Readonly<Record<string, string | null>> = {
    maker_fee_bps: makerFeeBps,
    taker_fee_bps: takerFeeBps,
    collar_bps: collarBps,
    min_notional: minNotional,
    max_quantity: maxQuantity,
    open_orders_max: openOrdersMax,
    liquidity: settings.given.has('LIQUIDITY') ? settings.liquidity : null,
    log_level: settings.given.has('LOG_LEVEL') ? settings.logLevel : null,
  };
  return new Map(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The configured definition with what the environment fixes. Throws `OverrideInvalid`. */
export function fixedDefinition(base: VenueDefinition, fixed: Values): VenueDefinition {
  const definition = definitionWith(base, fixed);
  if (typeof definition !== 'string') return definition;
  throw new OverrideInvalid(
    `the environment sets a value that cannot be (variables have the names of these keys in capitals): ${definition}`,
  );
}
