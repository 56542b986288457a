/**
 * An export to its end: answer after answer, each behind the last row of the one before, as a session's token ends in
 * the middle of a long one, a connection breaks, a server restarts.
 * Invariants: rows are passed on once, whole and in order; it is called whole only when the server said so of its last
 * answer and nothing was left out of any. Once rows have come a server that is away for a moment is waited for; an
 * answer that brings none is the last.
 */
import { errorOfEndpoint } from "./answer.ts";
import { type ExportEnd, type ExportFormat, type Passed, readExport } from "./export-answer.ts";

/** A server that restarts is back within them. */
const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];
const ENTRY_ID = /^\d{1,19}\.[\da-f-]{36}\.\d+$/;

export interface ExportSource {
  readonly format: ExportFormat;
  /** Where it begins; "" for all of it. */
  readonly cursor: string;
  readonly signal: AbortSignal;
  /** Asks for what is behind the cursor. Throws a TypeError when nobody answers. */
  readonly ask: (cursor: string) => Promise<Response>;
  /** Is waited for before more is read. */
  readonly pass: (passed: Passed) => Promise<void>;
  /** Resolves after the time, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface ExportOutcome {
  /** Why it is not all; "" when it is. */
  readonly reason: string;
  /** Where it would go on; "" where it would have to begin anew. */
  readonly cursor: string;
  /** Rows that the server said it sent. */
  readonly told: number;
  /** Columns that hold estimates. */
  readonly approximate: readonly string[];
}

interface Answer {
  /** Undefined when it was cut off before its last line. */
  readonly end: ExportEnd | undefined;
  readonly rows: number;
  readonly bytes: number;
  /** Of the last entry, if rows have one. */
  readonly lastId: string;
}

/** Throws what fails before there is a row, what `pass` throws, and why the signal aborted. */
export async function wholeExport(source: ExportSource): Promise<ExportOutcome> {
  const skipped = new Set<string>();
  let { cursor } = source;
  let told = 0;
  let hasRows = false;
  for (;;) {
    const partial = (reason: string, from = cursor): ExportOutcome => ({
      reason,
      cursor: from,
      told,
      approximate: [],
    });
    let response: Response;
    try {
      response = await patiently(source, cursor, hasRows);
      if (!response.ok || response.body === null) throw await errorOfEndpoint(response);
    } catch (error) {
      if (!hasRows || source.signal.aborted) throw error;
      if (error instanceof TypeError) return partial("the server cannot be reached any more");
      return partial(error instanceof Error ? error.message : String(error));
    }
    const { end, rows, bytes, lastId } = await oneAnswer(source, response.body, cursor === "");
    source.signal.throwIfAborted();
    hasRows ||= bytes > 0;
    told += end?.entries ?? rows;
    for (const reason of end?.skipped ?? []) skipped.add(reason);
    if (end?.complete === true && skipped.size === 0)
      return { reason: "", cursor: "", told, approximate: end.approximate };
    const next = end === undefined ? lastId : end.next_cursor;
    if (next === "" || bytes === 0) return partial(reasonOf(end, skipped), next);
    cursor = next;
  }
}

/** Of the whole export, whose last answer may be complete in itself. */
function reasonOf(end: ExportEnd | undefined, skipped: ReadonlySet<string>): string {
  if (end === undefined) return "the answer was cut off";
  return end.complete ? [...skipped].join("; ") : end.partial_reason;
}

async function oneAnswer(
  { format, pass }: ExportSource,
  body: ReadableStream<Uint8Array>,
  isFirst: boolean,
): Promise<Answer> {
  let rows = 0;
  let bytes = 0;
  let lastRow: Uint8Array = new Uint8Array();
  const form = { format, header: format === "csv" && isFirst };
  const end = await readExport(chunksOf(body), form, async (passed) => {
    await pass(passed);
    lastRow = passed.bytes;
    rows += passed.rows;
    bytes += passed.bytes.length;
  });
  return { end, rows, bytes, lastId: format === "ndjson" ? idIn(lastRow) : "" };
}

/** Not every browser lets a stream be walked. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Of the last of some lines. */
function idIn(lines: Uint8Array): string {
  if (lines.length === 0) return "";
  const from = lines.length > 1 ? lines.lastIndexOf(0x0a, lines.length - 2) + 1 : 0;
  const { id } = JSON.parse(new TextDecoder().decode(lines.subarray(from))) as { id?: unknown };
  return typeof id === "string" && ENTRY_ID.test(id) ? id : "";
}

async function patiently(
  { ask, sleep, signal }: ExportSource,
  cursor: string,
  mayWait: boolean,
): Promise<Response> {
  if (mayWait)
    for (const pauseMs of PAUSES_MS) {
      try {
        const response = await ask(cursor);
        if (response.status !== 503 && response.status !== 429) return response;
        await response.body?.cancel();
      } catch (error) {
        if (signal.aborted || !(error instanceof TypeError)) throw error;
      }
      await sleep(pauseMs, signal);
      signal.throwIfAborted();
    }
  return ask(cursor);
}
