import type { PlaceOrder } from '../engine/command.js';
import { fundedAccount, GatedJournal, openVenue, origin } from '../venue/venue.fixture.js';
import { FaultBoard } from './fault-board.js';
import { WaitingOrders } from './waiting-orders.js';

it('asks again for an order that could not be released because the disk was full', async () => {
  const journal = new GatedJournal();
  const { venue } = await openVenue({ journal });
  const waiting = new WaitingOrders(venue, new FaultBoard(true));
  const command: PlaceOrder = {
    ...{ type: 'PlaceOrder', accountId: await fundedAccount(venue), symbol: 'BTC-USD', side: 'BUY' },
    ...{ orderType: 'MARKET', timeInForce: 'IOC', quantity: 1_000_000n, price: undefined, postOnly: false },
    ...{ selfTradePrevention: 'EXPIRE_TAKER', fault: { matchAfterMs: 60_000 } },
  } as PlaceOrder;
  const { sequence: orderId } = await venue.submit(command, origin);
  journal.full = true;
  waiting.onApplicationBootstrap();
  while (venue.status().state !== 'JOURNAL_FULL') await new Promise((resolve) => setTimeout(resolve, 5));
  // It is said that the disk is full before the exchange has gone back to what was committed; a read waits for that.
  expect(await venue.read(({ state }) => state.orders.has(orderId))).toBe(true);
  journal.full = false;
  while (venue.exchange.state.orders.has(orderId)) await new Promise((resolve) => setTimeout(resolve, 20));
  waiting.onModuleDestroy();
  await venue.close();
});
