import type { Command, NetObligation } from '../engine/command.js';
import type { Event } from '../engine/event.js';
import type { VenueDefinition } from '../engine/instrument.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import { limitsFromJson, limitsToJson, type RiskLimit } from '../engine/risk/limits/risk-limit.js';
import { venueFromJson, venueToJson } from '../engine/venue-json.js';
import type { JournalRecord, Origin, SealedRecord } from './journal.js';
import {
  balancesText,
  type EventList,
  orderEventOf,
  orderEventText,
  originText,
  type PlaceOrderList,
  placeOrderOf,
  placeOrderText,
} from './order-texts.js';

/**
 * A record as it is stored and hashed: five texts of JSON beside its sequence and time. `reject` and
 * `balances` are empty where there was none. Amounts are strings of digits, since JSON's numbers end at 2^53.
 */
export interface RecordText {
  readonly sequence: number;
  readonly time: number;
  /** The command's type, beside its text for whoever reads the file with SQL. */
  readonly type: string;
  readonly origin: string;
  readonly command: string;
  readonly reject: string;
  readonly events: string;
  /** A list of `[accountId, asset, available, held]`. */
  readonly balances: string;
}

/** A stored record with its place in the chain. */
export interface SealedText extends RecordText {
  readonly previousHash: string;
  readonly hash: string;
}

/** The fields of `T` that hold an amount. */
type AmountField<T> = { [Field in keyof T]-?: Extract<T[Field], bigint> extends never ? never : Field }[keyof T];

/** For each member of a closed union its amount fields: one forgotten, or one too many, does not compile. */
type AmountFields<Union extends { type: string }> = {
  readonly [Type in Union['type']]: { readonly [Field in AmountField<Extract<Union, { type: Type }>>]: true };
};

const commandAmounts: AmountFields<Command> = {
  ConfigureVenue: {},
  OpenAccount: {},
  ChangeAccountStatus: {},
  Deposit: { amount: true },
  Withdraw: { amount: true },
  Transfer: { amount: true },
  PlaceOrder: { quantity: true, quoteQuantity: true, price: true },
  CancelOrder: {},
  CancelOrders: {},
  ArmCancelOnDisconnect: {},
  DisarmCancelOnDisconnect: {},
  MovePrices: {},
  ChangeMarketStatus: {},
  IssueApiKey: {},
  RevokeApiKey: {},
  NoteApiKeyUses: {},
  SetRiskLimits: {},
  EngageKillSwitch: {},
  ReleaseKillSwitch: {},
  CloseSettlementCycle: {},
  NoteInstructionStatuses: {},
  ReleaseOrder: {},
  InjectFault: {},
  EndFault: {},
};

const eventAmounts: AmountFields<Event> = {
  VenueConfigured: {},
  AccountOpened: {},
  AccountStatusChanged: {},
  FundsMoved: { amount: true },
  TransferRejected: { amount: true },
  OrderPlaced: { quantity: true, quoteQuantity: true, price: true, hold: true },
  OrderRejected: { quantity: true, quoteQuantity: true, price: true },
  TradeExecuted: { notional: true, takerFee: true, makerFee: true },
  OrderReleased: {},
  OrderRested: { hold: true },
  OrderCanceled: {},
  OrderExpired: {},
  CancelOnDisconnectArmed: {},
  CancelOnDisconnectDisarmed: {},
  PricesMoved: {},
  MarketStatusChanged: {},
  ApiKeyIssued: {},
  ApiKeyRevoked: {},
  ApiKeysUsed: {},
  RiskLimitsSet: {},
  RiskWarningRaised: { value: true, limit: true },
  RiskLimitBreached: { value: true, limit: true },
  RiskEased: { value: true, limit: true },
  KillSwitchEngaged: {},
  KillSwitchReleased: {},
  SettlementCycleClosed: {},
  InstructionStatusesChanged: {},
  FaultInjected: {},
  FaultEnded: {},
};

const commandFields = fieldLists(commandAmounts);
const eventFields = fieldLists(eventAmounts);

type Fields = Record<string, unknown>;

export function encodeRecord(record: JournalRecord): RecordText {
  return {
    sequence: record.sequence,
    time: record.time,
    type: record.command.type,
    origin: originText(record.origin),
    command: encodeCommand(record.command),
    reject: record.reject === undefined ? '' : JSON.stringify(record.reject),
    events: encodeEvents(record.events),
    balances: encodeBalances(record.balances),
  };
}

export function decodeRecord(text: SealedText): SealedRecord {
  const { sequence, time, previousHash, hash } = text;
  const origin: Origin = JSON.parse(text.origin);
  const command = decodeCommand(text.command);
  const events = decodeEvents(text.events);
  const balances = decodeBalances(text.balances);
  if (text.reject === '') return { sequence, time, origin, command, events, balances, previousHash, hash };
  return { sequence, time, origin, command, reject: JSON.parse(text.reject), events, balances, previousHash, hash };
}

