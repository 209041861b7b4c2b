import type { FundsMoved, TradeExecuted } from '../../engine/event.js';
import { feesAccountId } from '../../engine/ids.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { LedgerEntryType } from '../queries.js';
import type { Database } from './database.js';
import type { ProjectedRecord } from './projection.js';

const insertEntry = `INSERT INTO ledger_entries (entry_id, account_id, asset, sequence, amount, balance, entry_type,
  counterparty_account_id, transfer_id, order_id, trade_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const selectBalance = `SELECT balance FROM ledger_entries WHERE account_id = ? AND asset = ?
  ORDER BY entry_id DESC LIMIT 1`;

/** One end of a posting. Order id 0 stands for the liquidity provider's quotes. */
interface Party {
  readonly accountId: number;
  readonly orderId?: number;
}

/** Why an amount moved. */
interface Cause {
  readonly entryType: LedgerEntryType;
  readonly transferId?: number;
  readonly tradeId?: number;
}

/**
 * The double-entry ledger. Each posting is written from both sides, the venue's own accounts included,
 * so that the sum of all entries of an asset is zero. Running balances are kept in memory once touched.
 */
export class LedgerProjection {
  private readonly balances = new Map<string, Map<number, Amount>>();

  constructor(
    private readonly database: Database,
    public lastEntryId: number,
  ) {}

  moved(record: ProjectedRecord, event: FundsMoved): void {
    const { kind: entryType, transferId, asset, amount } = event;
    const [from, to] = [{ accountId: event.fromAccountId }, { accountId: event.toAccountId }];
    this.post(record, { entryType, transferId }, from, to, asset, amount);
  }

  traded(record: ProjectedRecord, event: TradeExecuted, market: MarketDefinition): void {
    const taker = { accountId: event.takerAccountId, orderId: event.takerOrderId };
    const maker = { accountId: event.makerAccountId, orderId: event.makerOrderId };
    const [buyer, seller] = event.takerSide === 'BUY' ? [taker, maker] : [maker, taker];
    const { tradeId, notional, takerFee, makerFee } = event;
    const trade: Cause = { entryType: 'TRADE', tradeId };
    this.post(record, trade, seller, buyer, market.base, BigInt(event.quantityLots) * market.lotSize);
    this.post(record, trade, buyer, seller, market.quote, notional);
    this.charge(record, tradeId, taker, market.quote, takerFee);
    this.charge(record, tradeId, maker, market.quote, makerFee);
  }

  /** After a rollback: the balances in memory may be those of the transaction that was undone. */
  forget(lastEntryId: number): void {
    this.balances.clear();
    this.lastEntryId = lastEntryId;
  }

  private charge(record: ProjectedRecord, tradeId: number, payer: Party, asset: string, fee: Amount): void {
    if (fee === 0n) return;
    const fees = { accountId: feesAccountId, orderId: payer.orderId };
    this.post(record, { entryType: 'FEE', tradeId }, payer, fees, asset, fee);
  }

  private post(record: ProjectedRecord, cause: Cause, from: Party, to: Party, asset: string, amount: Amount): void {
    this.enter(record, cause, from, to, asset, -amount);
    this.enter(record, cause, to, from, asset, amount);
  }

  private enter(record: ProjectedRecord, cause: Cause, own: Party, other: Party, asset: string, amount: Amount): void {
    this.lastEntryId += 1;
    this.database
      .statement(insertEntry)
      .run(
        this.lastEntryId,
        own.accountId,
        asset,
        record.sequence,
        amount,
        this.changeBalance(own.accountId, asset, amount),
        cause.entryType,
        other.accountId,
        cause.transferId ?? null,
        own.orderId || null,
        cause.tradeId ?? null,
        record.time,
      );
  }

  private changeBalance(accountId: number, asset: string, amount: Amount): Amount {
    let accounts = this.balances.get(asset);
    if (accounts === undefined) {
      accounts = new Map();
      this.balances.set(asset, accounts);
    }
    const before = accounts.get(accountId) ?? this.storedBalance(accountId, asset);
    const balance = before + amount;
    accounts.set(accountId, balance);
    return balance;
  }

  private storedBalance(accountId: number, asset: string): Amount {
    const row = this.database.statement(selectBalance).get(accountId, asset);
    return (row?.balance as Amount | undefined) ?? 0n;
  }
}
