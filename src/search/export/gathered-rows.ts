/**
 * Rows of an export that pipes make of all rows together: tables, and entries in an order of their own.
 * Invariant: they are those of a query that no budget of time or bytes ends, and all of its pages.
 */
import { utf8Bytes } from "../../engine/column/bytes.ts";
import type { QueryResult } from "../results.ts";
import { runQuery } from "../run-query.ts";
import { rowStyle, writeCells } from "./cell-rows.ts";
import type { ExportChunk } from "./export.ts";
import { CHUNK_BYTES, LineBytes } from "./line-bytes.ts";
import { entryShape } from "./row-shape.ts";
import type { ExportRun } from "./streamed-rows.ts";

export async function* gatheredChunks(
  run: ExportRun,
): AsyncGenerator<ExportChunk, void, undefined> {
  const { request, understood, spending, reasons, deps } = run;
  const out = new LineBytes();
  const before = { entries: 0, cursor: "", reasons: [], approximate: [], width: 0 };
  yield { ...before, lines: out.take() };
  const result = await runQuery(
    understood,
    {
      app: request.app,
      limit: Infinity,
      tableRows: Infinity,
      bytes: Infinity,
      start: { kind: "first" },
      ascending: request.ascending ?? false,
    },
    { store: deps.store, opener: deps.opener, spending },
  );
  if (result.partial) reasons.add(result.partialReason);
  const rows = rowsOf(result, request.format, out);
  out.raw(utf8Bytes(rows.header));
  const chunk = (entries: number): ExportChunk => ({
    lines: out.take(),
    entries,
    cursor: "",
    reasons: reasons.list(),
    approximate: rows.approximate,
    width: rows.width,
  });
  for (let row = 0; row < rows.length; row++) {
    rows.write(row);
    if (out.length < CHUNK_BYTES) continue;
    yield chunk(row + 1);
    await spending.turn();
  }
  yield chunk(rows.length);
}

interface WholeRows {
  readonly header: string;
  readonly width: number;
  readonly length: number;
  readonly approximate: readonly string[];
  readonly write: (row: number) => void;
}

function rowsOf(
  { table, entries }: QueryResult,
  format: ExportRun["request"]["format"],
  out: LineBytes,
): WholeRows {
  if (table === undefined) {
    const shape = entryShape(format, undefined, out);
    const { header, width } = shape;
    const write = (row: number): void => {
      const entry = entries[row];
      if (entry !== undefined) shape.writeEntry(entry);
    };
    return { header, width, length: entries.length, approximate: [], write };
  }
  const { columns } = table;
  const names = columns.map(({ name }) => name);
  const types = columns.map(({ type }) => type);
  const style = rowStyle(format, names);
  return {
    header: style.header,
    width: format === "csv" ? names.length : 0,
    length: table.rows.length,
    approximate: columns.flatMap(({ name, approximate }) => (approximate ? [name] : [])),
    write: (row) => writeCells(table.rows[row] ?? [], types, style, out),
  };
}
