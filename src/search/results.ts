/**
 * What the read side answers, as plain data.
 * Invariant: everything here is structured-cloneable: no functions, no classes; an Entry's attributes are a Map.
 */
import type { Entry } from "../domain/entry.ts";
import type { AppId } from "../domain/ids.ts";
import type { Level } from "../domain/level.ts";
import type { ColumnType } from "../query/ast.ts";
import type { Cell } from "../engine/pipe/cell.ts";

/** What a request may lower (never raise) of QUERY_BUDGET; absent: the whole. */
export interface QueryLimits {
  readonly rows?: number;
  /** Decompressed. */
  readonly bytes?: number;
  readonly timeMs?: number;
  /** Of what pipes keep while they gather, as they count it. */
  readonly memoryBytes?: number;
}

export interface QueryRequest {
  readonly app: AppId;
  readonly query: string;
  /** Included; 24 h before the end (or now) when absent. */
  readonly startNanos?: bigint;
  /** Excluded; no bound when absent. */
  readonly endNanos?: bigint;
  /** 1..10,000; 100 when absent. */
  readonly limit?: number;
  /** As an answer gave it; empty for the first page. */
  readonly cursor?: string;
  readonly ascending?: boolean;
  /** IANA name; UTC when absent. */
  readonly timeZone?: string;
  readonly budget?: QueryLimits;
}

/** How much of the range an answer speaks of. */
export interface Coverage {
  readonly partial: boolean;
  /** A sentence; empty when not partial. */
  readonly partialReason: string;
  /** Everything at or after it (and before the end) is covered; undefined when not partial or not known. */
  readonly coveredStartNanos: bigint | undefined;
}

export interface QueryStats {
  /** Blocks in the range, and those opened. */
  readonly blocks: number;
  readonly blocksRead: number;
  readonly rowsScanned: number;
  /** As they are stored, compressed. */
  readonly bytesRead: number;
  readonly elapsedMs: number;
  /** Entries that passed the filter; a lower bound unless `matchedExact`. */
  readonly matched: number;
  readonly matchedExact: boolean;
}

export interface ResultColumn {
  readonly name: string;
  /** In a `time` column bigints are nanoseconds since 1970; in a `level` column texts are names of levels. */
  readonly type: ColumnType;
  readonly approximate: boolean;
}

export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A probable slip in a valid query; offsets in UTF-16 units, fixes are whole queries. */
export interface QueryWarning {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly fixes: readonly string[];
}

export interface QueryResult extends Coverage {
  readonly entries: readonly Entry[];
  /** Set when a pipe made a table; `entries` is empty then. */
  readonly table: ResultTable | undefined;
  /** Empty at the end. */
  readonly nextCursor: string;
  readonly warnings: readonly QueryWarning[];
  readonly stats: QueryStats;
}

