/**
 * Warns of a valid query that the fields of the range make doubtful: unknown names, wrong kinds.
 * Invariant: judges only what it can know: not built-in fields, not columns of tables, not what `parse`
 * may have made. Each fix is a whole query that parses.
 */

import type { Bound, FieldRef, FieldTest, Filter, Pipe, Query, Span } from "./ast.ts";
import { parseNumber } from "./literals.ts";
import { builtinNamed, BUILTINS_TO_SUGGEST, nearest } from "./names.ts";
import { parseQuery } from "./parse.ts";
import { type QueryWarning, quote, splice } from "./problem.ts";
import type { TimeContext } from "./time-literal.ts";
import { unitOfName } from "./units.ts";

/**
 * Attributes of the range by flat name. `numbers`: some value has a numeric view; `texts`: some value
 * is a text.
 */
export type KnownFields = ReadonlyMap<
  string,
  { readonly numbers: boolean; readonly texts: boolean }
>;

/** The query as it was written: without it warnings carry no fixes. */
export type WrittenQuery = { readonly text: string; readonly context: TimeContext };

/** What other products call the built-in fields. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ...["_msg", "msg", "text", "body", "line", "_line", "@message"].map(
    (name) => [name, "message"] as const,
  ),
  ...["_time", "timestamp", "@timestamp", "ts", "_timestamp", "date"].map(
    (name) => [name, "time"] as const,
  ),
  ...["severity", "lvl", "loglevel", "log.level", "severity_text"].map(
    (name) => [name, "level"] as const,
  ),
  ...["app", "application", "svc", "service_name", "job"].map((name) => [name, "service"] as const),
  ...["hostname", "host_name", "instance"].map((name) => [name, "host"] as const),
  ...["traceId", "traceID", "trace", "traceid"].map((name) => [name, "trace_id"] as const),
  ...["spanId", "spanID", "span", "spanid"].map((name) => [name, "span_id"] as const),
  ...["_id", "_stream_id"].map((name) => [name, "id"] as const),
]);

/** The four warnings that need the fields of the range, in the order of the query. */
export function warnFields(
  query: Query,
  known: KnownFields,
  written: WrittenQuery | null = null,
): QueryWarning[] {
  const judge = new FieldJudge(known, written);
  judge.filter(query.filter);
  for (const pipe of query.pipes) judge.pipe(pipe);
  return judge.warnings;
}

/** Mutable on the way through one query: what `parse` has made so far. */
class FieldJudge {
  readonly warnings: QueryWarning[] = [];
  readonly #known: KnownFields;
  readonly #written: WrittenQuery | null;
  readonly #parsed = new Set<string>();
  /** Names that begin so may have been parsed from JSON or logfmt; "" is every name. */
  readonly #parsedPrefixes: string[] = [];

  constructor(known: KnownFields, written: WrittenQuery | null) {
    this.#known = known;
    this.#written = written;
  }

  filter(filter: Filter): void {
    switch (filter.kind) {
      case "all":
      case "text":
        return;
      case "not":
        this.filter(filter.part);
        return;
      case "and":
      case "or":
        for (const part of filter.parts) this.filter(part);
        return;
      case "field":
        if (this.#isKnown(filter.field, filter.test))
          this.#test(filter.field, filter.test, filter.at);
        else this.#unknown(filter.field, filter.at);
        return;
      default:
        filter satisfies never;
    }
  }

  pipe(pipe: Pipe): void {
    switch (pipe.kind) {
      case "where":
        this.filter(pipe.filter);
        return;
      case "fields":
        this.#fields(pipe.columns.map((column) => column.field));
        return;
      case "dedup":
      case "top":
      case "rare":
        this.#fields(pipe.fields);
        return;
      case "sort":
        this.#fields(pipe.keys.map((key) => key.field));
        return;
      case "stats":
      case "timechart":
        for (const call of pipe.functions) {
          if (call.fn === "count_if") this.filter(call.filter);
          else if (call.field !== null) this.#fields([call.field]);
        }
        if (pipe.kind === "timechart") this.#fields(pipe.by === null ? [] : [pipe.by]);
        else this.#fields(pipe.keys.flatMap((key) => (key.kind === "bin" ? [] : [key.field])));
        return;
      case "parse":
        this.#parse(pipe);
        return;
      case "limit":
      case "sample":
      case "patterns":
      case "context":
        return;
      default:
        pipe satisfies never;
    }
  }

  #parse(pipe: Pipe & { kind: "parse" }): void {
    this.#fields([pipe.from]);
    const prefix = pipe.as === null ? "" : `${pipe.as}.`;
    if (pipe.how.kind !== "pattern") {
      this.#parsedPrefixes.push(prefix);
      return;
    }
    for (const piece of pipe.how.pieces) {
      if (piece.kind === "gap" && piece.name !== null) this.#parsed.add(prefix + piece.name);
    }
  }

