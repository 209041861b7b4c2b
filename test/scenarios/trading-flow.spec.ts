import { jest } from '@jest/globals';
import type { Order } from '../../clients/typescript/src/index.js';
import { eventually } from '../eventually.fixture.js';
import type { Answer } from '../exchange-driver.fixture.js';
import { describeWithRedis } from '../redis.fixture.js';
import { Cast } from './cast.fixture.js';

jest.setTimeout(60_000);

const settlementTimeoutMs = 500;

/**
 * The whole flow, from an order to its settlement, with everybody who takes part in it as a process: what each of them
 * says of it has to be the same, on good days and on bad ones. They are started once for all scenarios.
 */
describeWithRedis('the trading flow', () => {
  let cast: Cast;

  beforeAll(async () => {
    cast = await Cast.start({ limits: { settlement: { timeoutMs: settlementTimeoutMs, pollMs: 50 } } });
  }, 120_000);

  afterAll(() => cast?.end());

  const buy = (accountId: string, quantity: string, clientOrderId?: string): Promise<Order> =>
    cast.engine.trade(accountId, 'BTC-USD', 'BUY', quantity, clientOrderId);

  describe('on a good day: given an account with 10,000 USD', () => {
    let accountId: string;
    let order: Order;

    beforeAll(async () => {
      accountId = await cast.engine.openAccount('Good day', { USD: '10000' });
    });

    it('and services that found one another', async () => {
      await eventually(async () => {
        const { items } = await cast.exchange.get('/api/v1/services');
        const names = items.map(({ serviceName }: Answer) => serviceName).sort();
        expect(names).toEqual(['custodian-simulator', 'exchange-simulator', 'risk-monitor']);
      }, 20_000);
    });

    it('when the trading engine buys 0.1 BTC at the market, then it is filled at once, at the market price', async () => {
      const { asks } = await cast.exchange.get('/api/v1/markets/BTC-USD/book');
      order = await buy(accountId, '0.1');
      expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '0.1', averagePrice: asks[0][0] });
      expect(await cast.balances(accountId)).toEqual({ BTC: '0.1', USD: '3987.998998' });
    });

    it('then the trading engine and the risk monitor see the position', async () => {
      await cast.everybodyAgrees(accountId);
      expect(await cast.monitor.account(accountId)).toMatchObject({ exposure: '6000', equity: '9987.998998' });
      expect((await cast.engine.booksOf(accountId)).tradeIds).toEqual([order.fills[0]!.tradeId]);
    });

    it('when the cycle is closed, then it is settled at the custodian', async () => {
      await cast.exchange.closeCycles();
      await cast.everythingReconciles();
      const moved = await cast.custodian.positions(await cast.exchange.venueId());
      expect(moved).toMatchObject({ [`${accountId} BTC`]: '0.1', [`${accountId} USD`]: '3987.998998' });
      for (const instruction of await cast.instructionsOf(accountId)) expect(instruction.status).toBe('SETTLED');
    });

    it('then the audit has the whole chain, from the request to the settlement of each asset', async () => {
      const { conclusion, complete, notes, facts } = await cast.explain(order.orderId);
      expect(conclusion).toBe('Filled: it bought 0.1 BTC for 6000.001 USD.');
      expect([complete, notes]).toEqual([true, []]);
      expect([...new Set(facts.map(({ kind }: Answer) => kind))]).toEqual(
        expect.arrayContaining(['REQUEST', 'RULES', 'ACCEPTED', 'TRADE', 'POSTINGS', 'BALANCES', 'SETTLEMENT_CYCLE']),
      );
      const settled = facts.filter(({ instruction }: Answer) => instruction?.status === 'SETTLED');
      expect(settled.map(({ instruction }: Answer) => `${instruction.amount} ${instruction.asset}`).sort()).toEqual([
        '-6012.001002 USD',
        '0.1 BTC',
      ]);
    });
  });

  describe('when the answer to an order is lost: given a network that loses the next one', () => {
    let accountId: string;
    let faultId: string;
    let orderId: string;

    beforeAll(async () => {
      accountId = await cast.engine.openAccount('Lost answer', { USD: '10000' });
      faultId = await cast.inject({
        ...{ kind: 'response-lost', target: { operation: 'PlaceOrder', accountId }, parameters: { mode: 'cut' } },
        ...{ next: 1, untilCleared: false, durationSeconds: 60 },
      });
    });

    it('when the trading engine sends the order until it is answered, then it is there once', async () => {
      const order = await buy(accountId, '0.05', 'only-once');
      expect(order).toMatchObject({ status: 'FILLED', clientOrderId: 'only-once' });
      orderId = order.orderId;
      await cast.everybodyAgrees(accountId);
      const { items } = await cast.exchange.get(`/api/v1/orders?accountId=${accountId}`);
      expect(items).toMatchObject([{ orderId }]);
      expect((await cast.engine.booksOf(accountId)).tradeIds).toEqual(order.fills.map(({ tradeId }) => tradeId));
    });

    it('then the journal says which fault struck it', async () => {
      const { items } = await cast.exchange.get(`/audit/v1/events?accountId=${accountId}&type=TradeExecuted`);
      expect(items.map(({ origin }: Answer) => origin.faults)).toEqual([[faultId]]);
      const fault = await cast.exchange.get(`/audit/v1/faults/${faultId}`);
      expect(fault).toMatchObject({ status: 'SPENT', struck: 1 });
      expect(fault.strikes[0]).toMatchObject({ accountId, requestId: items[0].origin.requestId });
      const { facts } = await cast.explain(orderId);
      expect(facts.filter(({ kind }: Answer) => kind === 'FAULT')).toMatchObject([{ faultId }]);
    });
  });

  describe('when the custodian is slow and fails: given that it takes four seconds, and that BTC fails', () => {
    const delayMs = 4_000;
    let accountId: string;
    let order: Order;
    let failing: string;

    beforeAll(async () => {
      accountId = await cast.engine.openAccount('Slow custodian', { USD: '10000' });
      order = await buy(accountId, '0.1');
      await cast.custodian.behave({ delayMs });
      failing = await cast.inject({ kind: 'settlement-fail', target: { accountId, asset: 'BTC' } });
    });

    it('when the cycle is closed, then the risk monitor raises an alert for each instruction that takes too long', async () => {
      await cast.exchange.closeCycles();
      const instructions = await cast.instructionsOf(accountId);
      expect(instructions.map(({ asset }) => asset).sort()).toEqual(['BTC', 'USD']);
      for (const { instructionId } of instructions) {
        await eventually(() => {
          const [alert, ...more] = cast.monitor.raised('SETTLEMENT_OVERDUE', instructionId);
          expect(alert).toMatchObject({ severity: 'CRITICAL' });
          expect(more).toEqual([]);
        }, 20_000);
      }
    });

    it('when the fault is cleared, then everything is settled, not before the custodian was done, and the alerts are cleared', async () => {
      await cast.clearFaults();
      await cast.everythingReconciles();
      const instructions = await cast.instructionsOf(accountId);
      for (const { createdAt, updatedAt, instructionId } of instructions) {
        expect(Date.parse(updatedAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual(delayMs);
        await eventually(
          () => expect(cast.monitor.cleared('SETTLEMENT_OVERDUE', instructionId)).toHaveLength(1),
          20_000,
        );
      }
      await cast.custodian.behave({ delayMs: 0 });
    });

    it('then the audit ties the fault to the alert: it has the instruction that one failed and the other was about', async () => {
      const { facts } = await cast.explain(order.orderId);
      const failures = facts.filter(({ instruction }: Answer) => instruction?.status === 'FAILED');
      expect(failures.length).toBeGreaterThan(0);
      for (const { instruction } of failures) {
        expect(instruction).toMatchObject({ asset: 'BTC', reason: `The custodian fails it, by fault ${failing}.` });
        const [alert] = cast.monitor.raised('SETTLEMENT_OVERDUE', instruction.instructionId);
        expect(alert!.detail).toContain(`0.1 BTC of ${accountId}`);
      }
      const { status, strikes } = await cast.exchange.get(`/audit/v1/faults/${failing}`);
      expect(status).toBe('CLEARED');
      expect(strikes).toContainEqual(expect.objectContaining({ accountId, asset: 'BTC' }));
    });
  });

  describe('when the exchange is killed while it settles: given that it does not hear what became of its instructions', () => {
    let accountId: string;

    beforeAll(async () => {
      accountId = await cast.engine.openAccount('Killed while settling', { USD: '10000' });
      await buy(accountId, '0.1');
      await cast.inject({ kind: 'settlement-lose-status' });
      await cast.exchange.closeCycles();
      await eventually(async () => {
        const statuses = (await cast.instructionsOf(accountId)).map(({ status }) => status);
        expect(statuses).toEqual(['INSTRUCTED', 'INSTRUCTED']);
      });
    });

    it('when it is killed and started again, then each is settled once, and nothing differs anywhere', async () => {
      await cast.exchange.killAndRestart();
      await cast.everythingReconciles();
      const moved = await cast.custodian.positions(await cast.exchange.venueId());
      expect(moved).toMatchObject({ [`${accountId} BTC`]: '0.1', [`${accountId} USD`]: '3987.998998' });
      const { cycles } = await cast.exchange.closeCycles();
      expect(cycles).toEqual([]);
    });

    it('then the trading engine and the risk monitor go on where they were', async () => {
      await cast.engine.trade(accountId, 'BTC-USD', 'SELL', '0.1');
      await cast.everybodyAgrees(accountId);
      expect(cast.monitor.raised('BOOKS_DIFFER')).toEqual([]);
    });
  });

  describe('when the exchange is out: given that it is killed', () => {
    let accountId: string;
    let lostBefore: number;

    beforeAll(async () => {
      accountId = await cast.engine.openAccount('Outage', { USD: '10000' });
      await buy(accountId, '0.01');
      await cast.everybodyAgrees(accountId);
      lostBefore = cast.monitor.raised('CONNECTION_LOST').length;
      await cast.exchange.kill();
    });

    it('then the risk monitor says that it sees nothing', async () => {
      await eventually(() => expect(cast.monitor.raised('CONNECTION_LOST')).toHaveLength(lostBefore + 1), 20_000);
    });

    it('when it is back, then an order that was sent meanwhile is done once, and everybody agrees again', async () => {
      const ordered = buy(accountId, '0.02', 'sent-while-it-was-out');
      await cast.exchange.restart();
      expect(await ordered).toMatchObject({ status: 'FILLED', filledQuantity: '0.02' });
      await cast.everybodyAgrees(accountId);
      expect((await cast.engine.booksOf(accountId)).tradeIds).toHaveLength(2);
      expect(await cast.balances(accountId)).toMatchObject({ BTC: '0.03' });
    });

    it('then the alert is cleared, and what was traded is settled', async () => {
      await eventually(() => expect(cast.monitor.cleared('CONNECTION_LOST')).toHaveLength(lostBefore + 1), 20_000);
      await cast.exchange.closeCycles();
      await cast.everythingReconciles();
    });
  });
});
