import { define, optional, text, wholeNumber } from './setting.js';

const override = optional(text('at most 4000 characters', /^[^\0]{1,4000}$/));

/** The configuration service, and what may be set in its stead. `docs/operations.md` has the whole table. */
export const configurationSettings = {
  configServiceUrl: define(
    'CONFIG_SERVICE_URL',
    '',
    'Service that fees, limits, liquidity and log level can be changed through at run time; empty for none.',
    // With credentials in it no request could be made, and each failure would quote them.
    optional(text('an http:// or https:// URL without credentials and query', /^https?:\/\/[^\s?#@]{1,500}$/)),
  ),
  configCacheTtlMs: define(
    'CONFIG_CACHE_TTL_MS',
    '300000',
    'Milliseconds for which a value of the configuration service is taken as it is.',
    wholeNumber(100, 86_400_000),
  ),
  configCacheEntriesMax: define(
    'CONFIG_CACHE_ENTRIES_MAX',
    '1000',
    'Values of the configuration service that are kept.',
    wholeNumber(1, 1_000_000),
  ),
  configTimeoutMs: define(
    'CONFIG_TIMEOUT_MS',
    '1000',
    'Milliseconds that the configuration service may take to answer.',
    wholeNumber(10, 60_000),
  ),
  configPollMs: define(
    'CONFIG_POLL_MS',
    '30000',
    'Milliseconds between two looks whether the values that this exchange follows have changed.',
    wholeNumber(100, 86_400_000),
  ),
  makerFeeBps: define(
    'MAKER_FEE_BPS',
    '',
    'Maker fee of all markets in basis points ("7.5"), or of each ({"BTC-USD":"5","*":"7.5"}); empty for that of the markets.',
    override,
  ),
  takerFeeBps: define('TAKER_FEE_BPS', '', 'Taker fee, as MAKER_FEE_BPS.', override),
  collarBps: define('COLLAR_BPS', '', 'Price collar in whole basis points, as MAKER_FEE_BPS.', override),
  minNotional: define('MIN_NOTIONAL', '', 'Least value of an order in the quote asset, as MAKER_FEE_BPS.', override),
  maxQuantity: define(
    'MAX_QUANTITY',
    '',
    'Largest quantity of an order in the base asset, no more than the markets say, as MAKER_FEE_BPS.',
    override,
  ),
  openOrdersMax: define(
    'OPEN_ORDERS_MAX',
    '',
    'Open orders that one account may have; empty for that of the markets.',
    override,
  ),
};
