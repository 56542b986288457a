/**
 * A query as the parser understood it.
 * Invariant: everything that is syntax is resolved here: aliases of built-in fields, names of levels,
 * literals of time, number, duration and size, pieces of wildcards; a regex has been compiled once by
 * the linear engine. A consumer never reads query text again. Data only: no functions, no classes.
 */

/** A place in the query's text, UTF-16 units, `end` exclusive. */
export type Span = { readonly start: number; readonly end: number };

export type Query = {
  readonly filter: Filter;
  readonly pipes: readonly Pipe[];
  /** What the last pipe leaves: the table's columns, or null for entries. */
  readonly columns: readonly Column[] | null;
};

/** `time` and `level` cells compare as such in later pipes; all else by the kind of each value. */
export type ColumnType = "time" | "level" | "value";
export type Column = { readonly name: string; readonly type: ColumnType };

export type BuiltinName =
  | "time"
  | "level"
  | "message"
  | "service"
  | "host"
  | "trace_id"
  | "span_id"
  | "id"
  | "pattern";

/**
 * `attribute` is one flat name; `below` is every attribute whose name begins with `name` and a dot;
 * `column` is a column of the table that the pipes before have made.
 */
export type FieldRef =
  | { readonly kind: "builtin"; readonly name: BuiltinName; readonly at: Span }
  | { readonly kind: "attribute"; readonly name: string; readonly at: Span }
  | { readonly kind: "below"; readonly name: string; readonly at: Span }
  | {
      readonly kind: "column";
      readonly name: string;
      readonly type: ColumnType;
      readonly at: Span;
    };

/** `and` and `or` hold two parts or more and never one of their own kind; `not` never holds a `not`. */
export type Filter =
  | { readonly kind: "all" }
  | { readonly kind: "and"; readonly parts: readonly Filter[] }
  | { readonly kind: "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "text"; readonly test: TextTest; readonly at: Span }
  | {
      readonly kind: "field";
      readonly field: FieldRef;
      readonly test: FieldTest;
      readonly at: Span;
    };

/** What may stand without a field. */
export type TextTest = WordsTest | WildTest | RegexTest;

export type FieldTest =
  | WordsTest
  | WildTest
  | RegexTest
  /** The whole text form, character by character. */
  | { readonly kind: "exact"; readonly text: string }
  /** Has a value, or a field below has one. */
  | { readonly kind: "exists" }
  | CompareTest
  | RangeTest
  | LevelTest
  | TimeTest
  /** None of them `exists`: that alone says as much. */
  | { readonly kind: "anyOf"; readonly items: readonly FieldTest[] };

/**
 * A word or a quoted text. In text: `tokens` in a row, or `folded` as characters when there are none.
 * As a value: the whole value equals `folded`; `number` is set when an unquoted value is a number
 * literal, which equals numbers by value. On `id` this kind does not occur (it is `exact`).
 */
export type WordsTest = {
  readonly kind: "words";
  readonly text: string;
  readonly folded: string;
  readonly tokens: readonly string[];
  readonly number: NumberLiteral | null;
};

/**
 * `pieces` are the texts between stars, at least two; the first or last is empty when a star stands
 * there. `folded` are the same pieces folded.
 */
export type WildTest = {
  readonly kind: "wild";
  readonly pieces: readonly string[];
  readonly folded: readonly string[];
};

/** `source` is in RE2 syntax, slashes without `\`; `flags` are of `i`, `m`, `s`, sorted, each once. */
export type RegexTest = { readonly kind: "regex"; readonly source: string; readonly flags: string };

export type CompareOp = ">" | ">=" | "<" | "<=";

export type CompareTest = {
  readonly kind: "compare";
  readonly op: CompareOp;
  readonly bound: Bound;
};

/** Both ends are of one kind and the range is not empty; a one-sided range is a CompareTest. */
export type RangeTest = {
  readonly kind: "range";
  readonly low: Bound;
  readonly lowIncluded: boolean;
  readonly high: Bound;
  readonly highIncluded: boolean;
};

/** `integer` is set when the literal is a whole number: exact beyond 2^53, where `value` is rounded. */
export type NumberLiteral = { readonly value: number; readonly integer: bigint | null };

/** `text` is the literal as written, without quotes. A text is compared with texts only, folded. */
export type Bound =
  | ({ readonly kind: "number"; readonly text: string } & NumberLiteral)
  | { readonly kind: "duration"; readonly text: string; readonly nanos: number }
  | { readonly kind: "size"; readonly text: string; readonly bytes: number }
  | { readonly kind: "text"; readonly text: string; readonly folded: string };

/** Severities from `min` to `max`, both included; nothing when `min` is above `max`. */
export type LevelTest = {
  readonly kind: "level";
  readonly min: number;
  readonly max: number;
  readonly written: Written;
};

/** Instants from `from` (included) to `to` (excluded), nanoseconds since 1970; null is unbounded. */
export type TimeTest = {
  readonly kind: "time";
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly written: Written;
};

/** How a level or a time was written, for printing; texts without quotes, levels by name. */
export type Written =
  | { readonly op: ":" | CompareOp; readonly text: string }
  | {
      readonly op: "range";
      readonly low: string;
      readonly lowIncluded: boolean;
      readonly high: string;
      readonly highIncluded: boolean;
    };

export type Pipe =
  | { readonly kind: "where"; readonly filter: Filter; readonly at: Span }
  | { readonly kind: "fields"; readonly columns: readonly NamedField[]; readonly at: Span }
  | { readonly kind: "dedup"; readonly fields: readonly FieldRef[]; readonly at: Span }
  | { readonly kind: "sort"; readonly keys: readonly SortKey[]; readonly at: Span }
  | { readonly kind: "limit"; readonly count: number; readonly offset: number; readonly at: Span }
  /** Keeps one of `of` entries. */
  | { readonly kind: "sample"; readonly of: number; readonly at: Span }
  | {
      readonly kind: "stats";
      readonly functions: readonly Aggregate[];
      readonly keys: readonly GroupKey[];
      readonly at: Span;
    }
  | {
      readonly kind: "timechart";
      /** null: the automatic width for the range. */
      readonly width: Width | null;
      readonly functions: readonly Aggregate[];
      readonly by: FieldRef | null;
      /** Series kept apart; the rest is `(other)`. */
      readonly series: number;
      readonly at: Span;
    }
  | {
      readonly kind: "top" | "rare";
      readonly count: number;
      readonly fields: readonly FieldRef[];
      readonly at: Span;
    }
  | {
      readonly kind: "parse";
      readonly how: ParseHow;
      readonly from: FieldRef;
      /** Prefix of the new names: `p.x`. */
      readonly as: string | null;
      readonly at: Span;
    }
  | { readonly kind: "patterns"; readonly count: number; readonly at: Span }
  /** `count` entries before and as many after each. */
  | { readonly kind: "context"; readonly count: number; readonly at: Span };

export type PipeKind = Pipe["kind"];

export type NamedField = {
  readonly field: FieldRef;
  readonly name: string;
  readonly named: boolean;
};

export type SortKey = { readonly field: FieldRef; readonly descending: boolean };

/** The pattern of `parse`: texts and gaps in turn; a gap without a name (`<_>`) is skipped. */
export type PatternPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "gap"; readonly name: string | null };

