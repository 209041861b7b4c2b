import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { Outbox } from './outbox.js';

/** A socket whose network takes only what it is told to take. */
class SlowSocket extends Writable {
  readonly taken: string[] = [];
  private waiting: (() => void)[] = [];

  constructor(private isStopped = false) {
    super({ highWaterMark: 10, decodeStrings: false });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.taken.push(String(chunk));
      done();
    };
    if (this.isStopped) this.waiting.push(take);
    else take();
  }

  stop(): void {
    this.isStopped = true;
  }

  async goOn(): Promise<void> {
    this.isStopped = false;
    for (const take of this.waiting.splice(0)) take();
    await turn();
  }
}

const limits = { lagMessagesMax: 5, lagBytesMax: 100 };

describe('an outbox', () => {
  let socket: SlowSocket;
  let overflows: string[];
  let mayWrite: boolean;
  let outbox: Outbox;

  beforeEach(() => {
    [socket, overflows, mayWrite] = [new SlowSocket(), [], true];
    outbox = new Outbox(
      socket,
      limits,
      () => mayWrite,
      (limit) => overflows.push(limit),
    );
  });

  const send = (...frames: string[]) => {
    for (const frame of frames) outbox.send(Buffer.from(frame));
  };

  it('hands over at once what the network takes', () => {
    send('a', 'b');
    expect(socket.taken).toEqual(['a', 'b']);
    expect(outbox.congested).toBe(false);
  });

  it('keeps the rest, and sends it in order', async () => {
    socket.stop();
    send('0123456789', 'b', 'c');
    expect(outbox.congested).toBe(true);
    expect(outbox.waitingMessages).toBe(2);
    let ready = false;
    const waiting = outbox.whenReady().then(() => {
      ready = true;
    });
    await turn();
    expect(ready).toBe(false);
    await socket.goOn();
    await waiting;
    expect(socket.taken).toEqual(['0123456789', 'b', 'c']);
    expect(outbox.congested).toBe(false);
  });

  it('gives the socket no more than it asks for', () => {
    socket.stop();
    send('0123456789', 'b', 'c', 'd');
    expect(socket.writableLength).toBe(10);
  });

  it('forgets everything and says so once, when too many messages wait', async () => {
    socket.stop();
    send('0123456789', 'a', 'b', 'c', 'd', 'e');
    expect(overflows).toEqual([]);
    send('f', 'g');
    expect(overflows).toEqual(['STREAM_LAG_MESSAGES_MAX (5)']);
    expect(outbox.waitingMessages).toBe(0);
    await socket.goOn();
    expect(socket.taken).toEqual(['0123456789']);
  });

  it('does the same when too many bytes wait', () => {
    socket.stop();
    send('0123456789', 'x'.repeat(100));
    expect(overflows).toEqual([]);
    send('y');
    expect(overflows).toEqual(['STREAM_LAG_BYTES_MAX (100)']);
  });

  it('is never ready once it was closed', async () => {
    socket.stop();
    send('0123456789', 'b');
    let ready = false;
    void outbox.whenReady().then(() => {
      ready = true;
    });
    outbox.close();
    await socket.goOn();
    expect(ready).toBe(false);
    expect(socket.taken).toEqual(['0123456789']);
  });

  it('writes nothing after a close frame', async () => {
    socket.stop();
    send('0123456789', 'b');
    mayWrite = false;
    await socket.goOn();
    send('c');
    expect(socket.taken).toEqual(['0123456789']);
  });
});
