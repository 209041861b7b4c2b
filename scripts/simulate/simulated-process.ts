import { ChaosService } from '../../src/chaos/chaos.service.js';
import { custodyFaults, losesStatuses } from '../../src/chaos/custody-faults.js';
import { FaultBoard } from '../../src/chaos/fault-board.js';
import { StruckStreams } from '../../src/chaos/struck-streams.js';
import { WaitingOrders } from '../../src/chaos/waiting-orders.js';
import { Settings } from '../../src/config/settings.js';
import { ReadingPace } from '../../src/edge/reading-pace.js';
import { JournalFailed } from '../../src/journal/journal.js';
import { CycleCloser } from '../../src/settlement/cycle-closer.js';
import { Dispatcher } from '../../src/settlement/dispatcher.js';
import { SettlementCalendar } from '../../src/settlement/settlement-calendar.js';
import { SettlementLifetime } from '../../src/settlement/settlement-lifetime.js';
import { StruckCustodian } from '../../src/settlement/struck-custodian.js';
import { LiveEvents } from '../../src/streams/account/live-events.js';
import { DisturbedPrices } from '../../src/venue/price-source/disturbed-prices.js';
import type { PriceSource } from '../../src/venue/price-source/price-source.js';
import { VenueUnavailable } from '../../src/venue/unavailable.js';
import { Venue } from '../../src/venue/venue.js';
import { definition } from './definition.js';
import type { StreamedEvents } from './event-reader.js';
import type { SimulatedCustodian } from './simulated-custodian.js';
import type { SimulatedDisk } from './simulated-disk.js';
import { SimulatedJournal } from './simulated-journal.js';
import { SimulatedSnapshots } from './simulated-snapshots.js';
import type { SimulatedTime } from './simulated-time.js';

/** What a process has for clients and operators once it is ready. */
export interface Served extends StreamedEvents {
  readonly chaos: ChaosService;
}

/** Where a process runs, and whom it tells. */
export interface Surroundings {
  readonly time: SimulatedTime;
  readonly disk: SimulatedDisk;
  readonly custodian: SimulatedCustodian;
  readonly prices: PriceSource;
  /** It takes requests and gives streams from here on. */
  onReady(served: Served): void;
  /** It has ended by itself, as it does when the disk fails. */
  onEnd(why: string): void;
  onFault(error: unknown): void;
}

const settings = Settings.from({ CHAOS_ENABLED: 'true' });
const settlement = { settlementRetryMs: 100, settlementAttemptsMax: 100, settlementSilenceMs: 400 };

/** One life of the exchange: its journal, venue, streams and settlement, put together as the application does it. */
export class SimulatedProcess {
  venue: Venue | undefined = undefined;
  private readonly board: FaultBoard;
  private chaos: ChaosService | undefined = undefined;
  private waitingOrders: WaitingOrders | undefined = undefined;
  private readonly journal: SimulatedJournal;
  private lifetime: SettlementLifetime | undefined = undefined;
  private isOver = false;

  constructor(private readonly surroundings: Surroundings) {
    this.board = new FaultBoard(true, () => surroundings.time.wallMs());
    this.journal = SimulatedJournal.onDisk(surroundings.disk, surroundings.time);
    this.open().then(
      (served) => this.isOver || surroundings.onReady(served),
      (error) => this.failed(error),
    );
  }

  /** Says what of the batches in flight the disk has kept. */
  crash(): string {
    this.end();
    return this.journal.cut();
  }

  /** The simulation is over: nobody will ask what there was on the disk. */
  abandon(): void {
    this.end();
    this.journal.abandon();
  }

  async stop(): Promise<void> {
    this.chaos?.onModuleDestroy();
    this.waitingOrders?.onModuleDestroy();
    await this.lifetime?.onModuleDestroy();
    await this.venue?.close();
    this.end();
  }

  get headHash(): string {
    return this.journal.head().hash;
  }

  private end(): void {
    this.isOver = true;
    this.surroundings.time.endProcess();
    this.surroundings.custodian.hangUp();
  }

  private async open(): Promise<Served> {
    const { disk, time, custodian, prices } = this.surroundings;
    const { board } = this;
    board.prices = new DisturbedPrices(prices, () => time.wallMs());
    const venue = await Venue.open({
      journal: this.journal,
      snapshots: new SimulatedSnapshots(disk),
      definition,
      priceSource: board.prices,
      clock: { now: () => time.wallMs() },
      beatMs: 500,
      queueCommandsMax: 40,
      snapshotEvery: 30,
      log: { log: () => undefined, warn: () => undefined },
      onFailure: (error) => this.failed(error),
    });
    const live = new LiveEvents(venue);
    const calendar = new SettlementCalendar({ kind: 'every', intervalMs: 700 }, () => true);
    const closer = new CycleCloser(venue, calendar, 8);
    const struck = new StruckCustodian(custodian, custodyFaults(board), () => losesStatuses(board));
    this.lifetime = new SettlementLifetime(venue, calendar, closer, new Dispatcher(venue, struck, settlement));
    this.lifetime.onApplicationBootstrap();
    this.chaos = new ChaosService(venue, settings, board);
    this.waitingOrders = new WaitingOrders(venue, board);
    this.venue = venue;
    await this.chaos.onApplicationBootstrap();
    this.waitingOrders.onApplicationBootstrap();
    return { venue, live, pace: new ReadingPace(venue), faults: new StruckStreams(board), board, chaos: this.chaos };
  }

  /** A process may end where the disk failed or is full, and for nothing else. */
  private failed(error: unknown): void {
    if (this.isOver) return;
    const { disk } = this.surroundings;
    const isFull = error instanceof VenueUnavailable && error.code === 'JOURNAL_FULL';
    const isDisk = error instanceof JournalFailed || (error instanceof VenueUnavailable && error.code === 'STOPPED');
    if (isFull || (isDisk && disk.hasFailed)) this.surroundings.onEnd(error.message);
    else this.surroundings.onFault(error);
  }
}
