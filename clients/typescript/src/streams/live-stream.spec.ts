import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AccountEvent } from '../accounts/account-event.js';
import { type AccountEventsOptions, ExchangeClient } from '../exchange-client.js';
import type { LiveStream } from './live-stream.js';
import type { StreamFault } from './stream-fault.js';

type Ask = Readonly<Record<string, unknown>>;
/** What the exchange of these specs does with a subscription. */
type Script = (socket: WebSocket, ask: Ask) => void;

const send = (socket: WebSocket, frame: object) => socket.send(JSON.stringify(frame));
const acknowledge = (socket: WebSocket, { op: _, ...ask }: Ask, accountSequence = 0) =>
  send(socket, { type: 'subscribed', ...ask, sequence: 40, accountSequence });

function events(socket: WebSocket, ...numbers: number[]): void {
  for (const accountSequence of numbers) {
    send(socket, {
      type: 'event',
      channel: 'events',
      accountId: 'acc-7',
      accountSequence,
      sequence: accountSequence + 40,
    });
  }
}

async function take(stream: AsyncIterable<AccountEvent>, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { accountSequence } of stream) {
    numbers.push(accountSequence);
    if (numbers.length === count) break;
  }
  return numbers;
}

/** Nothing else is done in this process for longer than a stream of these specs may be silent. */
async function holdUp(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const until = performance.now() + 250;
    while (performance.now() < until);
    await new Promise((waited) => setTimeout(waited, 30));
  }
}

