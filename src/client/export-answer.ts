/**
 * Reads the answer of an export, in a browser as in a shell.
 * Invariant: rows are passed on whole and in order, without the signs of life among them; the last line, which tells how
 * the export ended, never is. A row that was cut off is dropped.
 */

export type ExportFormat = "ndjson" | "csv";

/** As the server writes it. */
export interface ExportEnd {
  readonly complete: boolean;
  readonly entries: number;
  readonly partial_reason: string;
  /** Sentences about what is missing among the rows given. */
  readonly skipped: readonly string[];
  readonly next_cursor: string;
  /** Columns that hold estimates. */
  readonly approximate: readonly string[];
}

export interface Passed {
  /** Whole rows; of CSV the header, too. */
  readonly bytes: Uint8Array;
  /** Without the header. */
  readonly rows: number;
}

export interface AnswerForm {
  readonly format: ExportFormat;
  /** CSV begins with its header. */
  readonly header: boolean;
}

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;

/**
 * @param pass is waited for before more is read.
 * @returns undefined when the stream broke or ended without its last line; throws what `pass` throws.
 */
export async function readExport(
  body: AsyncIterable<Uint8Array>,
  form: AnswerForm,
  pass: (passed: Passed) => Promise<void>,
): Promise<ExportEnd | undefined> {
  const { format } = form;
  const rows = format === "csv" ? new CsvRows() : new JsonRows();
  let headers = form.header ? 1 : 0;
  const give = async (taken: Passed): Promise<void> => {
    if (taken.bytes.length === 0) return;
    const left = Math.max(0, taken.rows - headers);
    headers -= taken.rows - left;
    await pass({ bytes: taken.bytes, rows: left });
  };
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      // How a connection broke is nobody's concern; what the reader of rows throws is.
      const next = await chunks.next().catch(() => undefined);
      if (next === undefined || next.done === true) break;
      await give(rows.take(next.value));
    }
  } finally {
    await chunks.return?.().catch(() => undefined);
  }
  const last = rows.last();
  const end = endOf(new TextDecoder().decode(last.bytes), format);
  if (end === undefined) await give(last);
  return end;
}

/** Rows of NDJSON: each ends with a line feed. */
class JsonRows {
  /** The last whole row, which may be the end, and what has come of the one behind it. */
  #held = new Uint8Array();

  /** @returns whole rows up to the last one. */
  take(chunk: Uint8Array): Passed {
    this.#held = joined(this.#held, chunk);
    const last = this.#held.lastIndexOf(LF);
    const before = last > 0 ? this.#held.lastIndexOf(LF, last - 1) : -1;
    return this.#give(before + 1);
  }

  last(): Passed {
    return this.#give(this.#held.lastIndexOf(LF) + 1);
  }

  #give(upTo: number): Passed {
    const bytes = withoutSpaces(this.#held.subarray(0, upTo));
    this.#held = this.#held.subarray(upTo);
    let rows = 0;
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) rows++;
    return { bytes, rows };
  }
}

/** Signs of life stand at the beginning of a line. */
function withoutSpaces(lines: Uint8Array): Uint8Array {
  let hasSpaces = lines[0] === SPACE;
  for (let at = lines.indexOf(LF); at >= 0 && !hasSpaces; at = lines.indexOf(LF, at + 1))
    hasSpaces = lines[at + 1] === SPACE;
  if (!hasSpaces) return lines;
  return new TextEncoder().encode(new TextDecoder().decode(lines).replaceAll(/^ +/gm, ""));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Rows of CSV: each ends with a line feed outside of quotes. */
class CsvRows {
  #held = new Uint8Array();
  #looked = 0;
  #isQuoted = false;
  /** Where the last whole row begins and ends, and how many there are with it. */
  #begin = 0;
  #end = 0;
  #rows = 0;

  take(chunk: Uint8Array): Passed {
    this.#held = joined(this.#held, chunk);
    const held = this.#held;
    for (let at = this.#looked; at < held.length; at++) {
      const byte = held[at];
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (byte === LF && !this.#isQuoted) {
        this.#begin = this.#end;
        this.#end = at + 1;
        this.#rows++;
      }
    }
    this.#looked = held.length;
    return this.#give(this.#begin, Math.max(0, this.#rows - 1));
  }

  last(): Passed {
    return this.#give(this.#end, this.#rows);
  }

  #give(upTo: number, rows: number): Passed {
    const bytes = this.#held.subarray(0, upTo);
    this.#held = this.#held.subarray(upTo);
    this.#looked -= upTo;
    this.#end -= upTo;
    this.#begin = 0;
    this.#rows -= rows;
    return { bytes, rows };
  }
}

/** No row of NDJSON has a member `complete`, and no field of CSV begins with `#`. */
function endOf(line: string, format: ExportFormat): ExportEnd | undefined {
  if (format === "ndjson")
    return line.startsWith('{"complete":') ? (JSON.parse(line) as ExportEnd) : undefined;
  const [, quoted] = /^"# (\{(?:[^"]|"")*\})",*\r\n$/.exec(line) ?? [];
  return quoted === undefined ? undefined : (JSON.parse(quoted.replaceAll('""', '"')) as ExportEnd);
}
