import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { MetricsRegistry } from '../edge/metrics-registry.js';
import { FaultBoard } from './fault-board.js';

/** What faults do, for those who watch. Where none can be injected there is nothing to tell. */
@Injectable()
export class ChaosMetrics {
  constructor(board: FaultBoard, metrics: MetricsRegistry) {
    if (!board.isEnabled) return;
    new Gauge({
      name: 'exchange_faults_in_force',
      help: 'Faults that were injected and have not ended.',
      registers: [metrics],
      collect() {
        this.set(board.inForce().length);
      },
    });
    new Counter({
      name: 'exchange_faults_struck_total',
      help: 'How often faults have struck, by their kind.',
      labelNames: ['kind'],
      registers: [metrics],
      collect() {
        this.reset();
        for (const [kind, struck] of board.struckByKind()) this.inc({ kind }, struck);
      },
    });
  }
}
