import { createRequire } from 'node:module';
import type { Command } from '../src/engine/command.js';
import { Exchange } from '../src/engine/exchange.js';
import type { VenueDefinition } from '../src/engine/instrument.js';
import { liquidityPresets } from '../src/config/liquidity-presets.js';
import type { Row } from './harness.js';
import { type Operation, operations } from './operations.js';

const { OrderBook } = createRequire(import.meta.url)('nodejs-order-book') as typeof import('nodejs-order-book');

const operationCount = 200_000;
const accountCount = 200;

/** The whole engine (ledger, risk rules, matching, events; no I/O) against bare matching of the same operations. */
export const engineRow: Row = {
  name: 'engine',
  unit: 'operations/s',
  goal: 1,
  peerName: 'nodejs-order-book',
  prepare: async () => {
    const stream = operations(operationCount, 7);
    return {
      ours: async () => runExchange(stream),
      peer: async () => runPeer(stream),
      close: async () => undefined,
    };
  },
};

const venue: VenueDefinition = {
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
      lotSize: 1_000n,
      minQuantity: 1_000n,
      maxQuantity: 10_000_000_000n,
      minNotional: 1n,
      makerFeePpm: 1_000,
      takerFeePpm: 2_000,
      collarBps: 1_000,
      liquidityQuantity: 1_000n,
    },
  ],
  liquidity: liquidityPresets.frictionless,
  openOrdersMax: 1_000_000,
};

function runExchange(stream: readonly Operation[]) {
  const exchange = new Exchange();
  let time = 1_700_000_000_000;
  const execute = (command: Command) => exchange.execute(command, { sequence: exchange.sequence + 1, time: ++time });
  execute({ type: 'ConfigureVenue', venue });
  const accounts: number[] = [];
  for (let index = 0; index < accountCount; index += 1) {
    execute({ type: 'OpenAccount', name: `account ${index}`, accountType: 'CUSTOMER' });
    const accountId = exchange.sequence;
    accounts.push(accountId);
    execute({ type: 'Deposit', accountId, asset: index % 2 === 0 ? 'USD' : 'BTC', amount: 10n ** 16n });
  }
  const orderIds: number[] = [];
  const started = performance.now();
  let trades = 0;
  stream.forEach((operation, index) => {
    const { events } = execute(commandOf(operation, index));
    orderIds[index] = exchange.sequence;
    for (const event of events) if (event.type === 'TradeExecuted') trades += event.quantityLots;
  });
  return { perSecond: (stream.length / (performance.now() - started)) * 1_000, check: trades };

  function commandOf(operation: Operation, index: number): Command {
    if (operation.kind === 'cancel') return { type: 'CancelOrder', orderId: orderIds[operation.target]! };
    const { side, lots } = operation;
    const accountId = accounts[((index % (accountCount / 2)) * 2 + (side === 'BUY' ? 0 : 1)) % accountCount]!;
    const limit = operation.kind === 'limit';
    return {
      type: 'PlaceOrder',
      accountId,
      clientOrderId: undefined,
      symbol: 'BTC-USD',
      side,
      orderType: limit ? 'LIMIT' : 'MARKET',
      timeInForce: limit ? 'GTC' : 'IOC',
      quantity: BigInt(lots) * 1_000n,
      quoteQuantity: undefined,
      price: limit ? BigInt(operation.ticks) * 1_000_000n : undefined,
      postOnly: false,
      selfTradePrevention: 'EXPIRE_TAKER',
    };
  }
}

function runPeer(stream: readonly Operation[]) {
  const book = new OrderBook();
  let trades = 0;
  const count = (answer: { done: { size: number }[]; partialQuantityProcessed: number }) => {
    for (const order of answer.done) trades += order.size;
    trades += answer.partialQuantityProcessed;
  };
  const started = performance.now();
  stream.forEach((operation, index) => {
    if (operation.kind === 'cancel') book.cancel(`${operation.target}`);
    else {
      const side = operation.side === 'BUY' ? 'buy' : 'sell';
      const { lots: size } = operation;
      if (operation.kind === 'market') book.market({ side, size } as never);
      else book.limit({ id: `${index}`, side, size, price: operation.ticks } as never);
    }
  });
  void count;
  return { perSecond: (stream.length / (performance.now() - started)) * 1_000, check: trades };
}
