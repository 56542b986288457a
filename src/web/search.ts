/**
 * What the explorer asks the server for one query over one range.
 * Invariants: rows first, the chart second, facets third; a new run ends all of the one before, whose results stay until
 * its own are there; parts fail alone. A range to the present is resolved anew by each run, and once for all its parts.
 */
import { endFirstLook } from "./first-look.ts";
import { type Signal, signal } from "@preact/signals";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import type {
  FieldValue,
  GetContextResponse,
  QueryResponse,
  Table,
} from "../../generated/client/argus/v1/log_service.ts";
import type { Timestamp } from "../../generated/client/google/protobuf/timestamp.ts";
import { after, RowWindow } from "./list/row-window.ts";
import type { TraceRead } from "./list/use-trace.ts";
import type { TailReads } from "./live.ts";
import type { LogsPlace } from "./logs-place.ts";
import { filterText } from "./query/terms.ts";
import { isQueued } from "./queued.ts";
import { api } from "./session.ts";
import { isNarrower } from "./text-size.ts";
import { type Bars, barsOf, type Counts, countsOf, grownBars, MOST_BARS } from "./time/bars.ts";
import { type Range, rangeOf, timestamp } from "./time-range.ts";

export interface Asked {
  readonly applicationId: string;
  readonly query: string;
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly ascending: boolean;
}

/** Half the answer of a large first page is below the screen: nobody waits for it. */
const VALUES = 100;
const TRACE_ENTRIES = 200;

export class Search {
  readonly rows = new RowWindow();
  readonly bars = signal<Bars | undefined>(undefined);
  /** The equal window before this one; undefined while it is not known. */
  readonly before = signal<Counts | undefined>(undefined);
  /** The range of the bars. */
  readonly drawn = signal<Range | undefined>(undefined);
  readonly problem = signal<unknown>(undefined);
  readonly chartProblem = signal<unknown>(undefined);
  /** The bars are of the newest run. */
  #isCharted = false;
  readonly busy = signal(false);
  /** The newest run was ended by its person. */
  readonly canceled = signal(false);
  /** The query and the range of what is shown. */
  readonly shown: Signal<(Asked & { readonly range: Range; readonly ranMs: number }) | undefined> =
    signal(undefined);
  /** Grows when rows and chart of a run are there: what comes after them may begin. */
  readonly settled = signal(0);

  #stop = new AbortController();
  /** A place that could not be read. */
  #sought: { readonly time: Timestamp | "end" | undefined } | undefined;

