import type { FundsMoved, TradeExecuted } from '../../engine/event.js';
import { feesAccountId } from '../../engine/ids.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { LedgerEntryType, RecordedEvents } from '../queries.js';
import type { Database } from './database.js';

const insertPosting = `INSERT INTO postings (posting_id, sequence, posting_type, asset, amount, from_account_id,
  from_balance, from_order_id, to_account_id, to_balance, to_order_id, transfer_id, trade_id, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Of a posting to oneself, the balance after it is that of the receiving side. */
const selectBalance = `SELECT balance FROM (
    SELECT * FROM (SELECT posting_id, 1 AS side, from_balance AS balance FROM postings
      WHERE from_account_id = ?1 AND from_account_id > 0 AND asset = ?2 ORDER BY posting_id DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT posting_id, 2 AS side, to_balance AS balance FROM postings
      WHERE to_account_id = ?1 AND to_account_id > 0 AND asset = ?2 ORDER BY posting_id DESC LIMIT 1)
  ) ORDER BY posting_id DESC, side DESC LIMIT 1`;

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

/** The double-entry ledger, one row a posting. Customers' running balances are kept in memory once touched. */
export class LedgerProjection {
  private readonly balances = new Map<string, Map<number, Amount>>();

  constructor(
    private readonly database: Database,
    public lastPostingId: number,
  ) {}

  moved(record: RecordedEvents, event: FundsMoved): void {
    const { kind: entryType, transferId, asset, amount } = event;
    const [from, to] = [{ accountId: event.fromAccountId }, { accountId: event.toAccountId }];
    this.post(record, { entryType, transferId }, from, to, asset, amount);
  }

  traded(record: RecordedEvents, event: TradeExecuted, market: MarketDefinition): void {
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
  forget(lastPostingId: number): void {
    this.balances.clear();
    this.lastPostingId = lastPostingId;
  }

  private charge(record: RecordedEvents, tradeId: number, payer: Party, asset: string, fee: Amount): void {
    if (fee === 0n) return;
    const fees = { accountId: feesAccountId, orderId: payer.orderId };
    this.post(record, { entryType: 'FEE', tradeId }, payer, fees, asset, fee);
  }

  private post(record: RecordedEvents, cause: Cause, from: Party, to: Party, asset: string, amount: Amount): void {
    this.lastPostingId += 1;
    this.database
      .statement(insertPosting)
      .run(
        this.lastPostingId,
        record.sequence,
        cause.entryType,
        asset,
        amount,
        from.accountId,
        this.changeBalance(from.accountId, asset, -amount),
        from.orderId || null,
        to.accountId,
        this.changeBalance(to.accountId, asset, amount),
        to.orderId || null,
        cause.transferId ?? null,
        cause.tradeId ?? null,
        record.time,
      );
  }

  private changeBalance(accountId: number, asset: string, amount: Amount): Amount | null {
    if (accountId < 0) return null;
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