export function encodeCommand(command: Command): string {
  if (command.type === 'PlaceOrder') return placeOrderText(command);
  return JSON.stringify(amountsToText(command, commandFields[command.type]));
}

export function decodeCommand(text: string): Command {
  const command = JSON.parse(text) as Command | PlaceOrderList;
  if (Array.isArray(command)) return placeOrderOf(command);
  return textToAmounts(command, commandFields[command.type]) as Command;
}

export function encodeEvents(events: readonly Event[]): string {
  let list = '';
  for (const event of events) list += (list === '' ? '' : ',') + eventText(event);
  return `[${list}]`;
}

function eventText(event: Event): string {
  return orderEventText(event) ?? JSON.stringify(amountsToText(event, eventFields[event.type]));
}

export function decodeEvents(text: string): Event[] {
  const events = JSON.parse(text) as (Event | EventList)[];
  return events.map((event) => {
    if (Array.isArray(event)) return orderEventOf(event);
    return textToAmounts(event, eventFields[event.type]) as Event;
  });
}

const noBalances: readonly BalanceAfter[] = [];

export function encodeBalances(balances: readonly BalanceAfter[]): string {
  return balances.length === 0 ? '' : balancesText(balances);
}

export function decodeBalances(text: string): readonly BalanceAfter[] {
  if (text === '') return noBalances;
  const rows = JSON.parse(text) as [number, string, string, string][];
  return rows.map(([accountId, asset, available, held]) => {
    return { accountId, asset, available: BigInt(available), held: BigInt(held) };
  });
}

/** Whose balances they are, which is all that is wanted of most of them. */
export function balanceOwners(text: string): number[] {
  return text === '' ? [] : JSON.parse(text).map(([accountId]: [number]) => accountId);
}

export function encodeVenue(venue: VenueDefinition): string {
  return JSON.stringify(venueToJson(venue));
}

export function decodeVenue(text: string): VenueDefinition {
  return venueFromJson(JSON.parse(text));
}

/** A batch as one string, so that one string crosses to the writer's thread. JSON has no line breaks of its own. */
export function encodeBatch(batch: readonly JournalRecord[]): string {
  return batch
    .map((record) => {
      const text = encodeRecord(record);
      return `${text.sequence}\n${text.time}\n${text.type}\n${text.origin}\n${text.command}\n${text.reject}\n${text.events}\n${text.balances}`;
    })
    .join('\n');
}

export function decodeBatch(batch: string): RecordText[] {
  const lines = batch.split('\n');
  const records: RecordText[] = [];
  for (let at = 0; at + linesPerRecord <= lines.length; at += linesPerRecord) {
    const record = lines.slice(at, at + linesPerRecord) as RecordLines;
    const [sequence, time, type, origin, command, reject, events, balances] = record;
    records.push({ sequence: Number(sequence), time: Number(time), type, origin, command, reject, events, balances });
  }
  return records;
}

const linesPerRecord = 8;
type RecordLines = [string, string, string, string, string, string, string, string];

function fieldLists<Type extends string>(table: Readonly<Record<Type, object>>): Record<Type, readonly string[]> {
  const lists = Object.entries<object>(table).map(([type, fields]) => [type, Object.keys(fields)]);
  return Object.fromEntries(lists);
}

/** A copy whose amounts are strings of digits. */
function amountsToText(value: object, fields: readonly string[]): object {
  if ('venue' in value) return { ...value, venue: venueToJson(value.venue as VenueDefinition) };
  if ('limits' in value) return { ...value, limits: limitsToJson(value.limits as RiskLimit[]) };
  if ('instructions' in value) return { ...value, instructions: instructionsToText(value.instructions) };
  if (fields.length === 0) return value;
  const copy: Fields = { ...value };
  for (const field of fields) {
    if (copy[field] !== undefined) copy[field] = String(copy[field]);
  }
  return copy;
}

/** The same object, just parsed and known to nobody else yet, with its amounts as amounts. */
function textToAmounts(value: object, fields: readonly string[] | undefined): object {
  if (fields === undefined) throw new TypeError(`the journal knows no ${JSON.stringify(value).slice(0, 100)}`);
  const parsed = value as Fields;
  if (parsed.venue !== undefined) parsed.venue = venueFromJson(parsed.venue as object);
  if (parsed.limits !== undefined) parsed.limits = limitsFromJson(parsed.limits as object[]);
  if (parsed.instructions !== undefined) parsed.instructions = textToInstructions(parsed.instructions);
  for (const field of fields) {
    if (parsed[field] !== undefined) parsed[field] = BigInt(parsed[field] as string);
  }
  return parsed;
}

/** Settlement instructions are the one list whose members hold amounts. */
function instructionsToText(instructions: unknown): object[] {
  return (instructions as NetObligation[]).map((each) => ({ ...each, amount: String(each.amount) }));
}

function textToInstructions(instructions: unknown): object[] {
  return (instructions as NetObligation[]).map((each) => ({ ...each, amount: BigInt(each.amount) }));
}
