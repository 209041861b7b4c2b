import type { FundsMoved, TradeExecuted } from '../../engine/event.js';
import { feesAccountId } from '../../engine/ids.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { Database } from './database.js';
import type { ProjectedRecord } from './projection.js';

const insertEntries = `INSERT INTO ledger_entries (account_id, asset, entry_id, sequence, amount, balance, entry_type,
  counterparty_account_id, transfer_id, order_id, trade_id, created_at) VALUES`;

/** Both sides of a deposit, withdrawal or transfer. */
const insertTransfer = `${insertEntries}
  (?1, ?3, ?4 - 1, ?5, -?6, ?7, ?9, ?2, ?10, NULL, NULL, ?11),
  (?2, ?3, ?4,     ?5,  ?6, ?8, ?9, ?1, ?10, NULL, NULL, ?11)`;

/** Both sides of a fee, which belongs to the order of the payer. */
const insertFee = `${insertEntries}
  (?1, ?3, ?4 - 1, ?5, -?6, ?7, 'FEE', ?2, NULL, nullif(?9, 0), ?10, ?11),
  (?2, ?3, ?4,     ?5,  ?6, ?8, 'FEE', ?1, NULL, nullif(?9, 0), ?10, ?11)`;

/** Both sides of both halves of a trade: the base asset from seller (?1) to buyer (?2), the quote asset back. */
const insertTrade = `${insertEntries}
  (?1, ?5, ?7 - 3, ?8, -?9,  ?11, 'TRADE', ?2, NULL, nullif(?3, 0), ?15, ?16),
  (?2, ?5, ?7 - 2, ?8,  ?9,  ?12, 'TRADE', ?1, NULL, nullif(?4, 0), ?15, ?16),
  (?2, ?6, ?7 - 1, ?8, -?10, ?13, 'TRADE', ?1, NULL, nullif(?4, 0), ?15, ?16),
  (?1, ?6, ?7,     ?8,  ?10, ?14, 'TRADE', ?2, NULL, nullif(?3, 0), ?15, ?16)`;

const selectBalance = `SELECT balance FROM ledger_entries WHERE account_id = ? AND asset = ?
  ORDER BY entry_id DESC LIMIT 1`;

/** One side of a trade. */
interface Party {
  readonly accountId: number;
  readonly orderId: number;
  readonly fee: Amount;
}

/**
 * The double-entry ledger. Each posting is written from both sides, the venue's own accounts included,
 * so that the sum of all entries of an asset is zero. Running balances are kept in memory once touched.
 * Half of all rows are written here: one statement writes all sides, which saves most of the binding.
 */
export class LedgerProjection {
  private readonly balances = new Map<string, Map<number, Amount>>();

  constructor(
    private readonly database: Database,
    public lastEntryId: number,
  ) {}

  moved(record: ProjectedRecord, event: FundsMoved): void {
    const { fromAccountId: from, toAccountId: to, asset, amount, kind, transferId } = event;
    const fromBalance = this.changeBalance(from, asset, -amount);
    const toBalance = this.changeBalance(to, asset, amount);
    const { sequence, time } = record;
    this.lastEntryId += 2;
    this.database
      .statement(insertTransfer)
      .run(from, to, asset, this.lastEntryId, sequence, amount, fromBalance, toBalance, kind, transferId, time);
  }

  traded(record: ProjectedRecord, event: TradeExecuted, market: MarketDefinition): void {
    const taker = { accountId: event.takerAccountId, orderId: event.takerOrderId, fee: event.takerFee };
    const maker = { accountId: event.makerAccountId, orderId: event.makerOrderId, fee: event.makerFee };
    const [buyer, seller] = event.takerSide === 'BUY' ? [taker, maker] : [maker, taker];
    this.exchanged(record, event, market, seller, buyer);
    if (taker.fee !== 0n) this.charged(record, event, market, taker);
    if (maker.fee !== 0n) this.charged(record, event, market, maker);
  }

  /** After a rollback: the balances in memory may be those of the transaction that was undone. */
  forget(lastEntryId: number): void {
    this.balances.clear();
    this.lastEntryId = lastEntryId;
  }

  private exchanged(
    record: ProjectedRecord,
    event: TradeExecuted,
    market: MarketDefinition,
    seller: Party,
    buyer: Party,
  ): void {
    const { base, quote } = market;
    const { notional } = event;
    const quantity = BigInt(event.quantityLots) * market.lotSize;
    this.lastEntryId += 4;
    this.database
      .statement(insertTrade)
      .run(
        seller.accountId,
        buyer.accountId,
        seller.orderId,
        buyer.orderId,
        base,
        quote,
        this.lastEntryId,
        record.sequence,
        quantity,
        notional,
        this.changeBalance(seller.accountId, base, -quantity),
        this.changeBalance(buyer.accountId, base, quantity),
        this.changeBalance(buyer.accountId, quote, -notional),
        this.changeBalance(seller.accountId, quote, notional),
        event.tradeId,
        record.time,
      );
  }

  private charged(record: ProjectedRecord, event: TradeExecuted, market: MarketDefinition, payer: Party): void {
    const { accountId, orderId, fee } = payer;
    const asset = market.quote;
    const balance = this.changeBalance(accountId, asset, -fee);
    const collected = this.changeBalance(feesAccountId, asset, fee);
    const { sequence, time } = record;
    this.lastEntryId += 2;
    this.database
      .statement(insertFee)
      .run(
        ...[accountId, feesAccountId, asset, this.lastEntryId, sequence, fee],
        ...[balance, collected, orderId, event.tradeId, time],
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
