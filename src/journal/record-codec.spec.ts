import fc from 'fast-check';
import type { Command, PlaceOrder } from '../engine/command.js';
import type { Event, OrderPlaced, TradeExecuted } from '../engine/event.js';
import { Exchange } from '../engine/exchange.js';
import type { VenueDefinition } from '../engine/instrument.js';
import { amountMax } from '../engine/money.js';
import { intents, liquidity, play } from '../engine/properties/session.fixture.js';
import { rejectCodes } from '../engine/reject.js';
import { riskLimitKinds } from '../engine/risk/limits/risk-limit.js';
import type { JournalRecord, Origin } from './journal.js';
import { decodeBatch, decodeRecord, decodeVenue, encodeBatch, encodeRecord, encodeVenue } from './record-codec.js';
import { hashOfRecord } from './record-hash.js';

const id = fc.integer({ min: -3, max: Number.MAX_SAFE_INTEGER });
const count = fc.nat();
const amount = fc.bigInt({ min: 0n, max: amountMax });
const text = fc.string({ unit: 'binary' });
const side = fc.constantFrom('BUY', 'SELL');
const kind = fc.constantFrom('DEPOSIT', 'WITHDRAWAL', 'TRANSFER');
const accountType = fc.constantFrom('CUSTOMER', 'HOUSE');
const accountStatus = fc.constantFrom('ACTIVE', 'SUSPENDED', 'CLOSED');
const marketStatus = fc.constantFrom('OPEN', 'HALTED');
const cancelCause = fc.constant('CANCEL_ON_DISCONNECT');
const cancelReason = fc.constantFrom('CANCEL_ON_DISCONNECT', 'KILL_SWITCH');
const rejectCode = fc.constantFrom(...rejectCodes);
const prices = fc.array(
  plain({ symbol: text, priceTicks: count, stale: fc.constant(true) }, { requiredKeys: ['symbol', 'priceTicks'] }),
  { maxLength: 3 },
);

/** As `JSON.parse` makes them: fast-check would also try objects without a prototype. */
function plain<Model extends Record<string, unknown>>(
  model: { [Field in keyof Model]: fc.Arbitrary<Model[Field]> },
  constraints: { requiredKeys?: (keyof Model)[] } = {},
) {
  return fc.record(model, { noNullPrototype: true, ...constraints }) as fc.Arbitrary<Model>;
}

const venue: fc.Arbitrary<VenueDefinition> = plain({
  assets: fc.array(plain({ asset: text, scale: fc.nat(18) }), { maxLength: 3 }),
  markets: fc.array(
    plain({
      ...{ symbol: text, base: text, quote: text, tickSize: amount, lotSize: amount, minQuantity: amount },
      ...{ maxQuantity: amount, minNotional: amount, makerFeePpm: count, takerFeePpm: count, collarBps: count },
      liquidityQuantity: amount,
    }),
    { maxLength: 3 },
  ),
  liquidity: plain({
    ...{ name: text, halfSpreadTicks: count, halfSpreadBps: count, spacingBps: count },
    ...{ quantityPercent: fc.array(count), refillMs: count },
  }),
  openOrdersMax: count,
});

const transfer = { asset: text, amount };
const idempotencyKey = text;
const terms = {
  ...{ accountId: id, clientOrderId: text, symbol: text, side },
  orderType: fc.constantFrom('MARKET', 'LIMIT'),
  timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
  ...{ quantity: amount, quoteQuantity: amount, price: amount },
  postOnly: fc.boolean(),
  selfTradePrevention: fc.constantFrom('EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'),
};
const optionalOfTerms = ['clientOrderId', 'quantity', 'quoteQuantity', 'price'];

const issued = {
  accountId: id,
  label: text,
  scopes: fc.array(fc.constantFrom('read', 'trade', 'transfer')),
  secretHash: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
};
const uses = fc.array(plain({ keyId: id, usedAt: count }));
const riskLimit = { kind: fc.constantFrom(...riskLimitKinds), of: text, limit: amount };
const limits = fc.array(plain(riskLimit, { requiredKeys: ['kind', 'limit'] }), { maxLength: 4 });
const limitUse = { accountId: id, ...riskLimit, value: amount };

const settlementDate = fc.constant('2026-01-31');
const net = { accountId: id, asset: text, amount: fc.bigInt({ min: -amountMax, max: amountMax }) };
const change = {
  instructionId: id,
  status: fc.constantFrom('PENDING', 'INSTRUCTED', 'SETTLED', 'FAILED'),
  reason: text,
};

