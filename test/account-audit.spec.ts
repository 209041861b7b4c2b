import { RestDriver } from './rest-driver.fixture.js';
import { RunningExchange } from './running-exchange.fixture.js';

interface Entry {
  readonly sequence: number;
  readonly type: string;
  readonly description: string;
}

describe('the audit trail of an account', () => {
  let exchange: RunningExchange;
  let rest: RestDriver;
  let maker: string;

  beforeAll(async () => {
    exchange = await RunningExchange.start();
    rest = new RestDriver(exchange.addresses.http);
    maker = (await must('CreateAccount', { name: 'Maker', ownerId: 'team-a' })).accountId;
    const taker = (await must('CreateAccount', { name: 'Taker' })).accountId;
    await must('Deposit', { accountId: maker, asset: 'BTC', amount: '1' });
    await must('Deposit', { accountId: taker, asset: 'USD', amount: '10000' });
    await rest.call('Withdraw', { accountId: maker, asset: 'BTC', amount: '2' });
    const order = { symbol: 'BTC-USD', type: 'LIMIT', price: '60000' };
    await must('PlaceOrder', { ...order, accountId: maker, side: 'SELL', quantity: '0.05' });
    await must('PlaceOrder', { ...order, accountId: maker, side: 'SELL', quantity: '0.1' });
    await must('PlaceOrder', { ...order, accountId: taker, side: 'BUY', quantity: '0.06' });
    await must('CancelOrders', { accountId: maker });
  });

  afterAll(() => exchange.stop());

  async function must(operation: Parameters<RestDriver['call']>[0], request: Record<string, unknown>) {
    const outcome = await rest.call(operation, request);
    if ('answer' in outcome) return outcome.answer;
    throw new Error(outcome.refusal.detail);
  }

  async function page(query = ''): Promise<{ items: Entry[]; nextCursor: string | null }> {
    const response = await fetch(`${exchange.addresses.http}/api/v1/accounts/${maker}/audit${query}`);
    return (await response.json()) as { items: Entry[]; nextCursor: string | null };
  }

  it('tells in order what happened and why, with the numbers', async () => {
    const { items } = await page();
    expect(items.map(({ description }) => description.replace(/(acc|ord|trd|tfr)-\d+/g, '$1-N'))).toEqual([
      'Account acc-N (Maker) was opened as CUSTOMER of owner team-a.',
      '1 BTC was deposited.',
      'A withdrawal of 2 BTC was refused: 2 BTC was asked for and 1 BTC is available.',
      'Order ord-N, LIMIT SELL of 0.05 BTC at 60000 USD in BTC-USD (GTC), was accepted and holds 0.05 BTC.',
      'What was open of order ord-N went into the book at 60000 USD and holds 0.05 BTC.',
      'Order ord-N, LIMIT SELL of 0.1 BTC at 60000 USD in BTC-USD (GTC), was accepted and holds 0.1 BTC.',
      'What was open of order ord-N went into the book at 60000 USD and holds 0.1 BTC.',
      'Order ord-N sold 0.05 BTC at 60000 USD as maker, because an order came in that met it: 3000 USD and a fee of 3 USD (trade trd-N).',
      'Order ord-N sold 0.01 BTC at 60000 USD as maker, because an order came in that met it: 600 USD and a fee of 0.6 USD (trade trd-N).',
      'Order ord-N was canceled with every open order of the account, on request.',
    ]);
  });

  it.each([1, 2, 3])('comes in pages of %d that join up, also within one command', async (limit) => {
    const entries: Entry[] = [];
    let cursor: string | null = null;
    do {
      const next = await page(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(next.items.length).toBeLessThanOrEqual(limit);
      entries.push(...next.items);
      cursor = next.nextCursor;
    } while (cursor !== null);
    expect(entries).toEqual((await page()).items);
  });
});
