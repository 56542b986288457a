/**
 * From what is asked of an export to what it runs and what its rows look like.
 * Invariant: whatever is wrong is `invalid` here, before anything is read: an export that began was understood.
 */
import { FaultError, invalid } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import type { Pipeline } from "../../engine/pipe/pipeline.ts";
import { pipelineOf } from "../../engine/pipe/pipeline.ts";
import type { NamedField, Pipe, Query } from "../../query/ast.ts";
import { printQuery } from "../../query/print.ts";
import { type Prepared, prepareQuery } from "../prepare-query.ts";

export const EXPORT_FORMATS = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportRequest {
  readonly app: AppId;
  readonly query: string;
  readonly format: ExportFormat;
  /** As of the pipe `fields`; all of each row when empty. */
  readonly fields?: string;
  /** As of a query. */
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  readonly ascending?: boolean;
  readonly timeZone?: string;
  /** As a chunk gave it; empty for the beginning. */
  readonly cursor?: string;
}

export interface UnderstoodExport extends Prepared {
  readonly pipeline: Pipeline;
  readonly rows:
    /** Entries as they come; `columns` of them, or whole. */
    | { readonly kind: "streamed"; readonly columns: readonly NamedField[] | undefined }
    /** What pipes make of all rows together. */
    | { readonly kind: "gathered" };
}

/** Throws `invalid`. */
export function understandExport(request: ExportRequest, nowNanos: bigint): UnderstoodExport {
  const asked = prepareQuery(request, nowNanos);
  const prepared = { ...asked, query: withFields(asked.query, request, nowNanos) };
  const { columns } = prepared.query;
  // A reader of NDJSON knows the last line by it.
  if (request.format === "ndjson" && columns?.some(({ name }) => name === "complete") === true)
    throw invalid(
      "fields",
      "the last line of NDJSON is told by its member `complete`: give the column another name with `as`, or take format=csv",
    );
  const pipeline = pipelineOf(prepared.query);
  const { rest } = pipeline;
  const chosen = rest.flatMap((pipe) => (pipe.kind === "fields" ? [pipe.columns] : []));
  if (chosen.length < rest.length) return { ...prepared, pipeline, rows: { kind: "gathered" } };
  const [first, ...later] = chosen;
  return {
    ...prepared,
    pipeline,
    rows: { kind: "streamed", columns: first && later.reduce(chosenOf, first) },
  };
}

/** Columns of columns, as fields of entries. */
function chosenOf(from: readonly NamedField[], columns: readonly NamedField[]): NamedField[] {
  return columns.flatMap((column) => {
    const source = from.find(({ name }) => name === column.field.name);
    return source === undefined ? [] : [{ ...column, field: source.field }];
  });
}

/** The query with a pipe `fields` behind it. */
function withFields(query: Query, request: ExportRequest, nowNanos: bigint): Query {
  const { fields = "" } = request;
  if (fields.trim() === "") return query;
  // In the canonical form, behind which a pipe is a pipe whatever the query's text ends with.
  const printed = printQuery(query);
  const before = `${printed === "" ? "" : `${printed} `}| fields `;
  const whole = prepareFields(before, request, nowNanos);
  const added: readonly Pipe[] = whole.pipes.slice(query.pipes.length);
  if (added.length !== 1)
    throw invalid("fields", "names of fields with commas between them, no pipe");
  return { ...query, pipes: [...query.pipes, ...added], columns: whole.columns };
}

/** Parses with the fields; what is wrong is told of them alone. */
function prepareFields(before: string, request: ExportRequest, nowNanos: bigint): Query {
  const { fields = "" } = request;
  try {
    return prepareQuery({ ...request, query: before + fields }, nowNanos).query;
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.kind !== "invalid") throw error;
    const { field, reason, meta = {} } = error.fault;
    if (field !== "query") throw error;
    const { code = "", expected = "" } = meta;
    const place = (name: string): string =>
      String(Math.max(0, Number(meta[name] ?? 0) - before.length));
    throw invalid("fields", reason, { code, expected, start: place("start"), end: place("end") });
  }
}
