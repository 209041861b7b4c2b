import { crc32 } from 'node:zlib';

export type Level = readonly [price: string, quantity: string];

/** A message of the channel `book`, as it is on the wire. */
export interface BookMessage {
  readonly type: 'snapshot' | 'update';
  readonly symbol: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly previousLastSequence: number | null;
  readonly conflated?: true;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly checksum?: number;
}

/** The whole book at one sequence, as REST answers it. */
export interface WholeBook {
  readonly sequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** What a message has overwritten, to go back to what was before it. */
interface Undo {
  readonly firstSequence: number;
  /** The lastSequence of the message before it. */
  readonly previousLastSequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

type Sides = Readonly<Record<'bids' | 'asks', Map<string, string>>>;

const sides = ['bids', 'asks'] as const;
const undoKept = 4_000;
const checksumLevels = 10;

/** A book that is rebuilt from the messages of its stream and from nothing else. */
export class ToldBook {
  /** The last sequence that was told of; `undefined` before the first snapshot. */
  lastSequence: number | undefined = undefined;
  private readonly levels: Sides = { bids: new Map(), asks: new Map() };
  private undo: Undo[] = [];

  /** False if something is missing before this message; then it is not taken in. */
  take(message: BookMessage): boolean {
    if (message.type === 'snapshot') return this.begin(message);
    if (this.lastSequence === undefined || message.previousLastSequence !== this.lastSequence) return false;
    const { firstSequence, lastSequence } = message;
    const undo = { firstSequence, previousLastSequence: this.lastSequence, bids: [] as Level[], asks: [] as Level[] };
    for (const side of sides) {
      for (const [price, quantity] of message[side]) {
        undo[side].push([price, this.levels[side].get(price) ?? '0']);
        write(this.levels[side], price, quantity);
      }
    }
    this.undo.push(undo);
    if (this.undo.length > 2 * undoKept) this.undo.splice(0, undoKept);
    this.lastSequence = lastSequence;
    return true;
  }

  /**
   * How it differs from the whole book of a sequence that is not after `lastSequence`; an empty text if it does
   * not. `undefined` if there is no telling: the sequence is within one message, or too long ago.
   */
  differenceAt({ sequence, bids, asks }: WholeBook): string | undefined {
    const then = this.at(sequence);
    if (then === undefined) return undefined;
    const differences = [...differencesOf('bid', then.bids, bids), ...differencesOf('ask', then.asks, asks)];
    return differences.join('; ');
  }

  /** Whether the best levels are those that the message's checksum is of. */
  agreesWith({ checksum }: BookMessage): boolean {
    const [bids, asks] = [this.best('bids'), this.best('asks')];
    const parts = Array.from({ length: checksumLevels }, (_, level) => [bids[level], asks[level]]).flat();
    return crc32(parts.filter((part) => part !== undefined).join(':')) === checksum;
  }

  /** Between the best prices, while there are some. */
  middle(): number | undefined {
    const price = (side: 'bids' | 'asks') => this.best(side)[0]?.split(':')[0];
    const [bid, ask] = [price('bids'), price('asks')];
    return bid === undefined || ask === undefined ? undefined : (Number(bid) + Number(ask)) / 2;
  }

  private begin({ lastSequence, bids, asks }: BookMessage): true {
    this.undo = [];
    this.lastSequence = lastSequence;
    for (const side of sides) this.levels[side].clear();
    for (const [price, quantity] of bids) this.levels.bids.set(price, quantity);
    for (const [price, quantity] of asks) this.levels.asks.set(price, quantity);
    return true;
  }

  private at(sequence: number): Sides | undefined {
    if (this.lastSequence === undefined) return undefined;
    const then = { bids: new Map(this.levels.bids), asks: new Map(this.levels.asks) };
    let reached = this.lastSequence;
    for (let index = this.undo.length - 1; index >= 0 && reached > sequence; index -= 1) {
      const { firstSequence, previousLastSequence, ...before } = this.undo[index]!;
      // Somewhere on the way from one to the other: nobody was told of it.
      if (firstSequence <= sequence) return undefined;
      for (const side of sides) for (const [price, quantity] of before[side]) write(then[side], price, quantity);
      reached = previousLastSequence;
    }
    return reached <= sequence ? then : undefined;
  }

  private best(side: 'bids' | 'asks'): string[] {
    const better = side === 'bids' ? -1 : 1;
    return [...this.levels[side]]
      .sort(([a], [b]) => better * (Number(a) - Number(b)))
      .slice(0, checksumLevels)
      .map((level) => level.join(':'));
  }
}

function write(levels: Map<string, string>, price: string, quantity: string): void {
  if (quantity === '0') levels.delete(price);
  else levels.set(price, quantity);
}

function* differencesOf(side: string, told: ReadonlyMap<string, string>, whole: readonly Level[]): Generator<string> {
  const expected = new Map(whole);
  for (const price of new Set([...told.keys(), ...expected.keys()])) {
    const [ours, theirs] = [told.get(price) ?? 'nothing', expected.get(price) ?? 'nothing'];
    if (ours !== theirs) yield `${side} ${price}: the stream came to ${ours}, REST says ${theirs}`;
  }
}
