/**
 * What the read side answers, as messages.
 * Invariant: an integer beyond ±2^53 becomes text; nothing else changes its kind on the way out.
 */
import type { Duration } from "../../../generated/server/google/protobuf/duration.ts";
import {
  ListValue,
  NullValue,
  type Struct,
  type Value,
} from "../../../generated/server/google/protobuf/struct.ts";
import type { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";
import { LogEntry } from "../../../generated/server/argus/v1/entry.ts";
import type {
  LevelCounts,
  QueryStats,
  QueryWarning,
  Table,
} from "../../../generated/server/argus/v1/log_service.ts";
import { type AttributeValue, type Entry, entryIdText } from "../../domain/entry.ts";
import { invalid } from "../../domain/fault.ts";
import type { Level } from "../../domain/level.ts";
import type { Cell } from "../../engine/pipe/cell.ts";
import type {
  Coverage,
  QueryLimits,
  QueryStats as Stats,
  QueryWarning as Warning,
  ResultTable,
} from "../../search/results.ts";
import { nanosOfTimestamp, timestampOfNanos } from "../twirp/timestamp.ts";

const NANOS_PER_SECOND = 1_000_000_000n;

/** @returns the range of a request as the read side takes it, absent ends left out. */
export function rangeOf(request: { startTime?: Timestamp; endTime?: Timestamp }): {
  startNanos?: bigint;
  endNanos?: bigint;
} {
  const startNanos = nanosOfTimestamp(request.startTime, "start_time");
  const endNanos = nanosOfTimestamp(request.endTime, "end_time");
  return {
    ...(startNanos === undefined ? {} : { startNanos }),
    ...(endNanos === undefined ? {} : { endNanos }),
  };
}

export function durationOfMs(ms: number): Duration {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

export function durationOfNanos(nanos: bigint): Duration {
  return { seconds: nanos / NANOS_PER_SECOND, nanos: Number(nanos % NANOS_PER_SECOND) };
}

export function entryMessage(entry: Entry): LogEntry {
  const fields = fieldsOf(entry.attributes);
  return {
    time: timestampOfNanos(entry.timeNanos),
    level: entry.severity,
    message: entry.message,
    service: entry.service,
    host: entry.host,
    traceId: entry.traceId,
    spanId: entry.spanId,
    attributes: { fields },
    observedTime: timestampOfNanos(entry.observedNanos),
    id: entryIdText(entry.id),
    truncated: [...entry.truncated],
  };
}

/** The canonical JSON of an entry, as Twirp JSON has it. */
export function entryJson(entry: Entry): string {
  return JSON.stringify(
    LogEntry.toJson(entryMessage(entry), { emitDefaultValues: true, useProtoFieldName: true }),
  );
}

function valueMessage(value: AttributeValue): Value {
  switch (typeof value) {
    case "string":
      return { kind: { oneofKind: "stringValue", stringValue: value } };
    case "number":
      // Struct has no other number than a finite one.
      return Number.isFinite(value)
        ? { kind: { oneofKind: "numberValue", numberValue: value } }
        : { kind: { oneofKind: "stringValue", stringValue: String(value) } };
    case "bigint":
      return { kind: { oneofKind: "stringValue", stringValue: String(value) } };
    case "boolean":
      return { kind: { oneofKind: "boolValue", boolValue: value } };
    default:
      break;
  }
  if (value === null) return { kind: { oneofKind: "nullValue", nullValue: NullValue.NULL_VALUE } };
  if (isList(value))
    return { kind: { oneofKind: "listValue", listValue: { values: value.map(valueMessage) } } };
  const structValue: Struct = { fields: fieldsOf(Object.entries(value)) };
  return { kind: { oneofKind: "structValue", structValue } };
}

function fieldsOf(members: Iterable<[string, AttributeValue]>): Record<string, Value> {
  const fields: Record<string, Value> = {};
  for (const [name, value] of members) {
    // Defined, not assigned: a field of that name would set the object's prototype.
    if (name === "__proto__")
      Object.defineProperty(fields, name, {
        value: valueMessage(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else fields[name] = valueMessage(value);
  }
  return fields;
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

export function tableMessage(table: ResultTable): Table {
  return {
    columns: table.columns.map(({ name, type, approximate }, i) => ({
      name,
      type: type === "value" ? kindOf(table.rows.map((row) => row[i] ?? null)) : type,
      approximate,
    })),
    rows: table.rows.map((row) => {
      const values = row.map((cell, i) =>
        valueMessage(table.columns[i]?.type === "time" ? timeTexts(cell) : cell),
      );
      return ListValue.create({ values });
    }),
  };
}

/** @returns what all cells of a column are; a missing one is of any kind. */
function kindOf(cells: readonly Cell[]): "string" | "number" | "boolean" | "list" | "mixed" {
  const kinds = new Set(
    cells.flatMap((cell) => {
      if (cell === null) return [];
      if (typeof cell === "string" || typeof cell === "boolean") return [typeof cell];
      return [isList(cell) ? "list" : "number"];
    }),
  );
  const [only] = kinds;
  return only !== undefined && kinds.size === 1 ? (only as ReturnType<typeof kindOf>) : "mixed";
}

/** Times of a cell as texts; also those of a list, as `values(time)` gives it. */
function timeTexts(cell: Cell): Cell {
  if (typeof cell === "bigint") return timeText(cell);
  return isList(cell)
    ? cell.map((value) => (typeof value === "bigint" ? timeText(value) : value))
    : cell;
}

/** RFC 3339 with as many digits as the instant needs. */
function timeText(nanos: bigint): string {
  const { seconds, nanos: rest } = timestampOfNanos(nanos);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction =
    rest === 0
      ? ""
      : `.${String(rest)
          .padStart(9, "0")
          .replace(/(000){1,2}$/, "")}`;
  return `${whole}${fraction}Z`;
}

export function warningMessage(warning: Warning): QueryWarning {
  return { ...warning, fixes: [...warning.fixes] };
}

export function statsMessage(stats: Stats): QueryStats {
  return {
    blocks: BigInt(stats.blocks),
    blocksRead: BigInt(stats.blocksRead),
    rowsScanned: BigInt(stats.rowsScanned),
    bytesRead: BigInt(stats.bytesRead),
    elapsed: durationOfMs(stats.elapsedMs),
    matched: BigInt(stats.matched),
    matchedExact: stats.matchedExact,
  };
}

export function levelCountsMessage(counts: Readonly<Record<Level, number>>): LevelCounts {
  return {
    trace: BigInt(counts.trace),
    debug: BigInt(counts.debug),
    info: BigInt(counts.info),
    warn: BigInt(counts.warn),
    error: BigInt(counts.error),
    fatal: BigInt(counts.fatal),
  };
}

export function coverageMessage(coverage: Coverage): {
  partial: boolean;
  partialReason: string;
  coveredStartTime?: Timestamp;
} {
  return {
    partial: coverage.partial,
    partialReason: coverage.partialReason,
    ...(coverage.coveredStartNanos === undefined
      ? {}
      : { coveredStartTime: timestampOfNanos(coverage.coveredStartNanos) }),
  };
}

/** @returns the part of the budget that the request lowers; 0 and absent leave it whole. */
export function limitsOf(
  budget: { rows: bigint; bytes: bigint; time?: Duration } | undefined,
): QueryLimits {
  if (budget === undefined) return {};
  const timeMs =
    budget.time === undefined ? 0 : Number(budget.time.seconds) * 1000 + budget.time.nanos / 1e6;
  return {
    ...positive("rows", Number(budget.rows)),
    ...positive("bytes", Number(budget.bytes)),
    ...positive("timeMs", timeMs),
  };
}

function positive(name: keyof QueryLimits, value: number): QueryLimits {
  if (value < 0) throw invalid("budget", "a budget is not negative");
  return value === 0 ? {} : { [name]: value };
}
