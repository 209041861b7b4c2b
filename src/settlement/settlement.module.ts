import { Module, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { MetricsRegistry } from '../edge/metrics-registry.js';
import { Venue } from '../venue/venue.js';
import { openBusinessDays } from './business-days.js';
import { Custodian } from './custodian.js';
import { CycleCloser } from './cycle-closer.js';
import { Dispatcher } from './dispatcher.js';
import { ObligationsController } from './obligations.controller.js';
import { SettlementGrpcController } from './settlement.grpc-controller.js';
import { SettlementService } from './settlement.service.js';
import { SettlementCalendar } from './settlement-calendar.js';
import { SettlementLifetime } from './settlement-lifetime.js';
import { registerSettlementMetrics } from './settlement-metrics.js';
import { SettlementsController } from './settlements.controller.js';

/** Needs a `Custodian` from whoever puts everything together. */
@Module({
  controllers: [SettlementsController, ObligationsController, SettlementGrpcController],
  providers: [
    {
      provide: SettlementCalendar,
      inject: [Settings],
      useFactory: async ({ settlementCutOff, settlementCalendar }: Settings) =>
        new SettlementCalendar(settlementCutOff, await openBusinessDays(settlementCalendar)),
    },
    {
      provide: CycleCloser,
      inject: [Venue, SettlementCalendar],
      useFactory: (venue: Venue, calendar: SettlementCalendar) => new CycleCloser(venue, calendar),
    },
    {
      provide: Dispatcher,
      inject: [Venue, Custodian, Settings],
      useFactory: (venue: Venue, custodian: Custodian, settings: Settings) =>
        new Dispatcher(venue, custodian, settings),
    },
    SettlementService,
    SettlementLifetime,
  ],
  exports: [Dispatcher],
})
export class SettlementModule implements OnModuleInit {
  constructor(
    private readonly venue: Venue,
    private readonly dispatcher: Dispatcher,
    private readonly metrics: MetricsRegistry,
  ) {}

  onModuleInit(): void {
    registerSettlementMetrics(this.metrics, this.venue, this.dispatcher);
  }
}
