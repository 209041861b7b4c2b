import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from '../edge/metrics-registry.js';
import type { Venue } from '../venue/venue.js';
import type { Dispatcher } from './dispatcher.js';
import { instructionStatuses } from './settlement-requests.js';

/** Registers what is on its way to be settled, and how the custodian takes it. */
export function registerSettlementMetrics(metrics: MetricsRegistry, venue: Venue, dispatcher: Dispatcher): void {
  new Gauge({
    name: 'exchange_settlement_instructions',
    help: 'Settlement instructions by their status; those that are SETTLED are all that ever were.',
    labelNames: ['status'],
    registers: [metrics],
    collect() {
      const { settlement } = venue.exchange.state;
      for (const status of instructionStatuses) this.set({ status }, settlement.count(status));
    },
  });
  new Gauge({
    name: 'exchange_settlement_oldest_open_seconds',
    help: 'Age of the oldest instruction that is not settled; 0 if there is none.',
    registers: [metrics],
    collect() {
      const [oldest] = venue.exchange.state.settlement.open();
      this.set(oldest === undefined ? 0 : Math.max(0, venue.now() - oldest.createdAt) / 1_000);
    },
  });
  new Gauge({
    name: 'exchange_settlement_given_up',
    help: 'Instructions that the custodian failed as often as SETTLEMENT_ATTEMPTS_MAX.',
    registers: [metrics],
    collect() {
      this.set(dispatcher.status().givenUp);
    },
  });
  new Counter({
    name: 'exchange_settlement_attempts_total',
    help: 'How often instructions were sent to the custodian, by whether it answered.',
    labelNames: ['outcome'],
    registers: [metrics],
    collect() {
      const { attempts, unanswered } = dispatcher.status();
      this.reset();
      this.inc({ outcome: 'answered' }, attempts - unanswered);
      this.inc({ outcome: 'unanswered' }, unanswered);
    },
  });
}
