import type { Event, OrderRested, TradeExecuted } from '../engine/event.js';
import { formatId } from '../engine/ids.js';
import { type PublicWords, type Shown, shownKeyUses, shownVenue } from './public-words.js';
import { shownFault } from './shown-fault.js';
import { shownInstruction, shownStatusChange, shownTransferInstructions } from './shown-settlement.js';

/** An event as the public reads it. `record` is all events of its record: some say their part only together. */
export function shownEvent(event: Event, record: readonly Event[], words: PublicWords): Shown {
  const { type } = event;
  switch (event.type) {
    case 'VenueConfigured':
      return { type, venue: shownVenue(event.venue) };
    case 'AccountOpened': {
      const { name, ownerId, accountType, idempotencyKey } = event;
      return { type, accountId: formatId('acc', event.accountId), name, ownerId, accountType, idempotencyKey };
    }
    case 'AccountStatusChanged':
      return { type, accountId: formatId('acc', event.accountId), status: event.status };
    case 'FundsMoved':
    case 'TransferRejected': {
      const { kind, asset, idempotencyKey } = event;
      return {
        ...{ type, transferId: formatId('tfr', event.transferId), kind },
        fromAccountId: formatId('acc', event.fromAccountId),
        toAccountId: formatId('acc', event.toAccountId),
        ...{ asset, amount: words.amount(asset, event.amount), idempotencyKey },
        ...(event.type === 'TransferRejected'
          ? { rejectCode: event.rejectCode, reason: event.reason }
          : { instructions: shownTransferInstructions(event, words) }),
      };
    }
    case 'OrderPlaced': {
      const { base, quote } = words.instrument(event.symbol);
      const heldAsset = event.side === 'BUY' ? quote : base;
      const orderQuantity = words.quantity(event.symbol, event.quantityLots);
      const held = words.amount(heldAsset, event.hold);
      return { type, orderId: formatId('ord', event.orderId), ...words.terms(event), orderQuantity, held, heldAsset };
    }
    case 'OrderRejected': {
      const { rejectCode, reason } = event;
      return { type, orderId: formatId('ord', event.orderId), ...words.terms(event), rejectCode, reason };
    }
    case 'TradeExecuted':
      return shownTrade(event, words);
    case 'OrderRested':
      return shownRest(event, record, words);
    case 'OrderCanceled':
    case 'OrderExpired': {
      const [orderId, accountId] = [formatId('ord', event.orderId), formatId('acc', event.accountId)];
      return { type, orderId, accountId, reason: event.reason };
    }
    case 'CancelOnDisconnectArmed': {
      const { symbol, graceMs } = event;
      return { type, accountId: formatId('acc', event.accountId), symbol, graceMs };
    }
    case 'CancelOnDisconnectDisarmed':
      return { type, accountId: formatId('acc', event.accountId), symbol: event.symbol };
    case 'PricesMoved':
      return { type, beat: event.beat, prices: words.prices(event.prices) };
    case 'MarketStatusChanged':
      return { type, symbol: event.symbol, status: event.status };
    case 'ApiKeyIssued': {
      const [keyId, accountId] = [formatId('key', event.keyId), formatId('acc', event.accountId)];
      return { type, keyId, accountId, label: event.label, scopes: event.scopes };
    }
    case 'ApiKeyRevoked':
      return { type, keyId: formatId('key', event.keyId), accountId: formatId('acc', event.accountId) };
    case 'ApiKeysUsed':
      return { type, uses: shownKeyUses(event.uses) };
    case 'RiskLimitsSet': {
      const { accountId, warnAtPercent, limits } = event;
      return {
        type,
        accountId: formatId('acc', accountId),
        warnAtPercent,
        limits: limits.map((each) => words.limit(each)),
      };
    }
    case 'RiskWarningRaised':
      return { type, accountId: formatId('acc', event.accountId), ...words.limit(event) };
    case 'RiskLimitBreached': {
      const orderId = event.orderId === undefined ? undefined : formatId('ord', event.orderId);
      return { type, accountId: formatId('acc', event.accountId), ...words.limit(event), orderId };
    }
    case 'RiskEased':
      return { type, accountId: formatId('acc', event.accountId), ...words.limit(event), level: event.level };
    case 'KillSwitchEngaged':
      return { type, accountId: optionalAccount(event), reason: event.reason };
    case 'KillSwitchReleased':
      return { type, accountId: optionalAccount(event) };
    case 'SettlementCycleClosed': {
      const { settlementDate, throughSequence, instructions } = event;
      const markets = event.markets.map(({ symbol, afterSequence }) => ({ symbol, afterSequence }));
      return {
        type,
        settlementDate,
        markets,
        throughSequence,
        instructions: instructions.map(shownInstruction(words)),
      };
    }
    case 'InstructionStatusesChanged':
      return { type, changes: event.changes.map(shownStatusChange) };
    case 'OrderReleased': {
      const { orderId, accountId, symbol, side } = event;
      return { type, orderId: formatId('ord', orderId), accountId: formatId('acc', accountId), symbol, side };
    }
    case 'FaultInjected':
      return { type, faultId: formatId('flt', event.faultId), kind: event.kind, ...shownFault(event) };
    case 'FaultEnded':
      return { type, faultId: formatId('flt', event.faultId), reason: event.reason, struck: event.struck };
    default:
      return event satisfies never;
  }
}

/** What is for one account names it; what is for all does not. */
export function optionalAccount({ accountId }: { readonly accountId?: number }): string | undefined {
  return accountId === undefined ? undefined : formatId('acc', accountId);
}

/** The liquidity provider trades without an order: it has an account and no order id. */
function shownTrade(event: TradeExecuted, words: PublicWords): Shown {
  const { type, symbol, takerSide, liquidityLevel } = event;
  const { quote } = words.instrument(symbol);
  const orderId = (id: number) => (id === 0 ? undefined : formatId('ord', id));
  return {
    ...{ type, tradeId: formatId('trd', event.tradeId), symbol },
    price: words.price(symbol, event.priceTicks),
    quantity: words.quantity(symbol, event.quantityLots),
    takerSide,
    takerOrderId: orderId(event.takerOrderId),
    takerAccountId: formatId('acc', event.takerAccountId),
    makerOrderId: orderId(event.makerOrderId),
    makerAccountId: formatId('acc', event.makerAccountId),
    liquidityLevel,
    notional: words.amount(quote, event.notional),
    takerFee: words.amount(quote, event.takerFee),
    makerFee: words.amount(quote, event.makerFee),
    feeAsset: quote,
  };
}

/** An order comes to rest in the record that it was placed or released in, which says what it is an order for. */
function shownRest({ type, orderId, hold }: OrderRested, record: readonly Event[], words: PublicWords): Shown {
  const placed = record
    .filter((event) => event.type === 'OrderPlaced' || event.type === 'OrderReleased')
    .find((event) => event.orderId === orderId);
  if (placed === undefined) throw new TypeError(`order ${orderId} rests in a record that did not place it`);
  const { base, quote } = words.instrument(placed.symbol);
  const heldAsset = placed.side === 'BUY' ? quote : base;
  return { type, orderId: formatId('ord', orderId), held: words.amount(heldAsset, hold), heldAsset };
}
