/**
 * The rows that are loaded: one unbroken stretch of the answer, longer at both ends as it is scrolled.
 * Invariants: rows stand in the order of the list, each once; what is shown stays until another answer is there; never
 * more than MOST_ROWS are kept: the far end is let go, and read again on return. One read at a time at each end, and
 * none outlives its run.
 */
import { signal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import type { Timestamp } from "../../../generated/client/google/protobuf/timestamp.ts";

/** What a person may scroll back through without a read. */
export const MOST_ROWS = 100_000;
export const FIRST_PAGE = 200;
export const NEXT_PAGE = 500;

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
  readonly reading = signal<Side | "run" | undefined>(undefined);
  /** What a read at an end ran into. */
  readonly failed = signal<{ readonly side: Side; readonly error: unknown } | undefined>(undefined);
  /** Rows put before the first one since the run: a list that keeps its place adds their heights. */
  readonly prepended = signal(0);
  /** Grows with each answer that replaces all rows. */
  readonly generation = signal(0);
  /** What was prepended last belongs above the place where the list stands, even at its top. */
  keepsPlace = false;

  #run: Run | undefined;
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

  /**
   * Reads anew: from the beginning, or from a time on. What is shown stays until the answer is there.
   * @param place a time outside of the run's range, as an old link may name, is its beginning.
   */
  async start(run: Run, place?: Timestamp): Promise<void> {
    const from = place !== undefined && isWithin(place, run) ? place : undefined;
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.reading.value = "run";
    this.failed.value = undefined;
    try {
      const first: Omit<PageRequest, "limit"> = {
        startTime: run.ascending && from !== undefined ? from : run.startTime,
        endTime: !run.ascending && from !== undefined ? after(from) : run.endTime,
        ascending: run.ascending,
        cursor: "",
      };
      const answer = await run.read({ ...first, limit: FIRST_PAGE }, stop.signal);
      if (stop.signal.aborted) return;
      this.#run = run;
      this.#bottom = next(first, answer);
      this.#top =
        from === undefined
          ? undefined
          : {
              startTime: run.ascending ? run.startTime : after(from),
              endTime: run.ascending ? from : run.endTime,
              ascending: !run.ascending,
              cursor: "",
            };
      this.answer.value = answer;
      this.prepended.value = 0;
      this.generation.value++;
      this.rows.value = answer.entries;
    } finally {
      if (this.#stop === stop) this.reading.value = undefined;
    }
  }

  /** Reads on at one end; does nothing where there is nothing more, or a read is under way. */
  async more(side: Side): Promise<void> {
    const run = this.#run;
    const beyond = side === "top" ? this.#top : this.#bottom;
    if (run === undefined || beyond === undefined || this.reading.value !== undefined) return;
    const { signal: stopped } = this.#stop;
    this.reading.value = side;
    this.failed.value = undefined;
    try {
      const answer = await run.read({ ...beyond, limit: NEXT_PAGE }, stopped);
      if (stopped.aborted) return;
      const rest = next(beyond, answer);
      // At the edge of what was let go some rows may be here already.
      const known = new Set(
        (side === "top"
          ? this.rows.value.slice(0, NEXT_PAGE)
          : this.rows.value.slice(-NEXT_PAGE)
        ).map(({ id }) => id),
      );
      const fresh = answer.entries.filter(({ id }) => !known.has(id));
      if (side === "top") {
        this.#top = rest;
        this.keepsPlace = true;
        this.#prepend(fresh.toReversed());
      } else {
        this.#bottom = rest;
        this.rows.value = [...this.rows.value, ...fresh];
        this.#letGoTop();
      }
    } catch (error) {
      if (!stopped.aborted) this.failed.value = { side, error };
    } finally {
      if (!stopped.aborted) this.reading.value = undefined;
    }
  }

  /**
   * Takes entries that came later, newest last.
   * @param keepsPlace the list stays where it stands, even at its newest edge.
   */
  take(entries: readonly LogEntry[], keepsPlace = false): void {
    const run = this.#run;
    this.keepsPlace = keepsPlace;
    if (run === undefined || entries.length === 0) return;
    const edge = run.ascending ? this.rows.value.slice(-2000) : this.rows.value.slice(0, 2000);
    const known = new Set(edge.map(({ id }) => id));
    const fresh = entries.filter(({ id }) => !known.has(id));
    if (run.ascending) {
      this.rows.value = sorted([...this.rows.value, ...fresh], fresh.length, true);
      this.#letGoTop();
    } else this.#prepend(sorted(fresh.toReversed(), fresh.length, false));
  }

  stop(): void {
    this.#stop.abort();
  }

  #prepend(fresh: readonly LogEntry[]): void {
    if (fresh.length === 0) return;
    const all = [...fresh, ...this.rows.value];
    this.prepended.value += fresh.length;
    if (all.length > MOST_ROWS) {
      const last = all[MOST_ROWS - 1];
      if (last !== undefined) this.#bottom = this.#beyond(last, "bottom");
      all.length = MOST_ROWS;
    }
    this.rows.value = all;
  }

  #letGoTop(): void {
    const excess = this.rows.value.length - MOST_ROWS;
    if (excess <= 0) return;
    const kept = this.rows.value.slice(excess);
    const [first] = kept;
    if (first !== undefined) this.#top = this.#beyond(first, "top");
    this.prepended.value -= excess;
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
function after({ seconds, nanos }: Timestamp): Timestamp {
  return nanos === 999_999_999
    ? { seconds: seconds + 1n, nanos: 0 }
    : { seconds, nanos: nanos + 1 };
}

function isWithin(time: Timestamp, { startTime, endTime }: Run): boolean {
  if (compareTimes(time, startTime) < 0) return false;
  return endTime === undefined || compareTimes(time, endTime) < 0;
}

/** What comes live is nearly in order: the last `count` are put where their times want them. */
function sorted(rows: LogEntry[], count: number, ascending: boolean): LogEntry[] {
  const sign = ascending ? 1 : -1;
  const from = ascending ? Math.max(0, rows.length - count - 200) : 0;
  const part = rows.splice(from).sort((a, b) => sign * compare(a, b));
  rows.push(...part);
  return rows;
}

function compare(a: LogEntry, b: LogEntry): number {
  return compareTimes(a.time ?? EPOCH, b.time ?? EPOCH);
}

const EPOCH: Timestamp = { seconds: 0n, nanos: 0 };

function compareTimes(a: Timestamp, b: Timestamp): number {
  const seconds = Number(a.seconds - b.seconds);
  return seconds === 0 ? a.nanos - b.nanos : seconds;
}
