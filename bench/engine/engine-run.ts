import type { Command } from '../../src/engine/command.js';
import { Exchange } from '../../src/engine/exchange.js';
import { type Operation, perSecond } from '../operations.js';
import type { Run } from '../row.js';
import { market, venue } from './venue.js';

const accountPairs = 100;
const deposit = 10n ** 16n;

/** Buyers and sellers are different accounts, as the peer has no accounts and no self-trade prevention. */
export class EngineRun {
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
    for (const operation of stream) tradedLots += this.perform(operation);
    return { value: perSecond(stream.length, started), check: tradedLots };
  }

  /** Gives how many lots were traded. */
  perform(operation: Operation): number {
    let tradedLots = 0;
    const { events } = this.execute(this.commandOf(operation, this.orderIds.length));
    this.orderIds.push(this.exchange.sequence);
    for (const event of events) if (event.type === 'TradeExecuted') tradedLots += event.quantityLots;
    return tradedLots;
  }

  get openOrders(): number {
    return this.exchange.state.orders.size;
  }

  /** Whether the order of an earlier operation is open. */
  isOpen(target: number): boolean {
    return this.exchange.state.orders.has(this.orderIds[target]!);
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
      symbol: market.symbol,
      side,
      orderType: kind === 'limit' ? 'LIMIT' : 'MARKET',
      timeInForce: kind === 'limit' ? 'GTC' : 'IOC',
      quantity: BigInt(lots) * market.lotSize,
      quoteQuantity: undefined,
      price: kind === 'limit' ? BigInt(operation.ticks) * market.tickSize : undefined,
      postOnly: false,
      selfTradePrevention: 'EXPIRE_TAKER',
    };
  }
}
