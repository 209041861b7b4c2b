import type { Outlet, StreamEnd, StreamMessage } from '../edge/stream.js';
import type { Subject } from './fault.js';
import type { FaultBoard } from './fault-board.js';

/** More than these are not held back for one reader: what is beyond them goes out at once, with all that waits. */
const heldMax = 10_000;
const gapMessagesDefault = 10;
/** Where no message comes to overtake it, one goes out after so long. */
export const overtakenMsMax = 1_000;

/** A message that waits, and until when, by `performance.now()`. */
interface Held<View extends object> {
  readonly message: StreamMessage<View>;
  readonly dueAtMs: number;
}

/**
 * The outlet of a stream that faults may strike. What it does to a message the reader alone sees: the stream, the
 * journal and other readers know nothing of it. What waits keeps its order, but for what is to be out of order.
 */
export class StruckOutlet<View extends object> implements Outlet<View> {
  private held: Held<View>[] = [];
  /** To be sent behind the next one. */
  private overtaken: { readonly message: StreamMessage<View>; readonly timer: NodeJS.Timeout } | undefined = undefined;
  private swallowing = 0;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(
    private readonly outlet: Outlet<View>,
    private readonly board: FaultBoard,
    private readonly subject: Subject,
  ) {}

  get congested(): boolean {
    return this.outlet.congested;
  }

  whenReady(): Promise<void> {
    return this.outlet.whenReady();
  }

  /** Nothing of this journal sequence, or after it, is known to have been sent; `undefined` where nothing is held back. */
  get heldFrom(): number | undefined {
    const messages = this.held.map(({ message }) => message);
    if (this.overtaken !== undefined) messages.push(this.overtaken.message);
    return messages.length === 0 ? undefined : Math.min(...messages.map(firstSequenceOf));
  }

  send(message: StreamMessage<View>): void {
    const striking = this.board.strike('stream', this.subject).map(({ fault }) => fault.definition);
    const struckBy = (kind: string) => striking.find((definition) => definition.kind === kind);
    const gap = struckBy('stream-gap');
    if (gap !== undefined) this.swallowing = Math.max(this.swallowing, gap.parameters.messages ?? gapMessagesDefault);
    if (this.swallowing > 0) {
      this.swallowing -= 1;
      return;
    }
    if (struckBy('stream-drop') !== undefined) return;
    const delays = ['stream-delay', 'stream-stall'].map((kind) => struckBy(kind)?.parameters.delayMs ?? 0);
    const delayMs = Math.max(...delays);
    if (struckBy('stream-reorder') !== undefined && this.overtaken === undefined) {
      const timer = setTimeout(() => this.letPass(0), overtakenMsMax).unref();
      this.overtaken = { message, timer };
      return;
    }
    this.hold(message, delayMs);
    if (struckBy('stream-duplicate') !== undefined) this.hold(message, delayMs);
    this.letPass(delayMs);
  }

  end(reason: StreamEnd, detail: string): void {
    this.close();
    this.outlet.end(reason, detail);
  }

  /** What waits is not sent any more. */
  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.overtaken?.timer);
    this.held = [];
    this.overtaken = undefined;
  }

  /** What was to be overtaken goes out now, with what it is behind. */
  private letPass(delayMs: number): void {
    if (this.overtaken === undefined) return;
    const { message, timer } = this.overtaken;
    clearTimeout(timer);
    this.overtaken = undefined;
    this.hold(message, delayMs);
  }

  private hold(message: StreamMessage<View>, delayMs: number): void {
    const last = this.held.at(-1)?.dueAtMs ?? 0;
    if (delayMs === 0 && this.held.length === 0) {
      this.outlet.send(message);
      return;
    }
    this.held.push({ message, dueAtMs: Math.max(last, performance.now() + delayMs) });
    if (this.held.length > heldMax) this.release(Number.POSITIVE_INFINITY);
    else this.timer ??= this.wakeFor(this.held[0]!);
  }

  private wakeFor({ dueAtMs }: Held<View>): NodeJS.Timeout {
    return setTimeout(() => this.release(performance.now()), Math.max(0, dueAtMs - performance.now())).unref();
  }

  private release(nowMs: number): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.held.length > 0 && this.held[0]!.dueAtMs <= nowMs) this.outlet.send(this.held.shift()!.message);
    if (this.held.length > 0) this.timer = this.wakeFor(this.held[0]!);
  }
}

/** From which journal sequence on something is missing where a message is: a market's may stand for all since the one before. */
function firstSequenceOf({ view }: StreamMessage): number {
  const { previousLastSequence, sequence = 0 } = view as { previousLastSequence?: number | null; sequence?: number };
  return previousLastSequence === undefined ? sequence : (previousLastSequence ?? 0) + 1;
}
