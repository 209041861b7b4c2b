import type { PlaceOrder } from '../../engine/command.js';
import type { Origin } from '../../journal/journal.js';
import type { Venue } from '../../venue/venue.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const btc = 100_000_000n;
const usd = 100_000_000n;

export const client: Origin = { transport: 'REST', requestId: 'r-client', actor: 'key-5' };
const struck: Origin = { ...client, traceId, faults: ['flt-3'] };
const operator: Origin = { transport: 'GRPC', requestId: 'r-operator', actor: 'admin' };

/** What can become of an order; each has the id of one that it became of. */
export type Fates = Readonly<Record<(typeof names)[number], number>>;

const names = [
  ...(['filledAtMarket', 'byValue', 'restedThenFilled', 'partlyFilledThenCanceled', 'canceledWithAll'] as const),
  ...(['refusedForFunds', 'refusedForCollar', 'refusedForLimit', 'expiredIoc', 'killedFok'] as const),
  ...(['selfTradeMaker', 'canceledByKillSwitch', 'canceledOnDisconnect', 'stillOpen', 'struckByFault'] as const),
  ...(['keptWaiting', 'keptWaitingExpired', 'filledInPart'] as const),
] as const;

/** Lives orders of every fate, at a fixed 60000 with the quotes of `thin` around it: 0.2 BTC at best, 9 basis points away. */
export async function liveEveryFate(venue: Venue): Promise<Fates> {
  const submit = async (command: Parameters<Venue['submit']>[0], origin = client) =>
    (await venue.submit(command, origin)).sequence;
  const open = async (name: string) => {
    const accountId = await submit({ type: 'OpenAccount', name, accountType: 'CUSTOMER' }, operator);
    await submit({ type: 'Deposit', accountId, asset: 'USD', amount: 100_000n * usd });
    await submit({ type: 'Deposit', accountId, asset: 'BTC', amount: 10n * btc });
    return accountId;
  };
  const [alice, bob, carol] = [await open('Alice'), await open('Bob'), await open('Carol')];
  const place = (accountId: number, side: PlaceOrder['side'], more: Partial<PlaceOrder>, origin = client) =>
    submit(order(accountId, side, more), origin);
  const bid = (accountId: number, quantity: bigint, price = 60_000n) =>
    place(accountId, 'BUY', { quantity, price: price * usd });

  const filledAtMarket = await place(alice, 'BUY', { orderType: 'MARKET', timeInForce: 'IOC', quantity: btc / 4n });
  const value = { orderType: 'MARKET', timeInForce: 'IOC', quoteQuantity: 500n * usd } as const;
  const byValue = await place(alice, 'SELL', value);
  const struckByFault = await place(alice, 'BUY', value, struck);
  await bid(bob, btc / 50n);
  const restedThenFilled = await bid(alice, btc / 10n);
  await place(carol, 'SELL', { quantity: (btc * 3n) / 25n, price: 60_000n * usd });
  const partlyFilledThenCanceled = await bid(alice, btc / 10n);
  await place(carol, 'SELL', { timeInForce: 'IOC', quantity: btc / 25n, price: 60_000n * usd });
  await submit({ type: 'CancelOrder', orderId: partlyFilledThenCanceled });
  const canceledWithAll = await bid(bob, btc / 10n, 59_000n);
  await submit({ type: 'CancelOrders', accountId: bob, symbol: 'BTC-USD' });
  const refusedForFunds = await bid(bob, 5n * btc);
  const refusedForCollar = await bid(bob, btc / 100n, 66_001n);
  const limit = { kind: 'POSITION', of: 'BTC', limit: 10n * btc } as const;
  await submit({ type: 'SetRiskLimits', accountId: bob, warnAtPercent: 100, limits: [limit] }, operator);
  const refusedForLimit = await bid(bob, btc / 2n);
  const expiredIoc = await place(alice, 'BUY', { timeInForce: 'IOC', quantity: btc, price: 60_090n * usd });
  const killedFok = await place(alice, 'BUY', { timeInForce: 'FOK', quantity: btc, price: 60_050n * usd });
  const selfTradeMaker = await bid(alice, btc / 10n);
  const selfTrading = { timeInForce: 'IOC', quantity: btc / 10n, price: 60_000n * usd } as const;
  await place(alice, 'SELL', { ...selfTrading, selfTradePrevention: 'EXPIRE_MAKER' });
  const canceledByKillSwitch = await bid(carol, btc / 10n, 59_000n);
  await submit({ type: 'EngageKillSwitch', accountId: carol, reason: 'too many orders' }, operator);
  await submit({ type: 'ArmCancelOnDisconnect', accountId: alice, graceMs: 100 });
  const canceledOnDisconnect = await bid(alice, btc / 10n, 59_000n);
  const gone = { type: 'CancelOrders', accountId: alice, cause: 'CANCEL_ON_DISCONNECT' } as const;
  await submit(gone, { transport: 'SYSTEM' });
  const stillOpen = await bid(alice, btc / 10n, 58_000n);
  const delayed = { quantity: btc / 100n, price: 57_000n * usd, fault: { matchAfterMs: 100 } } as const;
  const keptWaiting = await place(alice, 'BUY', delayed);
  await submit({ type: 'ReleaseOrder', orderId: keptWaiting }, { transport: 'SYSTEM', causedBy: keptWaiting });
  const keptWaitingExpired = await place(alice, 'BUY', { ...delayed, timeInForce: 'IOC' });
  const causedBy = keptWaitingExpired;
  await submit({ type: 'ReleaseOrder', orderId: keptWaitingExpired }, { transport: 'SYSTEM', causedBy });
  const part = { orderType: 'MARKET', timeInForce: 'IOC', fault: { fillPercent: 40 } } as const;
  const filledInPart = await place(alice, 'SELL', { ...part, quantity: btc / 100n });
  return {
    filledInPart,
    ...{
      keptWaiting,
      keptWaitingExpired,
      filledAtMarket,
      byValue,
      restedThenFilled,
      partlyFilledThenCanceled,
      canceledWithAll,
    },
    ...{ refusedForFunds, refusedForCollar, refusedForLimit, expiredIoc, killedFok },
    ...{ selfTradeMaker, canceledByKillSwitch, canceledOnDisconnect, stillOpen, struckByFault },
  };
}

function order(accountId: number, side: PlaceOrder['side'], more: Partial<PlaceOrder>): PlaceOrder {
  return {
    ...{ type: 'PlaceOrder', accountId, symbol: 'BTC-USD', side, orderType: 'LIMIT', timeInForce: 'GTC' },
    ...{ postOnly: false, selfTradePrevention: 'EXPIRE_TAKER', ...more },
  };
}
