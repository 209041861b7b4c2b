import type { FundsMoved, TradeExecuted } from '../../engine/event.js';
import { feesAccountId } from '../../engine/ids.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { LedgerEntryType, RecordedEvents } from '../queries.js';
import type { Database } from './database.js';

const insertPosting = `INSERT INTO postings (posting_id, sequence, posting_type, asset, amount, from_account_id,
  from_balance, from_order_id, to_account_id, to_balance, to_order_id, transfer_id, trade_id, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const selectBalance = 'SELECT balance FROM balances WHERE account_id = ? AND asset = ?';
const upsertBalance = `INSERT INTO balances (account_id, asset, balance) VALUES (?, ?, ?)
  ON CONFLICT (account_id, asset) DO UPDATE SET balance = excluded.balance`;

interface RunningBalance {
  readonly accountId: number;
  readonly asset: string;
  amount: Amount;
  /** Since the last flush. */
  changed: boolean;
}

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
  private readonly balances = new Map<string, Map<number, RunningBalance>>();
  private changed: RunningBalance[] = [];

  constructor(
    private readonly database: Database,
    public lastPostingId: number,
  ) {}

  moved(record: RecordedEvents, event: FundsMoved): void {
    const { kind: entryType, transferId, asset, amount } = event;
    const [from, to] = [{ accountId: event.fromAccountId }, { accountId: event.toAccountId }];
    this.post(record, { entryType, transferId }, from, to, asset, amount);
  }

  traded(record: RecordedEvents, event: TradeExecuted, market: MarketDefinition, quantity: Amount): void {
    const taker = { accountId: event.takerAccountId, orderId: event.takerOrderId };
    const maker = { accountId: event.makerAccountId, orderId: event.makerOrderId };
    const [buyer, seller] = event.takerSide === 'BUY' ? [taker, maker] : [maker, taker];
    const { tradeId, notional, takerFee, makerFee } = event;
    const trade: Cause = { entryType: 'TRADE', tradeId };
    this.post(record, trade, seller, buyer, market.base, quantity);
    this.post(record, trade, buyer, seller, market.quote, notional);
    this.charge(record, tradeId, taker, market.quote, takerFee);
    this.charge(record, tradeId, maker, market.quote, makerFee);
  }

  flush(): void {
    for (const balance of this.changed) {
      this.database.statement(upsertBalance).run(balance.accountId, balance.asset, balance.amount);
      balance.changed = false;
    }
    this.changed = [];
  }

  /** After a rollback: the balances in memory may be those of the transaction that was undone. */
  forget(lastPostingId: number): void {
    this.balances.clear();
    this.changed = [];
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
    const balance = this.balance(accountId, asset);
    balance.amount += amount;
    if (!balance.changed) {
      balance.changed = true;
      this.changed.push(balance);
    }
    return balance.amount;
  }

  private balance(accountId: number, asset: string): RunningBalance {
    let accounts = this.balances.get(asset);
    if (accounts === undefined) {
      accounts = new Map();
      this.balances.set(asset, accounts);
    }
    let balance = accounts.get(accountId);
    if (balance === undefined) {
      const stored = this.database.statement(selectBalance).get(accountId, asset)?.balance as Amount | undefined;
      balance = { accountId, asset, amount: stored ?? 0n, changed: false };
      accounts.set(accountId, balance);
    }
    return balance;
  }
}