  /** @param from a place in time to begin the list at, or its end. */
  async run(asked: Asked, nowMs: number, from?: Timestamp | "end"): Promise<void> {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    const range = rangeOf(asked.from, asked.to, nowMs, asked.zone);
    this.busy.value = true;
    this.canceled.value = false;
    this.#sought = undefined;
    // Who waits in line goes on waiting until there is an answer.
    if (!isQueued(this.problem.peek())) this.problem.value = undefined;
    try {
      await this.rows.start(this.#runOf(asked, range), from);
      if (stop.signal.aborted) return;
      this.problem.value = undefined;
      this.shown.value = { ...asked, range, ranMs: nowMs };
    } catch (error) {
      if (stop.signal.aborted) return;
      this.problem.value = error;
    } finally {
      if (!stop.signal.aborted) this.busy.value = false;
    }
    if (this.problem.value !== undefined) return;
    this.#isCharted = false;
    await this.chart(asked, range);
    if (stop.signal.aborted) return;
    // Before what comes after them is drawn, and loaded.
    endFirstLook();
    this.settled.value++;
    await this.#compare(asked, range, stop.signal);
  }

  /** Begins the list at another time of the same run, or with its last rows. */
  async seek(time: Timestamp | "end" | undefined): Promise<void> {
    const shown = this.shown.value;
    if (shown === undefined) return;
    try {
      await this.rows.start(this.#runOf(shown, shown.range), time);
      if (this.#sought !== undefined) this.problem.value = undefined;
      this.#sought = undefined;
    } catch (error) {
      if (this.#stop.signal.aborted || isAbort(error)) return;
      this.#sought = { time };
      this.problem.value = error;
    }
  }

  /** Asks again for what failed alone: an end of the list, or the place that was sought. @param rerun asks for all. */
  again(rerun: () => void): void {
    const failed = this.rows.failed.peek();
    if (this.#sought !== undefined) void this.seek(this.#sought.time);
    else if (this.problem.peek() === undefined && failed !== undefined)
      void this.rows.more(failed.side);
    else rerun();
  }

  /** Aborts when another run begins: what is read for this one is not wanted any more. */
  get running(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether the rows of the newest run are there. */
  get isLoaded(): boolean {
    return this.problem.peek() === undefined && this.shown.peek() !== undefined;
  }

  /** Reads again what failed beside the rows, as while the server was away. */
  readAgain(): void {
    const shown = this.shown.peek();
    if (shown === undefined) return;
    const failed = this.rows.failed.peek();
    if (failed !== undefined) void this.rows.more(failed.side);
    if (this.chartProblem.peek() !== undefined) void this.chart(shown, shown.range);
  }

  /** Counts by time, of a run or anew while it is watched. */
  async chart(asked: Asked, range: Range): Promise<void> {
    const { signal: stopped } = this.#stop;
    try {
      const answer = await api.with({ signal: stopped }).logs.GetHistogram({
        applicationId: asked.applicationId,
        query: asked.query,
        startTime: timestamp(range.startMs),
        endTime: timestamp(range.endMs),
        maxBuckets: (isNarrower(600) ? MOST_BARS / 2 : MOST_BARS) + 1,
        timeZone: asked.zone,
        budget: undefined,
      });
      if (stopped.aborted) return;
      this.drawn.value = range;
      this.bars.value = barsOf(answer);
      this.#isCharted = true;
      this.chartProblem.value = undefined;
    } catch (error) {
      // The rows stand without it, and so do bars that could not be brought up to date; those of another question do not.
      if (stopped.aborted) return;
      if (!this.#isCharted) this.bars.value = undefined;
      this.chartProblem.value = error;
    }
  }

  async #compare(asked: Asked, range: Range, stopped: AbortSignal): Promise<void> {
    this.before.value = undefined;
    const long = range.endMs - range.startMs;
    try {
      const answer = await api.with({ signal: stopped, retries: 0 }).logs.GetHistogram({
        applicationId: asked.applicationId,
        query: asked.query,
        startTime: timestamp(range.startMs - long),
        endTime: timestamp(range.startMs),
        maxBuckets: 1,
        timeZone: asked.zone,
        budget: undefined,
      });
      // What was not counted to its end is compared with nothing.
      if (!stopped.aborted && !answer.partial) this.before.value = countsOf(barsOf(answer));
    } catch {
      // It is an aside: without it nothing is missing.
    }
  }

  #runOf(asked: Asked, range: Range, query = asked.query) {
    return {
      startTime: timestamp(range.startMs),
      // Clocks differ: to the present means all there is.
      endTime: range.open ? undefined : timestamp(range.endMs),
      ascending: asked.ascending,
      read: (page: object, signal: AbortSignal): Promise<QueryResponse> =>
        api.with({ signal }).logs.Query({
          applicationId: asked.applicationId,
          query,
          timeZone: asked.zone,
          budget: undefined,
          ...(page as {
            startTime: Timestamp;
            endTime: Timestamp;
            limit: number;
            cursor: string;
            ascending: boolean;
          }),
        }),
    };
  }

  /** What another query with pipes makes of the range of what is shown. */
  async table(query: string, signal: AbortSignal): Promise<Table | undefined> {
    const shown = this.shown.peek();
    if (shown === undefined) return undefined;
    const { read, ...range } = this.#runOf(shown, shown.range, query);
    return (await read({ ...range, cursor: "", limit: 1 }, signal)).table;
  }

  stop(): void {
    this.#stop.abort();
    this.rows.stop();
  }

  /** Ends the run that is under way: what was shown before it stays. */
  readonly cancel = (): void => {
    this.stop();
    this.busy.value = false;
    this.canceled.value = true;
  };

  /** Adds what came live to the bars, which are read anew now and then. */
  grow(entries: readonly LogEntry[]): void {
    const bars = this.bars.peek();
    if (bars !== undefined) this.bars.value = grownBars(bars, entries);
  }

  /** What a live tail of the shown run reads besides. */
  readonly tailReads: TailReads = {
    since: async (time, most, signal) => {
      const shown = this.shown.peek();
      if (shown === undefined) return { entries: [], isAll: true };
      const run = this.#runOf(shown, shown.range);
      const answer = await run.read(
        {
          startTime: time ?? run.startTime,
          endTime: undefined,
          ascending: false,
          cursor: "",
          limit: most,
        },
        signal,
      );
      return { entries: answer.entries, isAll: answer.nextCursor === "" };
    },
    countAfter: async (time, signal) => {
      const shown = this.shown.peek();
      if (shown === undefined) return 0;
      const answer = await api.with({ signal, retries: 0 }).logs.GetHistogram({
        applicationId: shown.applicationId,
        query: shown.query,
        startTime: time === undefined ? timestamp(shown.range.startMs) : after(time),
        endTime: undefined,
        maxBuckets: 1,
        timeZone: shown.zone,
        budget: undefined,
      });
      return countsOf(barsOf(answer)).all;
    },
  };

  /** Values of a field under a filter, in the range of what is shown. */
  async values(
    applicationId: string,
    range: Range,
    field: string,
    prefix: string,
    query: string,
    signal: AbortSignal,
  ): Promise<readonly FieldValue[]> {
    const answer = await api.with({ signal }).logs.ListFieldValues({
      applicationId,
      field,
      prefix,
      query: filterText(query),
      startTime: timestamp(range.startMs),
      endTime: range.open ? undefined : timestamp(range.endMs),
      pageSize: VALUES,
      pageToken: "",
    });
    return answer.values;
  }

  async fields(applicationId: string, range: Range, signal: AbortSignal) {
    const answer = await api.with({ signal }).logs.ListFields({
      applicationId,
      prefix: "",
      startTime: timestamp(range.startMs),
      endTime: range.open ? undefined : timestamp(range.endMs),
      pageSize: 1000,
      pageToken: "",
    });
    return answer.fields;
  }

  context(
    applicationId: string,
    entry: LogEntry,
    around: number,
    signal: AbortSignal,
  ): Promise<GetContextResponse> {
    return api.with({ signal }).logs.GetContext({
      applicationId,
      id: entry.id,
      before: around,
      after: around,
      sameService: entry.service !== "",
      sameHost: entry.host !== "",
    });
  }

  async trace(
    applicationId: string,
    traceId: string,
    around: Range,
    signal: AbortSignal,
  ): Promise<TraceRead> {
    const answer = await api.with({ signal }).logs.Query({
      applicationId,
      query: `trace_id:${traceId}`,
      startTime: timestamp(around.startMs),
      endTime: timestamp(around.endMs),
      limit: TRACE_ENTRIES,
      cursor: "",
      ascending: true,
      timeZone: "UTC",
      budget: undefined,
    });
    return { entries: answer.entries, isAll: answer.nextCursor === "" && !answer.partial };
  }
}

/** What of an address makes a question of its own. */
export function askedOf(at: LogsPlace, applicationId: string, zone: string): Asked {
  return {
    applicationId,
    query: at.query,
    from: at.from,
    to: at.to,
    zone,
    ascending: at.order === "asc",
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && /abort/i.test(error.message + error.name);
}