/** A record of a type in which the named fields may be missing. */
function typed<Type extends string>(
  type: Type,
  fields: Record<string, fc.Arbitrary<unknown>>,
  optional: string[] = [],
) {
  const requiredKeys = ['type', ...Object.keys(fields).filter((field) => !optional.includes(field))];
  return plain({ type: fc.constant(type), ...fields }, { requiredKeys: requiredKeys as never[] });
}

/** Every field of `T`: one that is new does not compile until it is here, and is not kept until it is in `order-texts.ts`. */
type Complete<T> = { readonly [Field in keyof Required<T>]: fc.Arbitrary<unknown> };

const orderFields: Omit<Complete<PlaceOrder>, 'type' | 'fault'> = terms;
const placedFields: Complete<OrderPlaced> = {
  ...{ orderId: id, ...orderFields, type: fc.constant('OrderPlaced') },
  ...{ quantityLots: count, priceTicks: count, hold: amount },
};
const tradeFields: Omit<Complete<TradeExecuted>, 'type'> = {
  ...{ tradeId: id, symbol: text, priceTicks: count, quantityLots: count, takerSide: side, takerOrderId: id },
  ...{ takerAccountId: id, makerOrderId: id, makerAccountId: id, liquidityLevel: count, notional: amount },
  ...{ takerFee: amount, makerFee: amount },
};

const faultEnd = fc.constantFrom('CLEARED', 'EXPIRED', 'SPENT', 'RESTARTED');
const orderFault = plain({ rejectCode, fillPercent: fc.nat(100), matchAfterMs: count }, { requiredKeys: [] });

const commands: { readonly [Type in Command['type']]: fc.Arbitrary<unknown> } = {
  ConfigureVenue: typed('ConfigureVenue', { venue }),
  OpenAccount: typed('OpenAccount', { name: text, ownerId: text, accountType, idempotencyKey }, [
    'ownerId',
    'idempotencyKey',
  ]),
  ChangeAccountStatus: typed('ChangeAccountStatus', { accountId: id, status: accountStatus }),
  Deposit: typed('Deposit', { accountId: id, ...transfer, idempotencyKey }, ['idempotencyKey']),
  Withdraw: typed('Withdraw', { accountId: id, ...transfer, idempotencyKey }, ['idempotencyKey']),
  Transfer: typed('Transfer', { fromAccountId: id, toAccountId: id, ...transfer, idempotencyKey }, ['idempotencyKey']),
  PlaceOrder: typed('PlaceOrder', { ...orderFields, fault: orderFault }, [...optionalOfTerms, 'fault']),
  CancelOrder: typed('CancelOrder', { orderId: id }),
  CancelOrders: typed('CancelOrders', { accountId: id, symbol: text, cause: cancelCause }, ['symbol', 'cause']),
  ArmCancelOnDisconnect: typed('ArmCancelOnDisconnect', { accountId: id, symbol: text, graceMs: count }, ['symbol']),
  DisarmCancelOnDisconnect: typed('DisarmCancelOnDisconnect', { accountId: id, symbol: text }, ['symbol']),
  MovePrices: typed('MovePrices', { beat: count, prices }),
  ChangeMarketStatus: typed('ChangeMarketStatus', { symbol: text, status: marketStatus }),
  IssueApiKey: typed('IssueApiKey', issued, ['label']),
  RevokeApiKey: typed('RevokeApiKey', { accountId: id, keyId: id }),
  NoteApiKeyUses: typed('NoteApiKeyUses', { uses }),
  SetRiskLimits: typed('SetRiskLimits', { accountId: id, warnAtPercent: count, limits }),
  EngageKillSwitch: typed('EngageKillSwitch', { accountId: id, reason: text }, ['accountId']),
  ReleaseKillSwitch: typed('ReleaseKillSwitch', { accountId: id }, ['accountId']),
  CloseSettlementCycle: typed('CloseSettlementCycle', {
    ...{ settlementDate, symbols: fc.array(text), throughSequence: count },
    instructions: fc.array(plain(net), { maxLength: 3 }),
  }),
  NoteInstructionStatuses: typed('NoteInstructionStatuses', {
    changes: fc.array(plain(change, { requiredKeys: ['instructionId', 'status'] }), { maxLength: 3 }),
  }),
  ReleaseOrder: typed('ReleaseOrder', { orderId: id }),
  InjectFault: typed('InjectFault', { kind: text, definition: text, persistent: fc.boolean() }),
  EndFault: typed('EndFault', { faultId: id, reason: faultEnd, struck: count }),
};

