import type { Command, NetObligation, PlaceOrder, Side } from '../engine/command.js';
import type { Event, ExpiryReason, InstructionStatusesChanged } from '../engine/event.js';
import { externalAccountId, liquidityAccountId } from '../engine/ids.js';
import type { VenueDefinition } from '../engine/instrument.js';
import type { BalanceAfter } from '../engine/ledger/balance-after.js';
import { type Reject, reject } from '../engine/reject.js';
import type { JournalRecord } from './journal.js';
import { postingsOf } from './postings.js';

/** 0.01 USD a tick, 0.0001 BTC a lot: one lot at one tick is worth 100 units of USD. */
export const venue: VenueDefinition = {
  assets: [
    { asset: 'BTC', scale: 8 },
    { asset: 'USD', scale: 8 },
  ],
  markets: [
    {
      symbol: 'BTC-USD',
      base: 'BTC',
      quote: 'USD',
      tickSize: 1_000_000n,
      lotSize: 10_000n,
      minQuantity: 10_000n,
      maxQuantity: 100_000_000_000n,
      minNotional: 100_000_000n,
      makerFeePpm: 500,
      takerFeePpm: 1000,
      collarBps: 1000,
      liquidityQuantity: 100_000_000n,
    },
  ],
  liquidity: {
    name: 'frictionless',
    halfSpreadTicks: 1,
    halfSpreadBps: 0,
    spacingBps: 0,
    quantityPercent: [100],
    refillMs: 0,
  },
  openOrdersMax: 100,
};

export const lotSize = 10_000n;
export const tickSize = 1_000_000n;
export const unitNotional = 100n;
export const startTime = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface Fill {
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly makerOrderId?: number;
  readonly makerAccountId?: number;
  /** A thousandth of what it is worth, if nothing is said. */
  readonly takerFee?: bigint;
}

/** What customers have of each asset. Nothing of it is held for their orders. */
class Totals {
  private readonly totals = new Map<string, bigint>();

  /** The balances that events change, in no particular order. */
  after(events: readonly Event[]): BalanceAfter[] {
    const before = new Map<string, bigint>();
    const changed = new Map<string, BalanceAfter>();
    for (const { from, to, asset, amount } of postingsOf(events, () => venue.markets[0]!)) {
      for (const [accountId, change] of [[from.accountId, -amount] as const, [to.accountId, amount] as const]) {
        if (accountId < 0) continue;
        const key = `${accountId} ${asset}`;
        if (!before.has(key)) before.set(key, this.totals.get(key) ?? 0n);
        const available = (this.totals.get(key) ?? 0n) + change;
        this.totals.set(key, available);
        changed.set(key, { accountId, asset, available, held: 0n });
      }
    }
    return [...changed].filter(([key, { available }]) => available !== before.get(key)).map(([, balance]) => balance);
  }
}

/** Writes the records that an engine would have written, one after the other, a millisecond apart. */
export class Scenario {
  readonly records: JournalRecord[] = [];
  private trades = 0;
  private instructions = 0;
  private settledThrough = 0;
  private readonly totals = new Totals();

  constructor(
    private sequence = 0,
    private time = startTime,
  ) {}

  get lastSequence(): number {
    return this.sequence;
  }

  wait(ms: number): this {
    this.time += ms;
    return this;
  }

  /** The records since the last call. */
  take(): JournalRecord[] {
    return this.records.splice(0);
  }

  configure(): this {
    return this.add({ type: 'ConfigureVenue', venue }, [{ type: 'VenueConfigured', venue }]);
  }

  openAccount(name: string, more: { ownerId?: string; idempotencyKey?: string } = {}): number {
    const accountId = this.sequence + 1;
    const terms = { name, accountType: 'CUSTOMER', ...more } as const;
    this.add({ type: 'OpenAccount', ...terms }, [{ type: 'AccountOpened', accountId, ...terms }]);
    return accountId;
  }