describe('a stream', () => {
  let server: WebSocketServer;
  let asks: Ask[];
  let scripts: Script[];
  let faults: string[];
  let opened: LiveStream<AccountEvent>[];

  beforeEach(async () => {
    [asks, scripts, faults, opened] = [[], [], [], []];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      const script = scripts.shift();
      socket.on('message', (data) => {
        const { id, ...ask } = JSON.parse(String(data));
        asks.push(ask);
        if (ask.op === 'authenticate') send(socket, { type: 'authenticated', id });
        else script?.(socket, { ...ask, id });
      });
    });
    await new Promise((listening) => server.on('listening', listening));
  });

  afterEach(async () => {
    // One that a failed test has left would go on trying, and tell the next test of it.
    for (const each of opened) each.close();
    for (const socket of server.clients) socket.terminate();
    await new Promise((closed) => server.close(closed));
  });

  function stream(options: AccountEventsOptions = {}, token?: string) {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const onInterrupted = (why: unknown) => faults.push((why as StreamFault).kind);
    const events = new ExchangeClient({ address, token }).accountEvents('acc-7', { onInterrupted, ...options });
    opened.push(events);
    return events;
  }

  it('says who asks, subscribes, and gives what comes', async () => {
    scripts = [
      (socket, ask) => {
        events(socket, 3);
        acknowledge(socket, ask, 2);
        events(socket, 4);
      },
    ];
    expect(await take(stream({ cancelOnDisconnect: { graceMs: 5 } }, 'exs_1'), 2)).toEqual([3, 4]);
    expect(asks).toEqual([
      { op: 'authenticate', key: 'exs_1' },
      { op: 'subscribe', channel: 'events', accountId: 'acc-7', cancelOnDisconnect: { graceMs: 5 } },
    ]);
    expect(faults).toEqual([]);
  });

  it('is ready when the subscription is acknowledged', async () => {
    let acknowledged = false;
    scripts = [
      (socket, ask) =>
        setTimeout(() => {
          acknowledged = true;
          acknowledge(socket, ask);
        }, 50),
    ];
    const ready = stream();
    await ready.ready();
    expect(acknowledged).toBe(true);
    await ready.return();
  });

  it.each([
    ['the connection breaks', (socket) => socket.terminate(), 'CLOSED'],
    ['the exchange shuts down', (socket) => socket.close(1001), 'CLOSED'],
    ['it was too slow for the exchange', (socket) => socket.close(4409, 'SLOW_CONSUMER'), 'CLOSED'],
    ['an event is missing', (socket) => events(socket, 5), 'GAP'],
    ['an event comes twice', (socket) => events(socket, 3), 'GAP'],
    ['what comes is no message', (socket) => socket.send('{'), 'MALFORMED'],
    ['nothing comes any more', () => undefined, 'SILENT'],
  ] satisfies [string, (socket: WebSocket) => void, string][])(
    'goes on after the last event when %s',
    async (_, break_, kind) => {
      scripts = [
        (socket, ask) => {
          acknowledge(socket, ask, 1);
          events(socket, 2, 3);
          break_(socket);
        },
        (socket, ask) => {
          acknowledge(socket, ask, 9);
          events(socket, 4, 5);
        },
      ];
      expect(await take(stream({ silenceMs: 200 }), 4)).toEqual([2, 3, 4, 5]);
      expect(asks.map(({ fromAccountSequence }) => fromAccountSequence)).toEqual([undefined, 4]);
      expect(faults).toEqual([kind]);
    },
  );

  it('lives on heartbeats alone', async () => {
    scripts = [
      (socket, ask) => {
        acknowledge(socket, ask);
        const beats = setInterval(() => send(socket, { type: 'heartbeat', time: '', sequence: 40 }), 50);
        setTimeout(() => {
          clearInterval(beats);
          events(socket, 1);
        }, 500);
      },
    ];
    expect(await take(stream({ silenceMs: 200 }), 1)).toEqual([1]);
    expect(faults).toEqual([]);
  });

  it('does not take it for silence when its own process is held up', async () => {
    scripts = [
      (socket, ask) => {
        acknowledge(socket, ask);
        const beats = setInterval(() => send(socket, { type: 'heartbeat', time: '', sequence: 40 }), 20);
        void holdUp(5).then(() => {
          clearInterval(beats);
          events(socket, 1);
        });
      },
    ];
    expect(await take(stream({ silenceMs: 200 }), 1)).toEqual([1]);
    expect(faults).toEqual([]);
  });

  it('begins where it was asked to, again if nothing came before a fault', async () => {
    const cut: Script = (socket, ask) => {
      acknowledge(socket, ask, 9);
      socket.terminate();
    };
    const past: Script = (socket, ask) => {
      acknowledge(socket, ask, 9);
      events(socket, 6);
    };
    scripts = [cut, past];
    expect(await take(stream({ fromSequence: 46 }), 1)).toEqual([6]);
    scripts = [cut, past];
    expect(await take(stream({ fromAccountSequence: 6 }), 1)).toEqual([6]);
    expect(asks).toMatchObject([
      ...[{ fromSequence: 46 }, { fromSequence: 46 }],
      ...[{ fromAccountSequence: 6 }, { fromAccountSequence: 6 }],
    ]);
  });

  it('fails with the refusal of the exchange', async () => {
    const refuse =
      (code: string): Script =>
      (socket, { id }) =>
        send(socket, { type: 'error', id, code, detail: 'No.' });
    scripts = [refuse('DRAINING'), refuse('ACCOUNT_NOT_FOUND')];
    await expect(take(stream(), 1)).rejects.toMatchObject({ name: 'ExchangeError', code: 'ACCOUNT_NOT_FOUND' });
    expect(asks).toHaveLength(2);
    scripts = [(socket) => socket.close(4403, 'the key was revoked')];
    await expect(take(stream(), 1)).rejects.toMatchObject({ name: 'ExchangeError', code: 'FORBIDDEN' });
    expect(asks).toHaveLength(3);
  });

  it('fails with the last fault when it cannot come back', async () => {
    const gap: Script = (socket, ask) => {
      acknowledge(socket, ask);
      events(socket, 2);
    };
    scripts = Array.from({ length: 20 }, () => gap);
    await expect(take(stream({ reconnectForMs: 500 }), 1)).rejects.toMatchObject({ name: 'StreamFault', kind: 'GAP' });
    expect(asks.length).toBeGreaterThan(1);
  });

  it('lets no more messages wait than it has to, and gives all of them nevertheless', async () => {
    const count = 25_000;
    const script: Script = (socket, ask) => {
      acknowledge(socket, ask);
      const from = Number(ask.fromAccountSequence ?? 1);
      for (let number = from; number <= count && socket.readyState === socket.OPEN; number += 1) events(socket, number);
    };
    scripts = Array.from({ length: 100 }, () => script);
    const slow = stream();
    await slow.ready();
    await new Promise((waited) => setTimeout(waited, 1_000));
    expect(await take(slow, count)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    expect(new Set(faults)).toEqual(new Set(['READER_TOO_SLOW']));
  });

  it('ends with the reason of its signal, at each of its moments', async () => {
    const quiet: Script = (socket, ask) => acknowledge(socket, ask);
    scripts = [quiet, () => undefined, (socket) => socket.terminate()];
    for (let moment = 0; moment < 3; moment += 1) {
      const [controller, reason] = [new AbortController(), new Error('enough')];
      setTimeout(() => controller.abort(reason), 30);
      await expect(take(stream({ signal: controller.signal }), 1)).rejects.toBe(reason);
    }
  });

  it('ends when it is closed, and closes its connection', async () => {
    scripts = [(socket, ask) => acknowledge(socket, ask)];
    const closing = stream();
    setTimeout(() => closing.close(), 50);
    expect(await take(closing, 1)).toEqual([]);
    await Promise.all([...server.clients].map((socket) => new Promise((closed) => socket.on('close', closed))));
    expect(server.clients.size).toBe(0);
    expect(await closing.next()).toEqual({ done: true, value: undefined });
  });
});