export type ParseHow =
  | { readonly kind: "json" }
  | { readonly kind: "logfmt" }
  | { readonly kind: "pattern"; readonly source: string; readonly pieces: readonly PatternPiece[] };

/**
 * Width of a bucket of time. `days` count from local midnight and `weeks` from local Monday of the
 * request's zone; `fixed` counts from 1970-01-01T00:00Z.
 */
export type Width =
  | { readonly kind: "fixed"; readonly nanos: bigint; readonly text: string }
  | { readonly kind: "days" | "weeks"; readonly count: number; readonly text: string };

/** `name` is the column's name; `named` says that the query wrote it with `as`. */
export type GroupKey =
  | {
      readonly kind: "field";
      readonly field: FieldRef;
      readonly name: string;
      readonly named: boolean;
    }
  /** Buckets of time. */
  | { readonly kind: "bin"; readonly width: Width; readonly name: string; readonly named: boolean }
  /** `floor(v / step) · step` of the numeric view. */
  | {
      readonly kind: "numberBin";
      readonly field: FieldRef;
      readonly step: number;
      readonly name: string;
      readonly named: boolean;
    };

export type FieldFunction =
  | "count"
  | "uniq"
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "first"
  | "last"
  | "values";

export type Aggregate = {
  readonly name: string;
  readonly named: boolean;
  readonly at: Span;
} & AggregateCall;

export type AggregateCall =
  | { readonly fn: "count" | "rate"; readonly field: null }
  | { readonly fn: FieldFunction; readonly field: FieldRef }
  | { readonly fn: "percentile"; readonly field: FieldRef; readonly percent: number }
  | { readonly fn: "count_if"; readonly field: null; readonly filter: Filter };
