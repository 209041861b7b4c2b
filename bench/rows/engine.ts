import { type LimitOrderOptions, type MarketOrderOptions, OrderBook, Side } from 'nodejs-order-book';
import { liquidityPresets } from '../../src/config/liquidity-presets.js';
import type { Command } from '../../src/engine/command.js';
import { Exchange } from '../../src/engine/exchange.js';
import type { VenueDefinition } from '../../src/engine/instrument.js';
import { type Operation, operations } from '../operations.js';
import { type Row, type Run, ratioAtLeast } from '../row.js';

const operationCounts = { full: 500_000, short: 100_000 } as const;
const seed = 7;
const accountPairs = 100;
const deposit = 10n ** 16n;
const tickSize = 1_000_000n;
const lotSize = 1_000n;

/** The whole engine (ledger, risk rules, matching, events; no I/O) against bare matching of the same operations. */
export const engine: Row = {
  name: 'engine',
  title: 'ledger, risk rules, matching and events, without I/O: 50 % limit, 10 % market, 40 % cancel',
  unit: 'operations/s',
  peer: 'nodejs-order-book, bare matching',
  goal: ratioAtLeast(1),
  async prepare(size) {
    const stream = operations(operationCounts[size], seed);
    return {
      peer: async () => runOrderBook(stream),
      ours: async () => new EngineRun().over(stream),
      close: async () => undefined,
    };
  },
};

/** Without a price source there is no liquidity provider: customers trade with each other alone, as in a bare book. */
const venue: VenueDefinition = {
  assets: [
    { asset: 'BTC', scale: 8 },
    { asset: 'USD', scale: 8 },
  ],
  markets: [
    {
      ...{ symbol: 'BTC-USD', base: 'BTC', quote: 'USD', tickSize, lotSize },
      ...{ minQuantity: lotSize, maxQuantity: 10_000_000n * lotSize, minNotional: 1n },
      ...{ makerFeePpm: 1_000, takerFeePpm: 2_000, collarBps: 1_000, liquidityQuantity: lotSize },
    },
  ],
  liquidity: liquidityPresets.frictionless,
  openOrdersMax: 1_000_000,
};

/** Buyers and sellers are different accounts, as the peer has no accounts and no self-trade prevention. */
class EngineRun {
  private readonly exchange = new Exchange();
  private readonly buyers: number[] = [];
  private readonly sellers: number[] = [];
  private readonly orderIds: number[] = [];
  private time = 1_700_000_000_000;

  constructor() {
    this.execute({ type: 'ConfigureVenue', venue });
    for (let pair = 0; pair < accountPairs; pair += 1) {
      this.buyers.push(this.openAccount(`buyer ${pair}`, 'USD'));
      this.sellers.push(this.openAccount(`seller ${pair}`, 'BTC'));
    }
  }

  over(stream: readonly Operation[]): Run {
    let tradedLots = 0;
    const started = performance.now();
    stream.forEach((operation, index) => {
      const { events } = this.execute(this.commandOf(operation, index));
      this.orderIds.push(this.exchange.sequence);
      for (const event of events) if (event.type === 'TradeExecuted') tradedLots += event.quantityLots;
    });
    return { value: perSecond(stream.length, started), check: tradedLots };
  }

  private openAccount(name: string, asset: string): number {
    this.execute({ type: 'OpenAccount', name, accountType: 'CUSTOMER' });
    const accountId = this.exchange.sequence;
    this.execute({ type: 'Deposit', accountId, asset, amount: deposit });
    return accountId;
  }

  private execute(command: Command) {
    this.time += 1;
    return this.exchange.execute(command, { sequence: this.exchange.sequence + 1, time: this.time });
  }

  private commandOf(operation: Operation, index: number): Command {
    if (operation.kind === 'cancel') return { type: 'CancelOrder', orderId: this.orderIds[operation.target]! };
    const { kind, side, lots } = operation;
    const accounts = side === 'BUY' ? this.buyers : this.sellers;
    return {
      type: 'PlaceOrder',
      accountId: accounts[index % accountPairs]!,
      clientOrderId: undefined,
      symbol: 'BTC-USD',
      side,
      orderType: kind === 'limit' ? 'LIMIT' : 'MARKET',
      timeInForce: kind === 'limit' ? 'GTC' : 'IOC',
      quantity: BigInt(lots) * lotSize,
      quoteQuantity: undefined,
      price: kind === 'limit' ? BigInt(operation.ticks) * tickSize : undefined,
      postOnly: false,
      selfTradePrevention: 'EXPIRE_TAKER',
    };
  }
}

/** What was traded is counted by what is left, which costs nothing: looking into its lists of fills would slow it down. */
function runOrderBook(stream: readonly Operation[]): Run {
  const book = new OrderBook();
  let tradedLots = 0;
  const started = performance.now();
  stream.forEach((operation, index) => {
    if (operation.kind === 'cancel') {
      book.cancel(String(operation.target));
      return;
    }
    const order = { side: operation.side === 'BUY' ? Side.BUY : Side.SELL, size: operation.lots };
    const { quantityLeft } =
      operation.kind === 'market'
        ? book.market(order satisfies MarketOrderOptions)
        : book.limit({ ...order, id: String(index), price: operation.ticks } satisfies LimitOrderOptions);
    tradedLots += operation.lots - quantityLeft;
  });
  return { value: perSecond(stream.length, started), check: tradedLots };
}

function perSecond(count: number, startedMs: number): number {
  return (count / (performance.now() - startedMs)) * 1_000;
}