  suspend(accountId: number): this {
    const status = 'SUSPENDED';
    return this.add({ type: 'ChangeAccountStatus', accountId, status }, [
      { type: 'AccountStatusChanged', accountId, status },
    ]);
  }

  deposit(accountId: number, asset: string, amount: bigint, idempotencyKey?: string): number {
    const transferId = this.sequence + 1;
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    const move = { fromAccountId: externalAccountId, toAccountId: accountId, asset, amount, ...key };
    this.add({ type: 'Deposit', accountId, asset, amount, ...key }, [
      { type: 'FundsMoved', transferId, kind: 'DEPOSIT', ...move },
    ]);
    return transferId;
  }

  /** Funds move between two accounts, or one and the outside world, where there is a custodian to be instructed. */
  moveAtCustodian(fromAccountId: number, toAccountId: number, asset: string, amount: bigint): number {
    const transferId = this.sequence + 1;
    const instructionId = this.instructions + 1;
    const move = { fromAccountId, toAccountId, asset, amount };
    if (fromAccountId === externalAccountId) {
      this.instructions += 1;
      this.add({ type: 'Deposit', accountId: toAccountId, asset, amount }, [
        { type: 'FundsMoved', transferId, kind: 'DEPOSIT', ...move, instructionId },
      ]);
    } else {
      this.instructions += 2;
      this.add({ type: 'Transfer', ...move }, [
        { type: 'FundsMoved', transferId, kind: 'TRANSFER', ...move, instructionId },
      ]);
    }
    return transferId;
  }

  refuseWithdrawal(accountId: number, asset: string, amount: bigint, idempotencyKey: string): number {
    const transferId = this.sequence + 1;
    const refusal = reject('INSUFFICIENT_FUNDS', 'there is not enough');
    const move = { fromAccountId: accountId, toAccountId: externalAccountId, asset, amount, idempotencyKey };
    const event: Event = {
      ...{ type: 'TransferRejected', transferId, kind: 'WITHDRAWAL', ...move },
      ...{ rejectCode: refusal.rejected, reason: refusal.reason },
    } as Event;
    this.add({ type: 'Withdraw', accountId, asset, amount, idempotencyKey }, [event], refusal);
    return transferId;
  }

  /** A limit order that is filled at once by `fills`, and then rests, or ends as `ended` says. */
  order(
    accountId: number,
    side: Side,
    quantityLots: number,
    priceTicks: number,
    more: { clientOrderId?: string; fills?: readonly Fill[]; expired?: ExpiryReason } = {},
  ): number {
    const orderId = this.sequence + 1;
    const terms = termsOf(accountId, side, quantityLots, priceTicks, more.clientOrderId);
    const { type: _, ...wanted } = terms;
    const events: Event[] = [{ type: 'OrderPlaced', orderId, ...wanted, quantityLots, priceTicks, hold: 1n }];
    for (const fill of more.fills ?? []) events.push(this.fillOf(orderId, accountId, side, fill));
    const filled = (more.fills ?? []).reduce((sum, fill) => sum + fill.quantityLots, 0);
    if (more.expired) events.push({ type: 'OrderExpired', orderId, accountId, reason: more.expired });
    else if (filled < quantityLots) events.push({ type: 'OrderRested', orderId, hold: 1n });
    this.add(terms, events);
    return orderId;
  }

  refuseOrder(accountId: number, clientOrderId: string): number {
    const orderId = this.sequence + 1;
    const terms = termsOf(accountId, 'BUY', 10, 10_000, clientOrderId);
    const { type: _, ...wanted } = terms;
    const refusal = reject('INSUFFICIENT_FUNDS', 'there is not enough');
    const event = { orderId, ...wanted, rejectCode: refusal.rejected, reason: refusal.reason };
    this.add(terms, [{ type: 'OrderRejected', ...event }], refusal);
    return orderId;
  }

