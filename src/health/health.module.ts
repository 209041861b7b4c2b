import { Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Settings } from '../config/settings.js';
import { Venue } from '../venue/venue.js';
import { GrpcHealth } from './grpc-health.js';
import { HealthController } from './health.controller.js';
import { HealthIndicators } from './health-indicators.js';
import { HealthReports } from './health-report.js';
import { CommandsHealth } from './indicators/commands.js';
import { DiskSpaceHealth } from './indicators/disk-space.js';
import { EventLoopHealth } from './indicators/event-loop.js';
import { JournalHealth } from './indicators/journal.js';
import { MemoryHealth } from './indicators/memory.js';
import { Readiness } from './readiness.js';

/** What is wrong is in the answer and in the metrics; Terminus would log it again with every probe. */
const terminus = TerminusModule.forRoot({ logger: false });

@Module({
  imports: [terminus],
  controllers: [HealthController],
  providers: [Readiness, GrpcHealth, HealthIndicators, HealthReports],
  exports: [GrpcHealth, Readiness, HealthIndicators],
})
export class HealthModule implements OnModuleInit, OnModuleDestroy {
  private readonly eventLoop = new EventLoopHealth();

  constructor(
    private readonly indicators: HealthIndicators,
    private readonly readiness: Readiness,
    private readonly venue: Venue,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    const { eventLoop, readiness, venue, settings } = this;
    const own = [new CommandsHealth(readiness), new JournalHealth(venue), new MemoryHealth(), eventLoop];
    const disk = settings.store === 'disk' ? [new DiskSpaceHealth(settings)] : [];
    this.indicators.add(() => [...own, ...disk]);
  }

  onModuleDestroy(): void {
    this.eventLoop.stop();
  }
}
