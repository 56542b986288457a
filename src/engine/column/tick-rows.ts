/**
 * Takes the rows of many batches and puts each in the block of its (application, bucket).
 * Invariant: a row is in a block whole or not at all, and so is what a batch has in one bucket; a batch whose decoder
 * threw leaves nothing. Where a row goes is a pure function of the batch's frame and body.
 *
 * Order of calls: `beginBatch`, what the decoder does (RowSink), then `endBatch` or `abortBatch`; after any number of
 * batches `takeBlocks` hands over what there is and starts anew. One instance serves one thread for long: its arrays
 * are used again.
 */
import type { AppId, BatchId } from "../../domain/ids.ts";
import { DEFAULT_SEVERITY } from "../../domain/level.ts";
import { invalid } from "../../domain/fault.ts";
import { LIMITS, MiB } from "../../domain/limits.ts";
import { HOUR_MS, type Bucket, nanosOf } from "../../domain/time-range.ts";
import type { BlockRows } from "./block-rows.ts";
import { utf8Bytes } from "./bytes.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { readHex } from "./hex-id.ts";
import { NameTable } from "./name-table.ts";
import { RowCells } from "./row-cells.ts";
import { SpareBlocks } from "./spare-blocks.ts";
import type { Name, RowSink, RowSinkDefaults, RowSinkNames } from "./row-sink.ts";
import { characterEnd } from "./utf8.ts";

/** What a batch is, before its body is read; `RawBatch` fits. */
export interface BatchFrame {
  readonly app: AppId;
  readonly batch: BatchId;
  readonly defaultTimeMs: number;
  readonly receivedMs: number;
  readonly admitFrom: Bucket;
  readonly admitTo: Bucket;
  readonly service: string;
  readonly host: string;
}

export interface RowRejection {
  readonly index: number;
  readonly reason: string;
}

export interface BatchOutcome {
  readonly accepted: number;
  /** Ascending by index. */
  readonly rejected: readonly RowRejection[];
  /** Whole hours were refused that a later admission may take. */
  readonly unfinished?: true;
}

export interface OpenBlock {
  readonly app: AppId;
  readonly bucket: Bucket;
  readonly rows: BlockRows;
}

export const TOO_OLD = "older than the retention";
export const TOO_NEW = "more than 10 minutes in the future";
export const TOO_MANY_BUCKETS = `the batch touches more than ${LIMITS.bucketsPerBatch} hours; this hour is among those with the fewest entries`;

const NO_BYTES = new Uint8Array(0);
/** Names are forgotten between ticks when there are more. */
const KEEP_NAMES = 10_000;

/** The rows that the batch at hand has in one block. */
interface Touched {
  readonly block: OpenBlock;
  readonly firstRow: number;
  readonly batchOrdinal: number;
}

export class TickRows implements RowSink, RowSinkNames, RowSinkDefaults {
  #names = new NameTable();
  #cells = new RowCells(this.#names);
  #defaults = new RowCells(this.#names);
  readonly #nameBytes = (canonical: number): Uint8Array => this.#names.bytesOf(canonical as Name);
  readonly #blocks = new Map<AppId, Map<Bucket, OpenBlock>>();
  readonly #spare = new SpareBlocks();
  #touched = new Map<Bucket, Touched>();
  #frame: BatchFrame | undefined;
  #last: Touched | undefined;
  #lastBucket = -1;
  #rejected: RowRejection[] = [];
  #accepted = 0;
  #unfinished = false;

  #index = 0;
  #hasTime = false;
  #ms = 0;
  #rem = 0;
  #timeOriginal: string | undefined;
  #severity = 0;
  #levelOriginal: string | undefined;
  #message = NO_BYTES as Uint8Array;
  #messageStart = 0;
  #messageEnd = 0;
  #service = NO_BYTES as Uint8Array;
  #serviceStart = 0;
  #serviceEnd = 0;
  #host = NO_BYTES as Uint8Array;
  #hostStart = 0;
  #hostEnd = 0;
  #ids = new Uint8Array(24);
  #defaultService = NO_BYTES as Uint8Array;
  #defaultHost = NO_BYTES as Uint8Array;
  /** What every row gets of the batch's defaults; -1 until the first row. */
  #defaultBytes = -1;
  #namesBefore = 0;

