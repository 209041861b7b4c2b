import type { OrderJudgement } from '../../engine/risk/judgement.js';

type Judge = (orderId: number, signal: AbortSignal) => Promise<OrderJudgement>;

const timeoutMs = 20_000;
const waitingMax = 8;
const keptMax = 100;

/**
 * Has orders judged, one after another, since each judgement takes a thread and an exchange of its own. What was found
 * does not change any more, so the last ones are kept.
 */
export class JudgementDesk {
  private readonly kept = new Map<number, OrderJudgement>();
  private readonly stop = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly judge: Judge) {}

  get isClosed(): boolean {
    return this.stop.signal.aborted;
  }

  /** Ends what is being judged. */
  close(): void {
    this.stop.abort();
  }

  /** The judgement, or in a sentence why there is none. */
  async ask(orderId: number): Promise<OrderJudgement | string> {
    const kept = this.kept.get(orderId);
    if (kept !== undefined) return kept;
    if (this.waiting >= waitingMax) return `${waitingMax} orders wait to be judged already; ask again later.`;
    this.waiting += 1;
    const judged = this.last.then(() => this.judgeNow(orderId));
    this.last = judged;
    return judged.finally(() => {
      this.waiting -= 1;
    });
  }

  private async judgeNow(orderId: number): Promise<OrderJudgement | string> {
    const kept = this.kept.get(orderId);
    if (kept !== undefined) return kept;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const judgement = await this.judge(orderId, AbortSignal.any([late, this.stop.signal]));
      this.keep(orderId, judgement);
      return judgement;
    } catch (error) {
      if (late.aborted) {
        return `replaying the journal up to it took longer than ${timeoutMs / 1_000} seconds.`;
      }
      return `the journal could not be replayed up to it (${(error as Error).message}).`;
    }
  }

  private keep(orderId: number, judgement: OrderJudgement): void {
    this.kept.set(orderId, judgement);
    const [oldest] = this.kept.keys();
    if (this.kept.size > keptMax) this.kept.delete(oldest!);
  }
}