/** One stage of a run. */
export interface ExplainedStage {
  readonly name: string;
  /** In words. */
  readonly text: string;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly blocks: number;
  /** As stored where they are read, else decompressed. */
  readonly bytes: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

export interface Explanation extends Coverage {
  readonly canonical: string;
  readonly stages: readonly ExplainedStage[];
  /** Parts that must all match, in the order in which they are tested. */
  readonly filters: readonly {
    readonly query: string;
    readonly blocksPruned: number;
    readonly rowsIn: number;
    readonly rowsOut: number;
    readonly cpuMs: number;
  }[];
  /** Blocks and segments outside of the range. */
  readonly blocksOutside: number;
  /** Largest first. */
  readonly columns: readonly {
    readonly name: string;
    readonly blocks: number;
    /** Decompressed. */
    readonly bytes: number;
  }[];
  readonly warnings: readonly QueryWarning[];
  readonly stats: QueryStats;
}

export interface ContextRequest {
  readonly app: AppId;
  readonly id: string;
  /** Entries wanted on each side, 0..1,000. */
  readonly before: number;
  readonly after: number;
  readonly sameService?: boolean;
  readonly sameHost?: boolean;
}

export interface ContextResult extends Omit<Coverage, "coveredStartNanos"> {
  /** Older ones, newest first. */
  readonly before: readonly Entry[];
  readonly entry: Entry;
  /** Newer ones, oldest first. */
  readonly after: readonly Entry[];
}

export interface HistogramRequest {
  readonly app: AppId;
  readonly query: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  /** 120 when absent. */
  readonly maxBuckets?: number;
  readonly timeZone?: string;
  readonly budget?: QueryLimits;
}

export interface HistogramBucket {
  readonly startNanos: bigint;
  readonly counts: Readonly<Record<Level, number>>;
}

export interface HistogramResult extends Coverage {
  /** Of the width of a bucket; days and weeks are as long as the zone's clock makes them. */
  readonly bucketNanos: bigint;
  /** Ascending, empty ones included. */
  readonly buckets: readonly HistogramBucket[];
  readonly warnings: readonly QueryWarning[];
  readonly stats: QueryStats;
}

export interface PatternsRequest {
  readonly app: AppId;
  readonly query: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  /** 1..1,000; 50 when absent. */
  readonly limit?: number;
  /** Equal parts of the range to count each pattern in, 1..200; none when absent. */
  readonly parts?: number;
  /** Absent: nothing is compared. */
  readonly baselineStartNanos?: bigint;
  /** The range's beginning when absent. */
  readonly baselineEndNanos?: bigint;
  readonly timeZone?: string;
  readonly budget?: QueryLimits;
}

export interface MessagePattern {
  /** `<*>` stands for any one word. */
  readonly text: string;
  /** A filter that finds its entries; empty when that would be longer than a query may be. */
  readonly query: string;
  readonly count: number;
  readonly share: number;
  readonly counts: Readonly<Record<Level, number>>;
  /** Its entries in each part of the range, from the oldest on. */
  readonly parts: readonly number[];
  /** That most of its entries have, of equals the first by name, "" for none; undefined: of too many none is known to be it. */
  readonly service: string | undefined;
  /** Its entries in the baseline. */
  readonly baselineCount: number;
  readonly firstNanos: bigint;
  readonly lastNanos: bigint;
  /** Of its latest entry. */
  readonly exampleId: string;
}

export interface PatternsResult extends Coverage {
  /** Most frequent first. */
  readonly patterns: readonly MessagePattern[];
  readonly entries: number;
  /** Entries with none of the patterns. */
  readonly otherEntries: number;
  /** There were more shapes than are told apart. */
  readonly approximate: boolean;
  /** Undefined when nothing was compared. */
  readonly baseline: { readonly entries: number; readonly partial: boolean } | undefined;
  /** Patterns of the baseline that no entry of the range has, most frequent first, with the baseline's figures. */
  readonly gone: readonly MessagePattern[];
  readonly warnings: readonly QueryWarning[];
  readonly stats: QueryStats;
}

export interface SuggestionsRequest {
  readonly app: AppId;
  readonly query: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  readonly timeZone?: string;
  /** For all of it together. */
  readonly budget?: QueryLimits;
}

export interface Suggestion {
  /** What is different; one of KINDS in `suggest/candidates.ts`. */
  readonly kind: string;
  readonly query: string;
  /** Undefined: the request's own; its end undefined: open. */
  readonly range:
    | { readonly startNanos: bigint; readonly endNanos: bigint | undefined }
    | undefined;
  readonly reason: string;
  /** Entries that its filter finds. */
  readonly count: number;
  readonly exact: boolean;
}

export interface SuggestionsResult {
  /** What the query itself finds, at most so many as still are little. */
  readonly count: number;
  /** Likeliest first. */
  readonly suggestions: readonly Suggestion[];
  /** Newest match outside of the range, when one was found. */
  readonly newestNanos: bigint | undefined;
  readonly partial: boolean;
  readonly partialReason: string;
  readonly stats: QueryStats;
}

export interface FieldsRequest {
  readonly app: AppId;
  readonly prefix?: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
}

export interface FieldInfo {
  readonly name: string;
  readonly type: "text" | "number" | "boolean" | "mixed";
  /** Share of the entries looked at that have the field, 0..1. */
  readonly share: number;
}

export interface FieldsResult extends Coverage {
  /** Most frequent first. */
  readonly fields: readonly FieldInfo[];
}

export interface FieldValuesRequest {
  readonly app: AppId;
  readonly field: string;
  readonly prefix?: string;
  readonly query?: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  /** 1..10,000; 100 when absent. */
  readonly limit?: number;
}

export interface FieldValue {
  readonly value: Cell;
  readonly count: number;
}

export interface FieldValuesResult extends Coverage {
  /** Most frequent first. */
  readonly values: readonly FieldValue[];
}

export interface FacetsRequest {
  readonly app: AppId;
  readonly query: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  /** Empty: level, service, host and the attributes that most entries have, of those with few values. */
  readonly fields: readonly string[];
  /** 1..100; 5 when absent. */
  readonly values?: number;
  readonly timeZone?: string;
  readonly budget?: QueryLimits;
}

export interface Facet {
  /** As a request names it. */
  readonly field: string;
  readonly type: FieldInfo["type"] | "level";
  /** Entries that match the query without its own terms on the field, and how many of them have it. */
  readonly entries: number;
  readonly present: number;
  readonly distinct: number;
  /** Most frequent first. */
  readonly values: readonly FieldValue[];
  /** `distinct` is an estimate, and counts may be too low. */
  readonly approximate: boolean;
}

export interface FacetsResult extends Coverage {
  readonly facets: readonly Facet[];
  readonly warnings: readonly QueryWarning[];
  readonly stats: QueryStats;
}

export interface CompareRequest {
  readonly app: AppId;
  readonly query: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  /** As long before its end as the window is when absent. */
  readonly baselineStartNanos?: bigint;
  /** The window's beginning when absent. */
  readonly baselineEndNanos?: bigint;
  /** Empty: level, service, host and all attributes with few values. */
  readonly fields: readonly string[];
  /** 1..1,000; 50 when absent. */
  readonly limit?: number;
  readonly timeZone?: string;
  readonly budget?: QueryLimits;
}

export interface WindowCounts {
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly entries: number;
  readonly levels: Readonly<Record<Level, number>>;
  readonly coveredStartNanos: bigint | undefined;
}

export interface ValueDifference {
  /** As a request names it. */
  readonly field: string;
  readonly value: Cell;
  readonly count: number;
  readonly baselineCount: number;
  readonly share: number;
  readonly baselineShare: number;
  /** 0 when only one window has the value. */
  readonly lift: number;
  readonly score: number;
}

export interface CompareResult extends Omit<Coverage, "coveredStartNanos"> {
  readonly window: WindowCounts;
  readonly baseline: WindowCounts;
  /** Strongest first. */
  readonly differences: readonly ValueDifference[];
  /** Fields with too many values. */
  readonly skippedFields: readonly string[];
  readonly warnings: readonly QueryWarning[];
  readonly stats: QueryStats;
}
