import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { accountIn } from '../edge/directory.js';
import { type PageAnswer, pageAnswer, pageQuery } from '../edge/page.js';
import { Problem } from '../edge/problem.js';
import { parseId } from '../engine/ids.js';
import type { VerificationReport } from '../journal/journal.js';
import { VenueUnavailable } from '../venue/unavailable.js';
import { Venue } from '../venue/venue.js';
import type { ListEventsRequest } from './audit-requests.js';
import { PublicWords } from './public-words.js';
import { type RecordView, recordView } from './record-view.js';
import { type StateView, stateView } from './state-view.js';

/** What auditors may ask, over REST and gRPC alike. */
@Injectable()
export class AuditService implements OnModuleDestroy {
  private readonly stop = new AbortController();
  private running: Promise<VerificationReport> | undefined = undefined;
  private following: Promise<VerificationReport> | undefined = undefined;

  constructor(private readonly venue: Venue) {}

  async events(request: ListEventsRequest): Promise<PageAnswer<RecordView>> {
    const { limit, cursor = request.afterSequence } = pageQuery('events', request);
    const accountId = request.accountId === undefined ? undefined : parseId('acc', request.accountId)!;
    const orderId = request.orderId === undefined ? undefined : parseId('ord', request.orderId)!;
    await this.venue.durable();
    await this.assertKnown(accountId, orderId);
    const page = await this.venue.queries.records({ limit, cursor, accountId, orderId, eventType: request.type });
    const words = new PublicWords(this.venue.exchange);
    return pageAnswer('events', page, (record) => recordView(record, words));
  }

  state(): Promise<StateView> {
    return this.venue.read(stateView);
  }

  /**
   * Checks the whole journal. One check runs at a time; whoever asks meanwhile shares the next one, so that
   * every answer covers all that was there when it was asked for.
   */
  verify(): Promise<VerificationReport> {
    if (this.running === undefined) {
      this.running = this.verifyNow().finally(() => {
        this.running = undefined;
      });
      return this.running;
    }
    this.following ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.following = undefined;
        return this.verify();
      });
    return this.following;
  }

  /** A check may take long; the drain does not wait for it. */
  onModuleDestroy(): void {
    this.stop.abort();
  }

  private async verifyNow(): Promise<VerificationReport> {
    try {
      return await this.venue.verify(this.stop.signal);
    } catch (error) {
      if (this.stop.signal.aborted) throw new VenueUnavailable('DRAINING');
      throw error;
    }
  }

  private async assertKnown(accountId: number | undefined, orderId: number | undefined): Promise<void> {
    if (accountId !== undefined) accountIn(this.venue.exchange, accountId);
    if (orderId === undefined || (await this.venue.queries.order(orderId)) !== undefined) return;
    throw new Problem('ORDER_NOT_FOUND', `There is no order ord-${orderId}.`);
  }
}
