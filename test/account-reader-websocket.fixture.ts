import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type AccountReader, type CancelOnDisconnect, StreamRefused } from './account-reader.fixture.js';
import { CuttingProxy } from './cutting-proxy.fixture.js';
import type { Answer } from './exchange-driver.fixture.js';

/** Reads an account's events over a WebSocket of its own. */
export class WebSocketAccountReader implements AccountReader {
  readonly events: Answer[] = [];
  readonly heartbeats: { sequence: number; events: number }[] = [];
  private readonly answers: Answer[] = [];
  private wake: () => void = () => undefined;
  private lost = false;

  /** `http` is the address of REST, such as `http://127.0.0.1:40123`. */
  static async open(
    http: string,
    accountId: string,
    wanted?: CancelOnDisconnect,
    token?: string,
  ): Promise<WebSocketAccountReader> {
    const reader = await WebSocketAccountReader.connect(http, accountId, token);
    const answer = await reader.ask({ op: 'subscribe', ...(wanted && { cancelOnDisconnect: wanted }) });
    if (answer.type === 'subscribed') return reader;
    await reader.lose();
    throw new StreamRefused(answer.code, answer.detail);
  }

  /** Asks for it, and is gone before the answer may have come; gives whether it had. */
  static async leaveHalfway(http: string, accountId: string, wanted: CancelOnDisconnect, afterMs: number) {
    const reader = await WebSocketAccountReader.connect(http, accountId);
    reader.say({ op: 'subscribe', cancelOnDisconnect: wanted });
    await pause(afterMs);
    await reader.lose();
    return reader.answers.length > 0;
  }

  private static async connect(http: string, accountId: string, token?: string): Promise<WebSocketAccountReader> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const proxy = await CuttingProxy.start(http);
    const socket = new WebSocket(`${proxy.address.replace('http', 'ws')}/ws/v1/account`, { headers });
    await once(socket, 'open');
    return new WebSocketAccountReader(proxy, socket, accountId);
  }

  private constructor(
    private readonly proxy: CuttingProxy,
    private readonly socket: WebSocket,
    private readonly accountId: string,
  ) {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const message: Answer = JSON.parse(String(data));
      if (message.type === 'event') this.events.push(message);
      else if (message.type !== 'heartbeat') this.answers.push(message);
      else this.heartbeats.push({ sequence: message.sequence, events: this.events.length });
      this.wake();
    });
  }

  async unsubscribe(): Promise<void> {
    const answer = await this.ask({ op: 'unsubscribe' });
    if (answer.type !== 'unsubscribed') throw new StreamRefused(answer.code, answer.detail);
  }

  async lose(): Promise<void> {
    if (this.lost) return;
    this.lost = true;
    await this.proxy.stop();
    this.socket.terminate();
  }

  private say(message: object): void {
    this.socket.send(JSON.stringify({ ...message, channel: 'events', accountId: this.accountId }));
  }

  private async ask(message: object): Promise<Answer> {
    this.say(message);
    while (this.answers.length === 0) {
      await new Promise<void>((wake) => {
        this.wake = wake;
      });
    }
    return this.answers.shift();
  }
}