  beginBatch(frame: BatchFrame): void {
    if (this.#frame !== undefined) throw new Error("a batch is open already");
    this.#frame = frame;
    this.#touched.clear();
    this.#last = undefined;
    this.#lastBucket = -1;
    this.#rejected = [];
    this.#accepted = 0;
    this.#unfinished = false;
    this.#defaults.clear();
    this.#defaultBytes = -1;
    this.#cells.repeatedBytes = 0;
    this.#namesBefore = this.#names.size;
    this.#defaultService = utf8Bytes(frame.service);
    this.#defaultHost = utf8Bytes(frame.host);
  }

  /** The body is read to its end. */
  endBatch(): BatchOutcome {
    if (this.#touched.size > LIMITS.bucketsPerBatch) this.#keepFullestBuckets();
    const rejected = this.#rejected.toSorted((a, b) => a.index - b.index);
    const outcome = { accepted: this.#accepted, rejected };
    this.#frame = undefined;
    return this.#unfinished ? { ...outcome, unfinished: true } : outcome;
  }

  restart(): void {
    const frame = this.#frame;
    if (frame === undefined) throw new Error("no batch is open");
    this.abortBatch();
    this.beginBatch(frame);
  }

  /** The body cannot be read: nothing of it stays. */
  abortBatch(): void {
    for (const touched of this.#touched.values()) this.#dropFragment(touched);
    this.#frame = undefined;
  }

  /** @returns the blocks with rows. They are this instance's until `release`, and the sink takes no batch before. */
  takeBlocks(): OpenBlock[] {
    const blocks: OpenBlock[] = [];
    for (const byBucket of this.#blocks.values())
      for (const block of byBucket.values()) if (block.rows.rows > 0) blocks.push(block);
    return blocks;
  }

  /** Starts anew; what `takeBlocks` gave is used again. */
  release(): void {
    for (const byBucket of this.#blocks.values())
      for (const block of byBucket.values()) this.#spare.put(block.rows);
    this.#blocks.clear();
    this.#touched.clear();
    this.#last = undefined;
    if (this.#names.size > KEEP_NAMES) {
      this.#names = new NameTable();
      this.#cells = new RowCells(this.#names);
      this.#defaults = new RowCells(this.#names);
    }
  }

  begin(index: number): void {
    this.#index = index;
    this.#hasTime = false;
    this.#timeOriginal = undefined;
    this.#severity = 0;
    this.#levelOriginal = undefined;
    this.#messageEnd = this.#messageStart = 0;
    this.#serviceEnd = this.#serviceStart = 0;
    this.#hostEnd = this.#hostStart = 0;
    const ids = this.#ids;
    for (let i = 0; i < 24; i++) ids[i] = 0;
    this.#cells.clear();
  }

  time(ms: number, remNanos: number): void {
    this.#hasTime = true;
    this.#ms = ms;
    this.#rem = remNanos;
    this.#timeOriginal = undefined;
  }

  unreadableTime(text: string): void {
    this.#hasTime = true;
    this.#ms = 0;
    this.#rem = 0;
    this.#timeOriginal = text;
  }

  severity(severity: number): void {
    this.#severity = severity;
  }

  levelOriginal(text: string): void {
    this.#levelOriginal = text;
  }

  // A source is stored only when it is another one: the collector hears of every store of an object.
  message(source: Uint8Array, start: number, end: number): void {
    if (this.#message !== source) this.#message = source;
    this.#messageStart = start;
    this.#messageEnd = end;
  }

  service(source: Uint8Array, start: number, end: number): void {
    if (this.#service !== source) this.#service = source;
    this.#serviceStart = start;
    this.#serviceEnd = end;
  }

  host(source: Uint8Array, start: number, end: number): void {
    if (this.#host !== source) this.#host = source;
    this.#hostStart = start;
    this.#hostEnd = end;
  }

  traceId(source: Uint8Array, start: number, end: number): void {
    if (!readHex(this.#ids, 0, 16, source, start, end)) {
      this.#ids.fill(0, 0, 16);
      this.#oddId("trace_id", source, start, end);
    }
  }

  spanId(source: Uint8Array, start: number, end: number): void {
    if (!readHex(this.#ids, 16, 8, source, start, end)) {
      this.#ids.fill(0, 16, 24);
      this.#oddId("span_id", source, start, end);
    }
  }

  #oddId(field: string, source: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++)
      if (source[i] !== 0x30) {
        this.#cells.addText(this.#names.nameOfText(field), source, start, end);
        return;
      }
  }

  attributeText(name: Name, source: Uint8Array, start: number, end: number): void {
    this.#cells.addText(name, source, start, end);
  }
  attributeNumber(name: Name, value: number): void {
    this.#cells.addNumber(name, value);
  }
  attributeBoolean(name: Name, value: boolean): void {
    this.#cells.addBoolean(name, value);
  }
  attributeJson(name: Name, source: Uint8Array, start: number, end: number): void {
    this.#cells.addJson(name, source, start, end);
  }
  truncated(name: string): void {
    this.#cells.cut(name);
  }

  nameOf(source: Uint8Array, start: number, end: number): Name {
    return this.#names.nameOf(source, start, end);
  }
  nameOfText(text: string): Name {
    return this.#names.nameOfText(text);
  }
  join(parent: Name, child: Name): Name {
    return this.#names.join(parent, child);
  }

  defaultService(text: string): void {
    this.#defaultService = utf8Bytes(text);
  }
  defaultHost(text: string): void {
    this.#defaultHost = utf8Bytes(text);
  }
  defaultText(name: Name, text: string): void {
    const bytes = utf8Bytes(text);
    this.#defaults.addText(name, bytes, 0, bytes.length);
  }
  defaultNumber(name: Name, value: number): void {
    this.#defaults.addNumber(name, value);
  }
  defaultBoolean(name: Name, value: boolean): void {
    this.#defaults.addBoolean(name, value);
  }
  defaultJson(name: Name, json: string): void {
    const bytes = utf8Bytes(json);
    this.#defaults.addJson(name, bytes, 0, bytes.length);
  }

  reject(reason: string): void {
    this.#rejected.push({ index: this.#index, reason });
  }

  end(): void {
    const frame = this.#frame;
    if (frame === undefined) throw new Error("no batch is open");
    const cells = this.#cells;
    this.#settleTime(frame);
    const bucket = Math.floor(this.#ms / HOUR_MS);
    if (bucket < frame.admitFrom || bucket > frame.admitTo) {
      this.#unfinished = true;
      return this.reject(bucket < frame.admitFrom ? TOO_OLD : TOO_NEW);
    }
    if (cells.refusal !== "") return this.reject(cells.refusal);

    let severity = this.#severity;
    if (!(severity >= 1 && severity <= 24)) {
      if (severity !== 0) this.#levelOriginal ??= String(severity);
      severity = DEFAULT_SEVERITY;
    }
    if (this.#levelOriginal !== undefined) this.#textCell("level_original", this.#levelOriginal);
    cells.settle();
    if (this.#defaults.count > 0) {
      this.#defaults.settle();
      cells.addMissing(this.#defaults);
    }
    this.#checkSize(cells);
    let messageEnd = this.#messageEnd;
    if (messageEnd - this.#messageStart > LIMITS.messageBytes) {
      messageEnd = characterEnd(
        this.#message,
        this.#messageStart,
        this.#messageStart + LIMITS.messageBytes,
      );
      cells.cut("message");
    }

    const { block, batchOrdinal } =
      bucket === this.#lastBucket ? (this.#last as Touched) : this.#touch(bucket as Bucket, frame);
    const rows = block.rows;
    rows.openRow(this.#ms, this.#rem, severity, batchOrdinal, this.#index, this.#ids);
    const refusal = this.#fill(rows, messageEnd);
    if (refusal !== "") {
      rows.truncate(rows.rows);
      return this.reject(refusal);
    }
    rows.commitRow();
    this.#accepted++;
  }

  /** Bounds what the batch comes to when it is written out: a small body may repeat much. Throws `invalid`. */
  #checkSize(cells: RowCells): void {
    if (this.#defaultBytes < 0)
      this.#defaultBytes =
        this.#defaults.bytes + this.#defaultService.length + this.#defaultHost.length;
    cells.repeatedBytes += this.#defaultBytes;
    if (cells.repeatedBytes > LIMITS.repeatedBytesPerBatch)
      throw invalid(
        "attributes",
        `with its defaults and names repeated for each entry the batch is larger than ${LIMITS.repeatedBytesPerBatch / MiB} MiB; send it in parts`,
      );
    if (this.#names.size - this.#namesBefore > LIMITS.namesPerBatch)
      throw invalid(
        "attributes",
        `more than ${LIMITS.namesPerBatch} different names; put what varies into values, or send the batch in parts`,
      );
  }

  /** @returns why the row cannot be taken, empty when it is in. */
  #fill(rows: BlockRows, messageEnd: number): string {
    const row = rows.rows;
    if (!rows.message.addText(row, this.#message, this.#messageStart, messageEnd))
      return "message: not valid UTF-8";
    const ownService = this.#serviceEnd > this.#serviceStart;
    const service = ownService ? this.#service : this.#defaultService;
    const serviceStart = ownService ? this.#serviceStart : 0;
    const serviceEnd = ownService ? this.#serviceEnd : service.length;
    if (!this.#addNamed(rows.service, row, "service", service, serviceStart, serviceEnd))
      return "service: not valid UTF-8";
    const ownHost = this.#hostEnd > this.#hostStart;
    const host = ownHost ? this.#host : this.#defaultHost;
    const hostStart = ownHost ? this.#hostStart : 0;
    const hostEnd = ownHost ? this.#hostEnd : host.length;
    if (!this.#addNamed(rows.host, row, "host", host, hostStart, hostEnd))
      return "host: not valid UTF-8";
    const bad = rows.addCells(this.#cells, this.#nameBytes);
    if (bad >= 0) return `${this.#names.textOf(bad as Name)}: not valid UTF-8`;
    if (this.#cells.truncated.size > 0) {
      const names = utf8Bytes(JSON.stringify([...this.#cells.truncated]));
      this.#cells.repeatedBytes += names.length;
      rows.truncated.addJson(row, names, 0, names.length);
    }
    return "";
  }

  #addNamed(
    column: ColumnBuilder,
    row: number,
    field: "service" | "host",
    source: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    if (end - start <= LIMITS.attributeValueBytes) return column.addText(row, source, start, end);
    this.#cells.cut(field);
    const to = characterEnd(source, start, start + LIMITS.attributeValueBytes);
    return column.addText(row, source, start, to);
  }

  /** Decides the row's time from what was sent. */
  #settleTime(frame: BatchFrame): void {
    const { defaultTimeMs } = frame;
    if (!this.#hasTime) {
      // Their order as sent stays: a nanosecond each.
      this.#ms = defaultTimeMs + Math.floor(this.#index / 1_000_000);
      this.#rem = this.#index % 1_000_000;
      return;
    }
    const ms = this.#ms;
    const readable =
      this.#timeOriginal === undefined &&
      Number.isSafeInteger(ms) &&
      (ms !== 0 || this.#rem !== 0) &&
      (ms < defaultTimeMs + LIMITS.futureMs ||
        (ms === defaultTimeMs + LIMITS.futureMs && this.#rem === 0));
    if (readable) return;
    this.#textCell("time_original", this.#timeOriginal ?? timeText(ms, this.#rem));
    this.#ms = defaultTimeMs;
    this.#rem = 0;
  }

  #textCell(name: string, text: string): void {
    const bytes = utf8Bytes(text);
    this.#cells.addText(this.#names.nameOfText(name), bytes, 0, bytes.length);
  }

  #touch(bucket: Bucket, frame: BatchFrame): Touched {
    let touched = this.#touched.get(bucket);
    if (touched === undefined) {
      if (this.#touched.size === LIMITS.bucketsLookedAt)
        throw invalid(
          "entries",
          `of more than ${LIMITS.bucketsLookedAt} different hours; send the batch in parts`,
        );
      let byBucket = this.#blocks.get(frame.app);
      if (byBucket === undefined) {
        byBucket = new Map<Bucket, OpenBlock>();
        this.#blocks.set(frame.app, byBucket);
      }
      let block = byBucket.get(bucket);
      if (block === undefined) {
        block = { app: frame.app, bucket, rows: this.#spare.take() };
        byBucket.set(bucket, block);
      }
      const { rows } = block;
      const batchOrdinal = rows.batches.length;
      rows.batches.push({ batch: frame.batch, receivedMs: frame.receivedMs });
      touched = { block, firstRow: rows.rows, batchOrdinal };
      this.#touched.set(bucket, touched);
    }
    this.#last = touched;
    this.#lastBucket = bucket;
    return touched;
  }

  #dropFragment({ block, firstRow, batchOrdinal }: Touched): void {
    block.rows.truncate(firstRow);
    block.rows.truncateBatches(batchOrdinal);
  }

  /** The hours with most entries stay, of equals the earlier one: a pure function of the body. */
  #keepFullestBuckets(): void {
    const all = [...this.#touched].toSorted(
      ([bucketA, a], [bucketB, b]) =>
        b.block.rows.rows - b.firstRow - (a.block.rows.rows - a.firstRow) || bucketA - bucketB,
    );
    for (const [bucket, touched] of all.slice(LIMITS.bucketsPerBatch)) {
      const { rows } = touched.block;
      for (let row = touched.firstRow; row < rows.rows; row++)
        this.#rejected.push({ index: rows.indexes[row] as number, reason: TOO_MANY_BUCKETS });
      this.#accepted -= rows.rows - touched.firstRow;
      this.#dropFragment(touched);
      this.#touched.delete(bucket);
    }
  }
}

/** @returns RFC 3339 with nanoseconds where that can be written, nanoseconds since 1970 elsewhere. */
function timeText(ms: number, remNanos: number): string {
  if (!Number.isSafeInteger(ms)) return String(ms);
  if (Math.abs(ms) > 8.64e15) return nanosOf(ms, remNanos).toString();
  const rem = remNanos.toString().padStart(6, "0");
  return new Date(ms).toISOString().replace("Z", `${rem}Z`);
}
