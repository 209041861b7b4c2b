import type { SettledMarket } from '../../engine/event.js';
import { feesAccountId } from '../../engine/ids.js';
import type { MarketDefinition } from '../../engine/instrument.js';
import type { Amount } from '../../engine/money.js';
import type { Database } from './database.js';
import { NetAmounts } from './net-amounts.js';
import type { StoredRow } from './rows.js';
import { netsOf } from './settlement-nets.js';

const selectTrades = `SELECT * FROM trades WHERE symbol = ? AND trade_id > ? ORDER BY trade_id`;

/**
 * Adds up what was traded up to some record twice: from the trades themselves, one by one, in the plainest way that
 * there is, and as cycles do it, by the sums of their postings, which are the obligations. A market's trades are read
 * once, where the last call stopped.
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

  /** What the obligations come to. */
  byObligations(markets: readonly SettledMarket[], throughSequence: number): NetAmounts {
    return NetAmounts.sumOf(netsOf(this.database, { markets, throughSequence, everyMarket: false }));
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