  #fields(fields: readonly FieldRef[]): void {
    for (const field of fields)
      if (!this.#isKnown(field, { kind: "exists" })) this.#unknown(field, null);
  }

  #mayBeParsed(name: string): boolean {
    return this.#parsed.has(name) || this.#parsedPrefixes.some((prefix) => name.startsWith(prefix));
  }

  /** True for what exists or cannot be judged. */
  #isKnown(field: FieldRef, test: FieldTest): boolean {
    if (field.kind === "builtin" || field.kind === "column" || this.#mayBeParsed(field.name))
      return true;
    if (field.kind === "below") return this.#hasBelow(field.name);
    return this.#known.has(field.name) || (test.kind === "exists" && this.#hasBelow(field.name));
  }

  #hasBelow(name: string): boolean {
    for (const known of this.#known.keys()) if (known.startsWith(`${name}.`)) return true;
    return false;
  }

  /** @param test where the whole test stands; null in a pipe, where names of columns hang on it. */
  #unknown(field: FieldRef, test: Span | null): void {
    const fixes: string[] = [];
    const { start, end } = field.at;
    if (this.#written !== null && test !== null && field.kind !== "column") {
      const { text } = this.#written;
      for (const name of this.#meant(field.name)) fixes.push(splice(text, start, end, name));
      fixes.push(splice(text, test.start, test.end, quote(text.slice(test.start, test.end))));
    }
    this.#warn(
      "unknown_field",
      field.at,
      `No entry of the range has the field \`${field.name}\``,
      fixes,
    );
  }

  #meant(name: string): string[] {
    const names = this.#hasBelow(name) ? [`${name}.*`] : [];
    const other = OTHER_NAMES.get(name) ?? builtinNamed(name.toLowerCase());
    if (other !== undefined) names.push(other);
    const near = nearest(name, [...BUILTINS_TO_SUGGEST, ...this.#known.keys()]);
    if (near !== undefined) names.push(near);
    return names;
  }

  #test(field: FieldRef, test: FieldTest, at: Span): void {
    if (field.kind !== "attribute" || this.#mayBeParsed(field.name)) return;
    if (test.kind === "anyOf") for (const item of test.items) this.#test(field, item, at);
    else if (test.kind === "compare") this.#bound(field.name, test.bound, at);
    else if (test.kind === "range") this.#bound(field.name, test.low, at);
  }

  #bound(name: string, bound: Bound, at: Span): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    if (bound.kind === "duration" && known.numbers && unitOfName(name) === null) {
      const message = `\`${name}\` names no unit: a duration never matches its numbers`;
      this.#warn("no_unit", at, message, []);
    } else if (bound.kind === "number" && !known.numbers) {
      this.#warn("not_numbers", at, `\`${name}\` holds no numbers in the range`, []);
    } else if (bound.kind === "text" && known.numbers && parseNumber(bound.text) !== null) {
      const message = `A quoted number is compared as text; \`${name}\` holds numbers`;
      this.#warn("text_number", at, message, this.#unquoted(bound.text, at));
    }
  }

  #unquoted(literal: string, at: Span): string[] {
    if (this.#written === null) return [];
    const { text } = this.#written;
    const bare = text
      .slice(at.start, at.end)
      .replaceAll(/(["'“])([^"'”]*)["'”]/g, (quoted, _, inner: string) =>
        inner === literal || parseNumber(inner) !== null ? inner : quoted,
      );
    return [splice(text, at.start, at.end, bare)];
  }

  #warn(code: string, at: Span, message: string, candidates: readonly string[]): void {
    const context = this.#written?.context;
    const fixes = candidates.filter((fix, i) => {
      return context !== undefined && candidates.indexOf(fix) === i && parseQuery(fix, context).ok;
    });
    this.warnings.push({ code, start: at.start, end: at.end, message, fixes: fixes.slice(0, 3) });
  }
}