const moved = { transferId: id, kind, fromAccountId: id, toAccountId: id, ...transfer, idempotencyKey };
const events: { readonly [Type in Event['type']]: fc.Arbitrary<unknown> } = {
  VenueConfigured: typed('VenueConfigured', { venue }),
  AccountOpened: typed('AccountOpened', { accountId: id, name: text, ownerId: text, accountType, idempotencyKey }, [
    'ownerId',
    'idempotencyKey',
  ]),
  AccountStatusChanged: typed('AccountStatusChanged', { accountId: id, status: accountStatus }),
  FundsMoved: typed('FundsMoved', moved, ['idempotencyKey']),
  TransferRejected: typed('TransferRejected', { ...moved, rejectCode, reason: text }, ['idempotencyKey']),
  OrderPlaced: plain(placedFields, {
    requiredKeys: Object.keys(placedFields).filter((field) => !optionalOfTerms.includes(field)) as never[],
  }),
  OrderRejected: typed('OrderRejected', { orderId: id, ...terms, rejectCode, reason: text }, optionalOfTerms),
  TradeExecuted: typed('TradeExecuted', tradeFields, ['liquidityLevel']),
  OrderReleased: typed('OrderReleased', { orderId: id, accountId: id, symbol: text, side }),
  OrderRested: typed('OrderRested', { orderId: id, hold: amount }),
  OrderCanceled: typed('OrderCanceled', { orderId: id, accountId: id, reason: cancelReason }, ['reason']),
  OrderExpired: typed('OrderExpired', {
    ...{ orderId: id, accountId: id },
    reason: fc.constantFrom(
      'IMMEDIATE_OR_CANCEL',
      'FILL_OR_KILL',
      'NO_LIQUIDITY',
      'SELF_TRADE_PREVENTION',
      'PARTIAL_FILL',
      'HOLD_TOO_SMALL',
      'BALANCE_LIMIT',
    ),
  }),
  CancelOnDisconnectArmed: typed('CancelOnDisconnectArmed', { accountId: id, symbol: text, graceMs: count }, [
    'symbol',
  ]),
  CancelOnDisconnectDisarmed: typed('CancelOnDisconnectDisarmed', { accountId: id, symbol: text }, ['symbol']),
  PricesMoved: typed('PricesMoved', { beat: count, prices }),
  MarketStatusChanged: typed('MarketStatusChanged', { symbol: text, status: marketStatus }),
  ApiKeyIssued: typed('ApiKeyIssued', { keyId: id, ...issued }, ['label']),
  ApiKeyRevoked: typed('ApiKeyRevoked', { keyId: id, accountId: id }),
  ApiKeysUsed: typed('ApiKeysUsed', { uses }),
  RiskLimitsSet: typed('RiskLimitsSet', { accountId: id, warnAtPercent: count, limits }),
  RiskWarningRaised: typed('RiskWarningRaised', limitUse, ['of']),
  RiskLimitBreached: typed('RiskLimitBreached', { ...limitUse, orderId: id }, ['of', 'orderId']),
  RiskEased: typed('RiskEased', { ...limitUse, level: fc.constantFrom('WARNING', 'NORMAL') }, ['of']),
  KillSwitchEngaged: typed('KillSwitchEngaged', { accountId: id, reason: text }, ['accountId']),
  KillSwitchReleased: typed('KillSwitchReleased', { accountId: id }, ['accountId']),
  SettlementCycleClosed: typed('SettlementCycleClosed', {
    ...{ settlementDate, throughSequence: count },
    markets: fc.array(plain({ symbol: text, afterSequence: count }), { maxLength: 3 }),
    instructions: fc.array(plain({ instructionId: id, ...net }), { maxLength: 3 }),
  }),
  InstructionStatusesChanged: typed('InstructionStatusesChanged', {
    changes: fc.array(plain({ ...change, accountId: id }, { requiredKeys: ['instructionId', 'accountId', 'status'] })),
  }),
  FaultInjected: typed('FaultInjected', { faultId: id, kind: text, definition: text, persistent: fc.boolean() }),
  FaultEnded: typed('FaultEnded', { faultId: id, reason: faultEnd, struck: count }),
};

const originFields: Complete<Origin> = {
  ...{ transport: fc.constantFrom('REST', 'GRPC', 'WEBSOCKET', 'SYSTEM'), requestId: text, actor: text },
  ...{ traceId: text, faults: fc.array(text), causedBy: fc.nat() },
};

