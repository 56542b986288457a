/**
 * The rows that are loaded: one unbroken stretch of the answer, longer at both ends as it is scrolled.
 * Invariants: rows stand in the order of the list, each once; what is shown stays until another answer is there; never
 * more than MOST_ROWS are kept: the far end is let go, and read again on return. One read at a time at each end, and
 * none outlives its run.
 */
import { batch, signal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import type { Timestamp } from "../../../generated/client/google/protobuf/timestamp.ts";
import { isQueued } from "../queued.ts";
import {
  compareEntries,
  compareTimes,
  indexByHalves,
  indexNear,
  isAfter,
  isOrdered,
} from "./row-order.ts";

/** What a person may scroll back through without a read. */
export const MOST_ROWS = 100_000;
export const FIRST_PAGE = 200;
export const NEXT_PAGE = 500;
/** Rows on either side of the one asked for before: a step of the keys is found there. */
const NEAR = 64;

export interface PageRequest {
  readonly startTime: Timestamp | undefined;
  readonly endTime: Timestamp | undefined;
  readonly ascending: boolean;
  readonly cursor: string;
  readonly limit: number;
}

export type ReadPage = (request: PageRequest, signal: AbortSignal) => Promise<QueryResponse>;

export interface Run {
  readonly startTime: Timestamp;
  /** Absent: all there is. */
  readonly endTime: Timestamp | undefined;
  readonly ascending: boolean;
  readonly read: ReadPage;
}

/** What lies beyond an end: nothing, or what this asks for. */
type Beyond = Omit<PageRequest, "limit"> | undefined;
export type Side = "top" | "bottom";

export class RowWindow {
  readonly rows = signal<readonly LogEntry[]>([]);
  /** Answer to the first page of the newest run. */
  readonly answer = signal<QueryResponse | undefined>(undefined);
  /** The answer at the bottom, where it ended before it had seen all it was asked for. */
  readonly unfinished = signal<QueryResponse | undefined>(undefined);
  readonly reading = signal<Side | "run" | undefined>(undefined);
  /** What a read at an end ran into. */
  readonly failed = signal<{ readonly side: Side; readonly error: unknown } | undefined>(undefined);
  /** Grows with each answer that replaces all rows. */
  readonly generation = signal(0);
  /** Where the list is to stand once such an answer is there. */
  beginsAt: Side = "top";
  /** What was put in last belongs around the place where the list stands, even at its newest edge. */
  keepsPlace = false;

  #run: Run | undefined;
  /** Where a row was looked for last: the next one is near. */
  #found = 0;
  /** By time, which `sort` may change: then a row is looked for one by one. */
  #isOrdered = true;
  #stop = new AbortController();
  #top: Beyond;
  #bottom: Beyond;

  /** Whether the list begins with the first row of the answer (which new ones come before, or behind). */
  get atStart(): boolean {
    return this.#top === undefined;
  }
  get atEnd(): boolean {
    return this.#bottom === undefined;
  }

  /** Of those that are loaded. */
  get newest(): LogEntry | undefined {
    return this.#run?.ascending === true ? this.rows.peek().at(-1) : this.rows.peek()[0];
  }
  /** Where the row stands by now; -1 for one that is not loaded. */
  indexOf(id: string): number {
    const rows = this.rows.peek();
    const near = indexNear(rows, id, this.#found, this.#isOrdered ? NEAR : rows.length);
    const at = near < 0 && this.#isOrdered ? indexByHalves(rows, id, this.#sign()) : near;
    if (at >= 0) this.#found = at;
    return at;
  }

  #sign(): 1 | -1 {
    return this.#run?.ascending === true ? 1 : -1;
  }

  /** Whether an entry is loaded that is among the newest. */
  has(entry: LogEntry): boolean {
    const rows = this.rows.peek();
    const isFirst = this.#run?.ascending !== true;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[isFirst ? i : rows.length - 1 - i];
      if (row === undefined || isAfter(entry.time, row.time)) return false;
      if (row.id === entry.id) return true;
    }
    return false;
  }

  /**
   * Reads anew: from the beginning, from a time on, or the last rows. What is shown stays until the answer is there.
   * @param place a time outside of the run's range, as an old link may name, is its beginning.
   */
  async start(run: Run, place?: Timestamp | "end"): Promise<void> {
    const isEnd = place === "end";
    const from = !isEnd && place !== undefined && isWithin(place, run) ? place : undefined;
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.reading.value = "run";
    this.failed.value = undefined;
    try {
      const first: Omit<PageRequest, "limit"> = {
        startTime: run.ascending && from !== undefined ? from : run.startTime,
        endTime: !run.ascending && from !== undefined ? after(from) : run.endTime,
        ascending: isEnd ? !run.ascending : run.ascending,
        cursor: "",
      };
      const answer = await run.read({ ...first, limit: FIRST_PAGE }, stop.signal);
      if (stop.signal.aborted) return;
      const rest = next(first, answer);
      const before =
        from === undefined
          ? undefined
          : {
              startTime: run.ascending ? run.startTime : after(from),
              endTime: run.ascending ? from : run.endTime,
              ascending: !run.ascending,
              cursor: "",
            };
      this.#run = run;
      const rows = isEnd ? answer.entries.toReversed() : answer.entries;
      this.#isOrdered = isOrdered(rows, this.#sign());
      this.#bottom = isEnd ? undefined : rest;
      this.#top = isEnd ? rest : before;
      this.beginsAt = isEnd ? "bottom" : "top";
      batch(() => {
        this.answer.value = answer;
        this.unfinished.value = answer.partial ? answer : undefined;
        this.generation.value++;
        this.rows.value = rows;
      });
    } finally {
      if (this.#stop === stop) this.reading.value = undefined;
    }
  }

  /** Searches on, with a budget of its own, where the answer ended before all was seen. */
  rest(): Promise<void> {
    return this.#more("bottom");
  }

  /**
   * Reads on at one end; does nothing where there is nothing more, a read is under way, or a budget was spent: what
   * was spent is spent again only when somebody says so.
   */
  async more(side: Side): Promise<void> {
    const isRetry = this.failed.value?.side === side;
    if (side === "top" || isRetry || this.unfinished.value === undefined) await this.#more(side);
  }

  /** The same for who looks at these rows: whoever sees others by now decides anew by those. */
  async ahead(side: Side, seen: readonly LogEntry[]): Promise<void> {
    if (seen === this.rows.peek()) await this.more(side);
  }

  async #more(side: Side): Promise<void> {
    const run = this.#run;
    const beyond = side === "top" ? this.#top : this.#bottom;
    if (run === undefined || beyond === undefined || this.reading.value !== undefined) return;
    const { signal: stopped } = this.#stop;
    this.reading.value = side;
    // Who waits in line goes on waiting until there is an answer.
    if (!isQueued(this.failed.peek()?.error)) this.failed.value = undefined;
    try {
      const answer = await run.read({ ...beyond, limit: NEXT_PAGE }, stopped);
      if (stopped.aborted) return;
      this.failed.value = undefined;
      const rest = next(beyond, answer);
      // At the edge of what was let go some rows may be here already.
      const known = new Set(
        (side === "top"
          ? this.rows.value.slice(0, NEXT_PAGE)
          : this.rows.value.slice(-NEXT_PAGE)
        ).map(({ id }) => id),
      );
      const fresh = answer.entries.filter(({ id }) => !known.has(id));
      this.keepsPlace = true;
      if (side === "top") {
        this.#top = rest;
        const before = fresh.toReversed();
        this.#isOrdered &&= isOrdered(before.concat(this.rows.value.slice(0, 1)), this.#sign());
        this.#put([...before, ...this.rows.value], "bottom");
      } else {
        this.#bottom = rest;
        this.unfinished.value = answer.partial ? answer : undefined;
        this.#isOrdered &&= isOrdered(this.rows.value.slice(-1).concat(fresh), this.#sign());
        this.#put([...this.rows.value, ...fresh], "top");
      }
    } catch (error) {
      if (!stopped.aborted) this.failed.value = { side, error };
    } finally {
      if (!stopped.aborted) this.reading.value = undefined;
    }
  }

  /**
   * Takes entries that came later, in any order: each where its time wants it, and none twice.
   * @param keepsPlace the list stays where it stands, even at its newest edge.
   */
  take(entries: readonly LogEntry[], keepsPlace = false): void {
    const run = this.#run;
    this.keepsPlace = keepsPlace;
    if (run === undefined || entries.length === 0) return;
    const rows = this.rows.value;
    const oldest = entries.reduce((a, b) => (compareEntries(a, b) < 0 ? a : b));
    // Nearly all come at the newest edge: only as much of it is sorted anew as is not older than what came.
    let edge = 0;
    const at = (i: number): LogEntry | undefined => rows[run.ascending ? rows.length - 1 - i : i];
    for (let row = at(0); row !== undefined && compareEntries(row, oldest) >= 0; row = at(edge))
      edge++;
    const [kept, part] = run.ascending
      ? [rows.slice(0, rows.length - edge), rows.slice(rows.length - edge)]
      : [rows.slice(edge), rows.slice(0, edge)];
    const known = new Set(part.map(({ id }) => id));
    const fresh = entries.filter(({ id }) => {
      const isFresh = !known.has(id);
      known.add(id);
      return isFresh;
    });
    if (fresh.length === 0) return;
    const isUnread = (run.ascending ? this.#top : this.#bottom) !== undefined;
    // Older than all that is loaded, it is read when the list is scrolled there.
    const last = isUnread && kept.length === 0 ? at(rows.length - 1) : undefined;
    const own =
      last === undefined ? fresh : fresh.filter((entry) => compareEntries(entry, last) >= 0);
    const sorted = [...part, ...own].sort((a, b) => this.#sign() * compareEntries(a, b));
    // A hundred thousand rows are joined ten times a second: one by one that would be most of the work.
    if (run.ascending) this.#put(kept.concat(sorted), "top");
    else this.#put(sorted.concat(kept), "bottom");
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Shows rows, and lets go at one end what is too much. */
  #put(rows: readonly LogEntry[], side: Side): void {
    const excess = rows.length - MOST_ROWS;
    if (excess <= 0) {
      this.rows.value = rows;
      return;
    }
    const kept = side === "top" ? rows.slice(excess) : rows.slice(0, MOST_ROWS);
    const edge = side === "top" ? kept[0] : kept.at(-1);
    const beyond = edge === undefined ? undefined : this.#beyond(edge, side);
    if (side === "top") this.#top = beyond;
    else this.#bottom = beyond;
    this.rows.value = kept;
  }

  /** From a row on, itself included: ties of its time may lie on either side. */
  #beyond({ time }: LogEntry, side: Side): Beyond {
    const run = this.#run;
    if (run === undefined || time === undefined) return undefined;
    const ascending = side === "bottom" ? run.ascending : !run.ascending;
    return {
      startTime: ascending ? time : run.startTime,
      endTime: ascending ? run.endTime : after(time),
      ascending,
      cursor: "",
    };
  }
}

function next(asked: Omit<PageRequest, "limit">, answer: QueryResponse): Beyond {
  return answer.nextCursor === "" ? undefined : { ...asked, cursor: answer.nextCursor };
}

/** The next nanosecond: ends are excluded. */
export function after({ seconds, nanos }: Timestamp): Timestamp {
  return nanos === 999_999_999
    ? { seconds: seconds + 1n, nanos: 0 }
    : { seconds, nanos: nanos + 1 };
}

function isWithin(time: Timestamp, { startTime, endTime }: Run): boolean {
  if (compareTimes(time, startTime) < 0) return false;
  return endTime === undefined || compareTimes(time, endTime) < 0;
}
