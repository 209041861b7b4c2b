import type { SettledMarket } from '../../engine/event.js';
import { feesAccountId } from '../../engine/ids.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { Database } from './database.js';
import { NetAmounts } from './net-amounts.js';
import type { StoredRow } from './rows.js';
import { firstPostingAfter } from './sorted-rows.js';

const selectTrades = `SELECT * FROM trades WHERE symbol = ? AND trade_id > ? ORDER BY trade_id`;
const selectMarketOf = 'SELECT symbol FROM trades WHERE trade_id = ?';
/** Only trades have a trade id. */
const selectObligations = `SELECT sequence, trade_id, asset, amount, from_account_id, to_account_id FROM postings
  WHERE posting_id >= ? AND trade_id IS NOT NULL ORDER BY posting_id`;

/**
 * Adds up what was traded up to some record twice, in the plainest ways that there are: from the trades themselves,
 * and from the postings, which are the obligations. A market's trades are read once, where the last call stopped.
 */
export class SettledTrades {
  private readonly markets = new Map<string, MarketDefinition>();
  private readonly lastTradeIds = new Map<string, Amount>();
  trades = 0;

  constructor(private readonly database: Database) {}

  get symbols(): Iterable<string> {
    return this.markets.keys();
  }

  /** What a market trades does not change while there are trades in it. */
  know(markets: readonly MarketDefinition[]): void {
    for (const market of markets) this.markets.set(market.symbol, market);
  }

  /** What the trades come to: the buyer gets the quantity for the notional, and each side pays its fee. */
  byTrades(symbols: readonly string[], throughSequence: number): NetAmounts {
    const nets = new NetAmounts();
    for (const symbol of symbols) {
      const after = this.lastTradeIds.get(symbol) ?? 0n;
      for (const trade of this.database.statement(selectTrades).iterate(symbol, after)) {
        if ((trade.sequence as bigint) > throughSequence) break;
        this.addTrade(nets, symbol, trade);
        this.lastTradeIds.set(symbol, trade.trade_id as bigint);
        this.trades += 1;
      }
    }
    return nets;
  }

  /**
   * What the obligations come to. Markets that settle on other days have their postings among these, so the journal
   * is read once for each such group of markets. What is of no trade that there is counts too, because it must not be.
   */
  byObligations(markets: readonly SettledMarket[], throughSequence: number): NetAmounts {
    const afterOf = new Map(markets.map(({ symbol, afterSequence }) => [symbol, afterSequence]));
    const nets = new NetAmounts();
    let [tradeId, after]: [unknown, number | undefined] = [undefined, undefined];
    const first = firstPostingAfter(this.database, Math.min(...afterOf.values()));
    for (const row of this.database.statement(selectObligations).iterate(first)) {
      if ((row.sequence as bigint) > throughSequence) break;
      // The postings of a trade follow one another.
      if (tradeId !== row.trade_id) {
        const trade = this.database.statement(selectMarketOf).get(row.trade_id as bigint);
        [tradeId, after] = [row.trade_id, trade === undefined ? 0 : afterOf.get(trade.symbol as string)];
      }
      if (after === undefined || (row.sequence as bigint) <= after) continue;
      nets.move(row.asset as string, Number(row.from_account_id), Number(row.to_account_id), row.amount as Amount);
    }
    return nets;
  }

  private addTrade(nets: NetAmounts, symbol: string, trade: StoredRow): void {
    const { base, quote } = this.markets.get(symbol)!;
    const taker = Number(trade.taker_account_id);
    const maker = Number(trade.maker_account_id);
    const [buyer, seller] = trade.taker_side === 'BUY' ? [taker, maker] : [maker, taker];
    nets.move(base, seller, buyer, trade.quantity as Amount);
    nets.move(quote, buyer, seller, trade.notional as Amount);
    nets.move(quote, taker, feesAccountId, trade.taker_fee as Amount);
    nets.move(quote, maker, feesAccountId, trade.maker_fee as Amount);
  }
}