  cancel(accountId: number, orderId: number): this {
    return this.add({ type: 'CancelOrder', orderId }, [{ type: 'OrderCanceled', orderId, accountId }]);
  }

  movePrice(priceTicks: number): this {
    const beat = this.sequence;
    const prices = [{ symbol: 'BTC-USD', priceTicks }];
    return this.add({ type: 'MovePrices', beat, prices }, [{ type: 'PricesMoved', beat, prices }]);
  }

  /** One lot of the liquidity provider, for whatever it is to cost. */
  tradeFor(buyerId: number, notional: bigint): void {
    const orderId = this.sequence + 1;
    const { type: _, ...terms } = termsOf(buyerId, 'BUY', 1, 1);
    const placed: Event = { type: 'OrderPlaced', orderId, ...terms, quantityLots: 1, priceTicks: 1, hold: 1n };
    const executed = {
      ...this.fillOf(orderId, buyerId, 'BUY', { priceTicks: 1, quantityLots: 1 }),
      notional,
      takerFee: 0n,
      makerFee: 0n,
    } as Event;
    this.add({ type: 'PlaceOrder', ...terms }, [placed, executed]);
  }

  /** Everything so far, in the instructions that the spec says. */
  closeCycle(nets: readonly NetObligation[]): this {
    const throughSequence = this.sequence;
    const settlementDate = new Date(this.time).toISOString().slice(0, 10);
    const markets = [{ symbol: 'BTC-USD', afterSequence: this.settledThrough }];
    this.settledThrough = throughSequence;
    const instructions = nets.map((net) => ({ instructionId: ++this.instructions, ...net }));
    const command = { settlementDate, symbols: ['BTC-USD'], throughSequence, instructions: nets };
    return this.add({ type: 'CloseSettlementCycle', ...command }, [
      { type: 'SettlementCycleClosed', settlementDate, markets, throughSequence, instructions },
    ]);
  }

  noteInstructions(changes: InstructionStatusesChanged['changes']): this {
    return this.add({ type: 'NoteInstructionStatuses', changes }, [{ type: 'InstructionStatusesChanged', changes }]);
  }

  private fillOf(takerOrderId: number, takerAccountId: number, takerSide: Side, fill: Fill): Event {
    const { priceTicks, quantityLots, makerOrderId = 0, makerAccountId = liquidityAccountId } = fill;
    const notional = BigInt(priceTicks * quantityLots) * unitNotional;
    this.trades += 1;
    return {
      ...{ type: 'TradeExecuted', tradeId: this.trades, symbol: 'BTC-USD', priceTicks, quantityLots, takerSide },
      ...{ takerOrderId, takerAccountId, makerOrderId, makerAccountId, notional },
      ...(makerOrderId === 0 ? { liquidityLevel: 0 } : {}),
      ...{ takerFee: fill.takerFee ?? notional / 1000n, makerFee: makerOrderId === 0 ? 0n : notional / 2000n },
    } as Event;
  }

  private add(command: Command, events: Event[], refusal?: Reject): this {
    this.sequence += 1;
    this.time += 1;
    const stamp = { sequence: this.sequence, time: this.time };
    const origin = { transport: 'REST', requestId: `request-${this.sequence}` } as const;
    const balances = this.totals.after(events);
    this.records.push({ ...stamp, origin, command, ...(refusal ? { reject: refusal } : {}), events, balances });
    return this;
  }
}

function termsOf(accountId: number, side: Side, lots: number, priceTicks: number, clientOrderId?: string): PlaceOrder {
  return {
    type: 'PlaceOrder',
    accountId,
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    symbol: 'BTC-USD',
    side,
    orderType: 'LIMIT',
    timeInForce: 'GTC',
    quantity: BigInt(lots) * lotSize,
    price: BigInt(priceTicks) * tickSize,
    postOnly: false,
    selfTradePrevention: 'EXPIRE_TAKER',
  };
}
