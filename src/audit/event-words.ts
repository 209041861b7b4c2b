import type { Event } from '../engine/event.js';

const words: { readonly [Type in Event['type']]: true } = {
  VenueConfigured: true,
  AccountOpened: true,
  AccountStatusChanged: true,
  FundsMoved: true,
  TransferRejected: true,
  OrderPlaced: true,
  OrderRejected: true,
  TradeExecuted: true,
  OrderReleased: true,
  OrderRested: true,
  OrderCanceled: true,
  OrderExpired: true,
  CancelOnDisconnectArmed: true,
  CancelOnDisconnectDisarmed: true,
  PricesMoved: true,
  MarketStatusChanged: true,
  ApiKeyIssued: true,
  ApiKeyRevoked: true,
  ApiKeysUsed: true,
  RiskLimitsSet: true,
  RiskWarningRaised: true,
  RiskLimitBreached: true,
  RiskEased: true,
  KillSwitchEngaged: true,
  KillSwitchReleased: true,
  SettlementCycleClosed: true,
  InstructionStatusesChanged: true,
  FaultInjected: true,
  FaultEnded: true,
};

/** Every type of event there is. */
export const eventTypes = Object.keys(words) as readonly Event['type'][];
