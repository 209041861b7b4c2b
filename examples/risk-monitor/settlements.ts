import { setTimeout as pause } from 'node:timers/promises';
import type { Alerts } from './alerts.ts';
import type { ExchangeLink } from './exchange-link.ts';
import { millisecondsOf, type Settlement } from './exchange-messages.ts';
import type { Limits } from './limits.ts';

const service = 'SettlementService';
/** In this order: an instruction that goes back to INSTRUCTED meanwhile was there as FAILED, or is looked up. */
const unsettled = ['PENDING', 'INSTRUCTED', 'FAILED'];

/** Looks for instructions that are not settled in time. */
export class Settlements {
  private readonly limits: Limits;
  private readonly alerts: Alerts;

  constructor(limits: Limits, alerts: Alerts) {
    this.limits = limits;
    this.alerts = alerts;
  }

  /** Looks again and again, until the signal. That it could not is an alert, too. */
  async follow(exchange: ExchangeLink, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look(exchange);
        this.reportUnseen(undefined);
      } catch (error) {
        if (!signal.aborted) this.reportUnseen((error as Error).message);
      }
      await pause(this.limits.settlement.pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Once at everything that is not settled, and at everything that was overdue before. */
  private async look(exchange: ExchangeLink): Promise<void> {
    const waiting = new Set<string>();
    for (const status of unsettled) {
      const request = { status: `INSTRUCTION_STATUS_${status}` };
      const settlements = await exchange.listAll<Settlement>(service, 'ListSettlements', request);
      for (const settlement of settlements) {
        waiting.add(settlement.instructionId);
        this.report(settlement);
      }
    }
    for (const instructionId of this.alerts.activeSubjects('SETTLEMENT_OVERDUE')) {
      if (!waiting.has(instructionId)) await this.lookAt(exchange, instructionId);
    }
  }

  private async lookAt(exchange: ExchangeLink, instructionId: string): Promise<void> {
    const { settlement } = await exchange.ask<{ settlement: Settlement }>(service, 'GetSettlement', { instructionId });
    this.report(settlement);
  }

  private reportUnseen(fault: string | undefined): void {
    this.alerts.report({
      ...{ kind: 'SETTLEMENT_UNSEEN', subject: 'exchange', severity: fault === undefined ? undefined : 'WARNING' },
      detail: () => `Nobody knows whether settlement is in time: ${fault}`,
      cause: { atMs: Date.now() },
    });
  }

  private report({ instructionId, accountId, asset, amount, status, reason, ...settlement }: Settlement): void {
    const { timeoutMs } = this.limits.settlement;
    const dueMs = millisecondsOf(settlement.createdAt) + timeoutMs;
    const word = status.replace('INSTRUCTION_STATUS_', '');
    const isOverdue = word !== 'SETTLED' && Date.now() >= dueMs;
    const detail = () =>
      `${amount} ${asset} of ${accountId} is ${word}${reason ? ` (${reason})` : ''} after ${timeoutMs} ms ` +
      `and ${settlement.attempts ?? 0} attempts.`;
    this.alerts.report({
      ...{ kind: 'SETTLEMENT_OVERDUE', subject: instructionId, severity: isOverdue ? 'CRITICAL' : undefined, detail },
      cause: { sequence: settlement.cycleSequence, atMs: dueMs },
    });
  }
}
