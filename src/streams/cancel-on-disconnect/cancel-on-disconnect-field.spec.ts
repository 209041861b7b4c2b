import { validated } from '../../edge/validation.js';
import { AccountEventsRequest } from '../account/account-event-requests.js';

const asked = (cancelOnDisconnect: unknown) =>
  validated(AccountEventsRequest, { accountId: 'acc-7', cancelOnDisconnect });

it.each([{}, { graceMs: 0 }, { graceMs: 5_000, symbol: 'BTC-USD' }, { symbol: 'BTC-USD' }])('takes %j', (field) => {
  expect(asked(field).cancelOnDisconnect).toEqual(field);
});

it.each([
  ...[null, true, 5_000, 'yes', [], [5_000]],
  ...[{ graceMs: -1 }, { graceMs: 0.5 }, { graceMs: '5000' }, { graceMs: null }, { grace: 1 }],
  ...[{ symbol: 'btc' }, { symbol: null }, { graceMs: 1, symbol: '' }, { graceMs: 1, cancel: true }],
])('refuses %j, and says what would be right', (field) => {
  expect(() => asked(field)).toThrow(/cancelOnDisconnect must be an object with graceMs .* such as \{"graceMs":5000\}/);
});
