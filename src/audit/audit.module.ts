import { Logger, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ReadingPace } from '../edge/reading-pace.js';
import { Venue } from '../venue/venue.js';
import { AuditController } from './audit.controller.js';
import { AuditGrpcController } from './audit.grpc-controller.js';
import { AuditService } from './audit.service.js';
import { AcknowledgedMark } from './correlation/acknowledged-mark.js';
import { Correlator } from './correlation/correlator.js';
import { EventPusher } from './correlation/event-pusher.js';
import { PusherLifetime } from './correlation/pusher-lifetime.js';
import { ExplanationController } from './explanation/explanation.controller.js';
import { ExplanationGrpcController } from './explanation/explanation.grpc-controller.js';
import { ExplanationService } from './explanation/explanation.service.js';

/** Needs a `Correlator` from whoever puts everything together. */
@Module({
  controllers: [AuditController, AuditGrpcController, ExplanationController, ExplanationGrpcController],
  providers: [
    AuditService,
    ExplanationService,
    { provide: EventPusher, inject: [Venue, Correlator, ReadingPace, Settings], useFactory: eventPusher },
    PusherLifetime,
  ],
  exports: [EventPusher],
})
export class AuditModule {}

function eventPusher(venue: Venue, correlator: Correlator, pace: ReadingPace, settings: Settings): EventPusher {
  const { serviceName, serviceInstanceName: instanceName, environment, store, dataDir } = settings;
  return new EventPusher(venue, correlator, {
    source: { serviceName, instanceName, environment },
    mark: new AcknowledgedMark(store === 'disk' ? dataDir : undefined, correlator.name),
    pace,
    log: new Logger('correlator'),
  });
}
