import { jest } from '@jest/globals';
import { ExchangeDirectory, type Reply } from './faults/exchange-directory.fixture.js';

jest.setTimeout(60_000);

const clients = 16;
const shutdownMsMax = 5_000;

it('answers everything in flight when it is told to stop, and the next start finds it all', async () => {
  const directory = new ExchangeDirectory();
  try {
    const exchange = await directory.serve();
    const accountId = await exchange.openAccount();
    const answered = new Map<string, Reply['body']>();
    let asked = 0;
    let gone = false;
    const client = async () => {
      while (!gone) {
        const key = `order-${asked++}`;
        const reply = await exchange.buy(accountId, key).catch(() => undefined);
        if (reply?.status === 201) answered.set(key, reply.body);
        else if (reply === undefined) gone = true;
        else expect(reply).toMatchObject({ status: 503, body: { code: 'DRAINING' } });
      }
    };
    const load = Promise.all(Array.from({ length: clients }, client));
    while (answered.size < 200) await new Promise((wake) => setTimeout(wake, 5));
    const signaled = performance.now();
    exchange.server.signal('SIGTERM');
    expect(await exchange.server.exited).toBe(0);
    expect(performance.now() - signaled).toBeLessThan(shutdownMsMax);
    await load;

    const restarted = await directory.serve();
    for (let n = 0; n < asked; n += 1) {
      const { status, body } = await restarted.order(accountId, `order-${n}`);
      // An order that nobody was told of is one whose answer was lost: there must be none.
      if (answered.has(`order-${n}`)) expect(body).toEqual(answered.get(`order-${n}`));
      else expect(status).toBe(404);
    }
    expect(await restarted.verification()).toMatchObject({ ok: true });
  } finally {
    await directory.remove();
  }
});