const record = plain(
  {
    sequence: fc.nat(),
    time: fc.nat(),
    origin: plain(originFields, { requiredKeys: ['transport'] }),
    command: fc.oneof(...Object.values(commands)),
    reject: plain({ rejected: rejectCode, reason: text }),
    events: fc.array(fc.oneof(...Object.values(events)), { maxLength: 6 }),
    balances: fc.array(plain({ accountId: id, asset: text, available: amount, held: amount }), { maxLength: 4 }),
  },
  { requiredKeys: ['sequence', 'time', 'origin', 'command', 'events', 'balances'] },
) as fc.Arbitrary<JournalRecord>;

const sealed = { previousHash: '0', hash: '1' };
const runs = { numRuns: 2_000 };

it('gives every record back exactly', () => {
  fc.assert(
    fc.property(record, (original) => {
      expect(decodeRecord({ ...encodeRecord(original), ...sealed })).toStrictEqual({ ...original, ...sealed });
    }),
    runs,
  );
});

/** What is slow and cannot be wrong: the text of a record's parts, with amounts as strings of digits. */
function plainTexts({ origin, command, reject, events, balances }: JournalRecord) {
  const rows = balances.map(({ accountId, asset, available, held }) => [accountId, asset, available, held]);
  return {
    origin: plainText(origin),
    command: plainText(command.type === 'PlaceOrder' ? listOf(command, placeOrderList) : command),
    reject: reject === undefined ? '' : plainText(reject),
    events: plainText(events.map(plainEvent)),
    balances: rows.length === 0 ? '' : plainText(rows),
  };
}

function plainEvent(event: Event): unknown {
  if (event.type === 'OrderPlaced') return listOf(event, orderPlacedList);
  if (event.type === 'TradeExecuted') return listOf(event, tradeExecutedList);
  return event;
}

function listOf<T extends object>(value: T, fields: readonly (keyof T)[]): unknown[] {
  return fields.map((field) => value[field] ?? null);
}

const termsList = [
  ...(['accountId', 'clientOrderId', 'symbol', 'side', 'orderType', 'timeInForce'] as const),
  ...(['quantity', 'quoteQuantity', 'price', 'postOnly', 'selfTradePrevention'] as const),
];
const placeOrderList = ['type', 'fault', ...termsList] as const;
const orderPlacedList = ['type', 'orderId', 'quantityLots', 'priceTicks', 'hold', ...termsList] as const;
const tradeExecutedList = [
  ...(['type', 'tradeId', 'symbol', 'priceTicks', 'quantityLots', 'takerSide', 'takerOrderId'] as const),
  ...(['takerAccountId', 'makerOrderId', 'makerAccountId', 'liquidityLevel'] as const),
  ...(['notional', 'takerFee', 'makerFee'] as const),
];

function plainText(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? String(field) : field));
}

it('writes every record to the letter as JSON.stringify would', () => {
  fc.assert(
    fc.property(record, (original) => {
      expect(encodeRecord(original)).toMatchObject(plainTexts(original));
    }),
    runs,
  );
});

it('writes what the engine makes of commands to the letter as JSON.stringify would', () => {
  const origin: Origin = { transport: 'REST', requestId: 'a-request' };
  fc.assert(
    fc.property(liquidity, intents, (preset, wanted) => {
      for (const { command, stamp, execution } of play(new Exchange(), preset, wanted)) {
        const made = { ...stamp, origin, command, ...execution };
        expect(encodeRecord(made)).toMatchObject(plainTexts(made));
      }
    }),
    { numRuns: 50 },
  );
});

it('gives every batch back record by record', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (batch) => {
      expect(decodeBatch(encodeBatch(batch))).toStrictEqual(batch.map(encodeRecord));
    }),
  );
});

it('gives every venue definition back exactly', () => {
  fc.assert(fc.property(venue, (original) => expect(decodeVenue(encodeVenue(original))).toStrictEqual(original)));
});

it('has a hash that tells any two records apart, and the records before them', () => {
  fc.assert(
    fc.property(record, record, (left, right) => {
      const [a, b] = [encodeRecord(left), encodeRecord(right)];
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(hashOfRecord('x', a) === hashOfRecord('x', b)).toBe(same);
      expect(hashOfRecord('x', a)).not.toBe(hashOfRecord('y', a));
    }),
  );
});

it('has a hash that notices text moved from one part to the next', () => {
  const texts = { type: 'A', origin: 'ab', command: 'c', reject: '', events: '[]', balances: '' };
  const text = { sequence: 1, time: 2, ...texts };
  expect(hashOfRecord('x', text)).not.toBe(hashOfRecord('x', { ...text, origin: 'a', command: 'bc' }));
  expect(hashOfRecord('x', text)).not.toBe(hashOfRecord('x', { ...text, events: '', balances: '[]' }));
});
