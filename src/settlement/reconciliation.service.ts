import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Venue } from '../venue/venue.js';
import { Custodian } from './custodian.js';
import { Reconciliation } from './reconciliation.js';
import { type ReconciliationView, reconciliationView } from './reconciliation-view.js';
import type { ReconcileRequest } from './settlement-requests.js';

/** One reconciliation runs at a time; the next one waits for it. */
@Injectable()
export class ReconciliationService {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly venue: Venue,
    private readonly custodian: Custodian,
    private readonly settings: Settings,
  ) {}

  async reconcile({ date }: ReconcileRequest): Promise<ReconciliationView> {
    const { settlementAttemptsMax } = this.settings;
    const report = this.last.then(() =>
      new Reconciliation(this.venue, this.custodian, settlementAttemptsMax).run(date),
    );
    this.last = report.catch(() => undefined);
    return reconciliationView(await report);
  }
}
