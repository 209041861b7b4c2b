import { faultOfDefinition, type MarketDefinition, type VenueDefinition } from '../../engine/instrument.js';
import { type LiquidityPreset, liquidityPresets } from '../liquidity-presets.js';
import { type Form, oneOf, wholeNumber } from '../setting.js';
import { decimal, faultOf, json } from './value-forms.js';

/** Values by key, as texts: what the configuration service says, or the environment in its stead. */
export type Values = ReadonlyMap<string, string>;

/** One value of a definition that can be changed while the exchange runs; gives a sentence where it cannot be. */
type Change = (venue: VenueDefinition, key: string, text: string) => VenueDefinition | string;

const feePpmMax = 100_000n;
const everyMarket = '*';

/** Two decimals of a basis point are whole parts per million. */
const feePpm = () => decimal(2, 0n, feePpmMax);

const changes: Readonly<Record<string, Change>> = {
  maker_fee_bps: ofMarkets(feePpm, (market, ppm) => ({ ...market, makerFeePpm: Number(ppm) })),
  taker_fee_bps: ofMarkets(feePpm, (market, ppm) => ({ ...market, takerFeePpm: Number(ppm) })),
  collar_bps: ofMarkets(
    () => wholeNumber(1, 9_999),
    (market, collarBps) => ({ ...market, collarBps }),
  ),
  min_notional: ofMarkets(
    (market, scaleOf) => decimal(scaleOf(market.quote)),
    (market, minNotional) => ({ ...market, minNotional }),
  ),
  // How high prices may go follows from the largest quantity, so it is never more than what the markets were listed with.
  max_quantity: ofMarkets(
    (market, scaleOf) => decimal(scaleOf(market.base), market.lotSize, market.maxQuantity),
    (market, maxQuantity) => ({ ...market, maxQuantity }),
  ),
  open_orders_max: ofVenue(wholeNumber(1, 1_000_000), (venue, openOrdersMax) => ({ ...venue, openOrdersMax })),
  liquidity: ofVenue(oneOf(...(Object.keys(liquidityPresets) as LiquidityPreset[])), (venue, preset) => ({
    ...venue,
    liquidity: liquidityPresets[preset],
  })),
};

export const logLevelKey = 'log_level';
export const logLevels = oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace');
export type LogLevel = NonNullable<ReturnType<typeof logLevels.read>>;

/** Every key that the exchange follows. Each has an environment variable of the same name in capitals, which wins. */
export const followedKeys: readonly string[] = [...Object.keys(changes), logLevelKey];

/** The definition with values in place of its own; a sentence if it cannot be run like this, which names the value to blame. */
export function definitionWith(base: VenueDefinition, values: Values): VenueDefinition | string {
  let venue = base;
  for (const [key, text] of values) {
    const changed = key === logLevelKey ? checkedLogLevel(venue, key, text) : changes[key]?.(venue, key, text);
    if (typeof changed === 'string') return changed;
    venue = changed ?? venue;
  }
  const fault = faultOfDefinition(venue);
  return fault === undefined ? venue : `${[...values.keys()].join(', ')}: ${fault}`;
}

function checkedLogLevel(venue: VenueDefinition, key: string, text: string): VenueDefinition | string {
  return logLevels.read(text) === undefined ? faultOf(key, text, logLevels.allowed) : venue;
}

function ofVenue<Value>(form: Form<Value>, change: (venue: VenueDefinition, value: Value) => VenueDefinition): Change {
  return (venue, key, text) => {
    const value = form.read(text);
    return value === undefined ? faultOf(key, text, form.allowed) : change(venue, value);
  };
}

type ScaleOf = (asset: string) => number;

/** A value for every market (`7.5`), or one for each that is named (`{"BTC-USD": "5", "*": "7.5"}`). */
function ofMarkets<Value>(
  formOf: (market: MarketDefinition, scaleOf: ScaleOf) => Form<Value>,
  change: (market: MarketDefinition, value: Value) => MarketDefinition,
): Change {
  return (venue, key, text) => {
    const texts = textsByMarket(venue, key, text);
    if (typeof texts === 'string') return texts;
    const scaleOf: ScaleOf = (asset) => venue.assets.find((listed) => listed.asset === asset)?.scale ?? 0;
    const markets: MarketDefinition[] = [];
    for (const market of venue.markets) {
      const given = texts.get(market.symbol) ?? texts.get(everyMarket);
      const form = formOf(market, scaleOf);
      const value = given === undefined ? undefined : form.read(given);
      if (given !== undefined && value === undefined) return faultOf(`${key} of ${market.symbol}`, given, form.allowed);
      markets.push(value === undefined ? market : change(market, value));
    }
    return { ...venue, markets };
  };
}

function textsByMarket(venue: VenueDefinition, key: string, text: string): Values | string {
  if (!text.startsWith('{')) return new Map([[everyMarket, text]]);
  const value = json.read(text);
  if (typeof value !== 'object' || value === null)
    return faultOf(key, text, 'a value, or a JSON object of one per market');
  const symbols = new Set([everyMarket, ...venue.markets.map(({ symbol }) => symbol)]);
  const texts = new Map<string, string>();
  for (const [symbol, given] of Object.entries(value)) {
    if (!symbols.has(symbol))
      return `${key} names ${JSON.stringify(symbol.slice(0, 40))}: there are ${[...symbols].join(', ')}`;
    if (typeof given !== 'string' && !Number.isSafeInteger(given)) {
      return faultOf(`${key} of ${symbol}`, JSON.stringify(given), 'a value in quotes');
    }
    texts.set(symbol, String(given));
  }
  return texts;
}
