import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../crash/random.js';
import { Crowd } from '../scenario/crowd.js';
import type { Measured } from '../scenario/figures.js';
import { type Invariant, invariantsOf, json } from '../scenario/invariants.js';
import { type Told, Trader } from '../scenario/trader.js';
import { WatchedExchange } from '../scenario/watched-exchange.js';
import { MarketMaker } from './market-maker.js';
import { Treasurer } from './treasurer.js';

/** An order every so often from each trader, beside the time that it takes. */
const traderRestMs = 50;
const weighMs = 1_000;
/** Faults end so long before a life does, as a share of it. */
const faultsShare = 0.8;
const faultSeconds = 120;

export interface SoakOptions {
  readonly lives: number;
  readonly secondsPerLife: number;
  readonly traders: number;
  readonly seed: number;
  /** What Node runs as the exchange, if not the build. */
  readonly server?: readonly string[];
  onProgress(seconds: number, text: string): void;
}

/** The exchange from one start to the next end. */
export interface Life {
  /** How it was ended; the last one goes on to be examined. */
  readonly endedBy: 'SIGTERM' | 'SIGKILL' | 'nobody';
  readonly readyMs: number;
  /** What it had in memory, about once each second of the run. */
  readonly megabytes: readonly Measured[];
}

export interface SoakReport {
  readonly lives: readonly Life[];
  readonly told: readonly Told[];
  readonly movements: number;
  readonly otherRequests: number;
  readonly invariants: readonly Invariant[];
}

/** Has an exchange trade for a long time, with every fault at once, and ends and starts it again and again meanwhile. */
export class SoakRun {
  private readonly exchange: WatchedExchange;
  private readonly random: Random;
  private readonly startedAt = performance.now();

  constructor(private readonly options: SoakOptions) {
    this.exchange = new WatchedExchange(options.server);
    this.random = new Random(options.seed);
  }

  async run(): Promise<SoakReport> {
    try {
      await this.exchange.start(this.options.seed);
      return await this.soak();
    } finally {
      await this.exchange.stop();
    }
  }

  private async soak(): Promise<SoakReport> {
    const { address } = this.exchange;
    const crowd = await Crowd.gather(address, this.options.traders, this.random, traderRestMs);
    const maker = new Trader(address, 'market maker', this.random);
    await maker.open();
    const treasurer = new Treasurer(address, crowd.accountIds, this.random);
    const marketMaker = new MarketMaker(address, maker.accountId, this.random);
    const working = Promise.all([crowd.trade(), treasurer.work(), marketMaker.work()]);
    const lives = await Promise.race([this.live(), working.then(() => [])]);
    for (const worker of [crowd, treasurer, marketMaker]) worker.stop();
    await working;
    this.tell('everything is examined');
    const { told } = crowd;
    const sameAgain = await movedOnce(treasurer);
    const invariants = [await crowd.agree(), ...(await invariantsOf(address, told)), sameAgain];
    return { lives, told, movements: treasurer.movements, otherRequests: marketMaker.requests, invariants };
  }

  /** One life after the other; SIGTERM and SIGKILL take turns at ending them. */
  private async live(): Promise<Life[]> {
    const { lives: count } = this.options;
    const lives: Life[] = [];
    let readyMs = 0;
    for (;;) {
      const number = lives.length + 1;
      const megabytes = await this.liveOnce(`life ${number} of ${count}`);
      const endedBy = number === count ? 'nobody' : number % 2 === 1 ? 'SIGTERM' : 'SIGKILL';
      lives.push({ endedBy, readyMs, megabytes });
      if (endedBy === 'nobody') return lives;
      this.tell(`${endedBy} of life ${number}`);
      readyMs = await this.exchange.restart(endedBy);
    }
  }

  private async liveOnce(text: string): Promise<Measured[]> {
    const { secondsPerLife } = this.options;
    const scenarios = `${this.exchange.address}/audit/v1/scenarios`;
    await json(scenarios, { definition: readFileSync('scripts/chaos/everything.yaml', 'utf8') });
    await json(`${scenarios}/everything/start`, { speed: faultSeconds / (secondsPerLife * faultsShare) });
    const megabytes: Measured[] = [];
    const end = this.seconds + secondsPerLife;
    while (this.seconds < end) {
      await pause(weighMs);
      const value = this.exchange.residentMegabytes();
      megabytes.push({ seconds: this.seconds, value });
      this.tell(`${text}, ${Math.round(value)} MB`);
    }
    return megabytes;
  }

  private get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  private tell(text: string): void {
    this.options.onProgress(this.seconds, text);
  }
}

async function movedOnce(treasurer: Treasurer): Promise<Invariant> {
  const found = await treasurer.difference();
  const detail = found ?? `${treasurer.movements} movements of money have the same answer to their key as before`;
  return { name: 'moved once', ok: found === undefined, detail };
}
