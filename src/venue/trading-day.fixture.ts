import { readVenueConfiguration } from '../config/venue-definition.js';
import type { PlaceOrder } from '../engine/command.js';
import type { VenueDefinition } from '../engine/instrument.js';
import type { Journal, Origin } from '../journal/journal.js';
import { SnapshotStore } from '../journal/snapshots.js';
import { SqliteJournal } from '../journal/sqlite/sqlite-journal.js';
import { choosePriceSource } from './price-source/choose-price-source.js';
import { Venue } from './venue.js';

const origin: Origin = { transport: 'REST', requestId: 'a-day' };
const oneBtc = 100_000_000n;
const oneUsd = 100_000_000n;

/** A real venue with the markets that are shipped, at fixed prices: BTC-USD at 60000, quoted a cent away. */
export function openTradingVenue(
  journal: Journal,
  snapshots?: SnapshotStore,
  change: Partial<VenueDefinition> = {},
): Promise<Venue> {
  const { venue, pricing } = readVenueConfiguration(null, 'frictionless');
  const definition = { ...venue, ...change };
  const beatMs = 3_600_000;
  let now = Date.UTC(2026, 0, 2, 3, 4, 5);
  return Venue.open({
    journal,
    snapshots,
    definition,
    priceSource: choosePriceSource({ kind: 'fixed' }, definition, pricing, {
      seed: 1,
      beatMs,
      replaySpeed: 1,
      staleMs: 5_000,
    }),
    clock: { now: () => ++now },
    beatMs,
    queueCommandsMax: 1_000,
    snapshotEvery: 1_000_000,
    log: { log: () => undefined, warn: () => undefined },
    onFailure: (error) => {
      throw error;
    },
  });
}

/** The ids of a day's trading. */
export interface TradingDay {
  readonly alice: number;
  readonly bob: number;
  /** Filled by the liquidity provider. */
  readonly filled: number;
  /** Alice's, between the quotes at 60000, half filled by Bob. */
  readonly resting: number;
  readonly canceled: number;
  readonly rejected: number;
}

/** Two customers, and something of everything: fills by the market and between them, a rest, a cancel, refusals. */
export async function tradeADay(venue: Venue): Promise<TradingDay> {
  const submit = async (command: Parameters<Venue['submit']>[0]) => (await venue.submit(command, origin)).sequence;
  const open = (name: string) => submit({ type: 'OpenAccount', name, accountType: 'CUSTOMER' });
  const [alice, bob] = [await open('Alice'), await open('Bob')];
  await submit({ type: 'Deposit', accountId: alice, asset: 'USD', amount: 100_000n * oneUsd, idempotencyKey: 'first' });
  await submit({ type: 'Deposit', accountId: bob, asset: 'BTC', amount: 2n * oneBtc });
  await submit({ type: 'Withdraw', accountId: bob, asset: 'ETH', amount: 1n });
  const filled = await submit(order(alice, { side: 'BUY', orderType: 'MARKET', quantity: oneBtc / 10n }));
  const resting = await submit(order(alice, { side: 'BUY', price: 60_000n * oneUsd, quantity: oneBtc / 5n }));
  await submit(order(bob, { side: 'SELL', timeInForce: 'IOC', price: 60_000n * oneUsd, quantity: oneBtc / 10n }));
  const canceled = await submit(order(alice, { side: 'BUY', price: 59_000n * oneUsd, quantity: oneBtc / 100n }));
  await submit({ type: 'CancelOrder', orderId: canceled });
  const rejected = await submit(order(bob, { side: 'BUY', price: 60_000n * oneUsd, quantity: oneBtc }));
  return { alice, bob, filled, resting, canceled, rejected };
}

/** A data directory as a server leaves it behind, with a snapshot. */
export async function tradedDirectory(directory: string): Promise<TradingDay> {
  const venue = await openTradingVenue(await SqliteJournal.open(directory), new SnapshotStore(directory));
  const day = await tradeADay(venue);
  await venue.close();
  return day;
}

function order(accountId: number, more: Partial<PlaceOrder> & Pick<PlaceOrder, 'side' | 'quantity'>): PlaceOrder {
  const orderType = more.orderType ?? 'LIMIT';
  return {
    type: 'PlaceOrder',
    accountId,
    symbol: 'BTC-USD',
    orderType,
    timeInForce: orderType === 'MARKET' ? 'IOC' : 'GTC',
    postOnly: false,
    selfTradePrevention: 'EXPIRE_TAKER',
    ...more,
  };
}
