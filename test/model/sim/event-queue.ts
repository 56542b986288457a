/**
 * What is to happen, by time: a binary heap.
 * Invariant: events of the same time come out in the order they went in; nothing depends on identity or addresses.
 */
interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;

  push(at: number, run: () => void): void {
    const heap = this.#heap;
    const event: Event = { at, order: this.#order++, run };
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !before(event, parent)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = event;
  }

  /** Takes the earliest event out. */
  pop(): Event | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      let child = heap[down];
      if (child === undefined) break;
      const other = heap[down + 1];
      if (other !== undefined && before(other, child)) {
        child = other;
        down++;
      }
      if (!before(child, last)) break;
      heap[i] = child;
      i = down;
    }
    heap[i] = last;
    return top;
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
