import { resolve } from 'node:path';
import { Program } from '../bench/program.js';
import type { RecordedMarket } from './recorded-market.js';

/** How long the replay of the whole recording takes, and how often the price moves meanwhile. */
const replaySeconds = 30;
const priceIntervalMs = 10;

/** An exchange of our own, in a process of its own, on free ports, that replays a recorded market. */
export class LocalExchange {
  readonly replayMs = replaySeconds * 1_000;
  private readonly program: Program;

  constructor(dataDirectory: string, { file, minutes }: RecordedMarket) {
    this.program = new Program([resolve('dist/main.js')], {
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      DATA_DIR: dataDirectory,
      LOG_LEVEL: 'warn',
      PRICE_SOURCE: `replay:${file}`,
      PRICE_INTERVAL_MS: String(priceIntervalMs),
      REPLAY_SPEED: String((minutes * 60) / replaySeconds),
    });
  }

  /** The address of REST and of the streams, once it serves. Throws with what it printed if it does not start. */
  async ready(): Promise<string> {
    const [, address] = await this.program.printed(/REST +(http:\/\/[0-9.:]+)[\s\S]*Data +\S/);
    return address!;
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }
}
