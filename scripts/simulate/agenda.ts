/** What is due at some time. */
export interface Entry {
  readonly dueMs: number;
  /** Of what is due at the same time, the lowest comes first. */
  readonly id: number;
}

/** Entries by their time: a binary heap. */
export class Agenda<Item extends Entry> {
  private readonly heap: Item[] = [];

  get first(): Item | undefined {
    return this.heap[0];
  }

  add(item: Item): void {
    const { heap } = this;
    let at = heap.length;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(item, heap[above]!); above = (at - 1) >> 1) {
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = item;
  }

  removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (let below = this.earlierBelow(at); below !== undefined; below = this.earlierBelow(at)) {
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
  }

  private earlierBelow(at: number): number | undefined {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    if (left >= this.heap.length) return undefined;
    return right < this.heap.length && isBefore(this.heap[right]!, this.heap[left]!) ? right : left;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.id < b.id);
}
