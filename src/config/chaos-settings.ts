import { decimalNumber, define, oneOf, wholeNumber } from './setting.js';

/** Whether the exchange fails on command, and how far. */
export const chaosSettings = {
  chaos: define(
    'CHAOS_ENABLED',
    'false',
    'Whether faults can be injected over the audit (true). Where they cannot, nothing of it is in the way of a request.',
    oneOf('false', 'true'),
  ),
  chaosDurationMaxSeconds: define(
    'CHAOS_DURATION_MAX_SECONDS',
    '3600',
    'Seconds that a fault may last, unless it is to last until it is cleared; also how long it does where nothing is said.',
    wholeNumber(1, 31_536_000),
  ),
  chaosShareMax: define(
    'CHAOS_SHARE_MAX',
    '1',
    'The largest part of those that fit its target that a fault may strike.',
    decimalNumber(0.000001, 1),
  ),
};
