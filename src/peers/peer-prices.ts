import { setTimeout as delay } from 'node:timers/promises';
import { decorrelatedJitterGenerator, ExponentialBackoff } from 'cockatiel';
import type { LivePrices } from '../venue/price-source/live-prices.js';
import { marketDataService } from './market-data.client.js';
import type { PeerClients } from './peer-clients.js';

export interface PeerPricesOptions {
  /** The name of the service in the registry. */
  readonly serviceName: string;
  /** How often the peer is asked to send each market's price, in milliseconds. */
  readonly updateIntervalMs: number;
  /** A stream that is silent for so long has stalled, and another is opened. */
  readonly silenceMs: number;
  readonly log: { log(message: string): void; warn(message: string): void };
}

export interface PeerPricesStatus {
  readonly serviceName: string;
  readonly streaming: boolean;
  /** Why there is no stream now, or was none the last time. */
  readonly lastFailure: string | undefined;
  /** Since the start: prices that were taken, and those that were none or of markets that are not here. */
  readonly taken: number;
  readonly refused: number;
  readonly stale: readonly string[];
}

const reconnectDelayMs = 100;
const reconnectDelayMaxMs = 5_000;

/** Brings the prices of a market data peer to the venue; when they stop coming, it tries until they come again. */
export class PeerPrices {
  private readonly ending = new AbortController();
  private streaming = false;
  private lastFailure: string | undefined = undefined;
  private taken = 0;
  private refused = 0;

  constructor(
    private readonly clients: PeerClients,
    private readonly prices: LivePrices,
    private readonly options: PeerPricesOptions,
  ) {}

  start(): void {
    void this.follow();
  }

  stop(): void {
    this.ending.abort();
  }

  status(): PeerPricesStatus {
    const { streaming, lastFailure, taken, refused } = this;
    const { serviceName } = this.options;
    return { serviceName, streaming, lastFailure, taken, refused, stale: this.prices.staleSymbols() };
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    const pauses = new ExponentialBackoff({
      generator: decorrelatedJitterGenerator,
      initialDelay: reconnectDelayMs,
      maxDelay: reconnectDelayMaxMs,
    });
    for (let pause = pauses.next(); !signal.aborted; pause = pause.next(undefined)) {
      const takenBefore = this.taken;
      const reason = await this.takeStream();
      this.tellLoss(reason);
      if (this.taken > takenBefore) pause = pauses.next();
      await delay(pause.duration, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Takes what comes until nothing comes any more; answers why that is. */
  private async takeStream(): Promise<string> {
    const { serviceName, updateIntervalMs, silenceMs } = this.options;
    const peer = this.clients.client(marketDataService, serviceName);
    const request = { symbols: this.prices.symbols, updateIntervalMs };
    try {
      for await (const { symbol, price } of peer.streamPrices(request, {
        timeoutMs: silenceMs,
        signal: this.ending.signal,
      })) {
        this.tellStream();
        if (this.prices.receive(symbol, price) === 'TAKEN') this.taken += 1;
        else this.refused += 1;
      }
      return `${serviceName} has ended the stream`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  private tellStream(): void {
    if (this.streaming) return;
    this.streaming = true;
    this.options.log.log(`prices come from ${this.options.serviceName}`);
  }

  /** The first failure and the end of a stream are told; that it still fails is not news. */
  private tellLoss(reason: string): void {
    const isNews = this.streaming || this.lastFailure === undefined;
    this.streaming = false;
    this.lastFailure = reason;
    if (isNews && !this.ending.signal.aborted) this.options.log.warn(`no prices come from outside: ${reason}`);
  }
}
