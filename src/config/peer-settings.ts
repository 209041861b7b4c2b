import { define, oneOf, text, wholeNumber } from './setting.js';

/** How other services are called, and what becomes of prices that they do not send any more. */
export const peerSettings = {
  peerCallTimeoutMs: define(
    'PEER_CALL_TIMEOUT_MS',
    '2000',
    'Milliseconds that a call of another service may take, with its retries.',
    wholeNumber(10, 60_000),
  ),
  peerCheckIntervalMs: define(
    'PEER_CHECK_INTERVAL_MS',
    '10000',
    'Milliseconds between two health checks of every other service that is known.',
    wholeNumber(100, 3_600_000),
  ),
  auditCorrelator: define(
    'AUDIT_CORRELATOR',
    'audit-correlator',
    'Name of the service that journaled events are pushed to wherever discovery has it; none: they are pushed to nobody.',
    text('1 to 63 letters, digits, dots, dashes or underscores', /^[A-Za-z0-9._-]{1,63}$/),
  ),
  priceStaleMs: define(
    'PRICE_STALE_MS',
    '5000',
    'Milliseconds without news after which a price of PRICE_SOURCE=peer:... is stale.',
    wholeNumber(100, 3_600_000),
  ),
  stalePrice: define(
    'STALE_PRICE',
    'fill',
    'What a market does while its reference price is stale: trade on at the last one (fill), or take no orders (halt).',
    oneOf('fill', 'halt'),
  ),
};
