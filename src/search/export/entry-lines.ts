/**
 * Writes whole entries as lines of NDJSON.
 * Invariant: a line is the API's JSON of an entry and a line feed. It is written from columns as bytes: nothing is made
 * for a row but texts of its numbers.
 */
import { type Entry, entryIdText } from "../../domain/entry.ts";
import { LEVELS, levelOf, severityOf } from "../../domain/level.ts";
import { msOf, nanosOf } from "../../domain/time-range.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { attributesJson, attributesWriter } from "./attributes-json.ts";
import { columnWriter, type RowWriter } from "./column-json.ts";
import { idWriter } from "./id-writer.ts";
import { valueJson } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";
import { secondWriter, timeText } from "./time-text.ts";

const QUOTE = 0x22;

const TIME = utf8Bytes('{"time":"');
const LEVEL = utf8Bytes('Z","level":');
/** By severity. Those between the names are numbers in canonical JSON. */
const SEVERITIES = Array.from({ length: 25 }, (_, severity) => {
  const level = levelOf(severity);
  const isNamed = severity > 0 && LEVELS.includes(level) && severityOf(level) === severity;
  return utf8Bytes(isNamed ? `"LEVEL_${level.toUpperCase()}"` : String(severity));
});
const ATTRIBUTES = utf8Bytes(',"attributes":');
const NO_TRUNCATED = utf8Bytes(',"truncated":[]}\n');
const TRUNCATED = utf8Bytes(',"truncated":');
const END = utf8Bytes("}\n");
const NO_TEXT = utf8Bytes('""');
const BUILTINS = ["message", "service", "host", "trace_id", "span_id"] as const;

/** Throws `corrupt` when a column cannot be read. */
export function rowWriter(block: BlockReader, out: LineBytes): RowWriter {
  const { timeMs, timeRemNanos, severities, batches, batchOf } = block;
  const writeSecond = secondWriter(out);
  const builtins = BUILTINS.map((name) =>
    columnWriter(`,"${name}":`, block.builtin(name), out, NO_TEXT),
  );
  const writeAttributes = attributesWriter(block, out);
  const truncated = block.truncatedNames();
  const received = batches.map((_, i) =>
    utf8Bytes(`,"observed_time":"${timeText(block.receivedMs(i), 0)}","id":"`),
  );
  const writeId = idWriter(block, out);

  return (row) => {
    const ms = timeMs[row] as number;
    const rem = timeRemNanos[row] as number;
    const batch = batchOf[row] as number;
    out.raw(TIME);
    writeSecond(ms, rem);
    out.raw(LEVEL);
    out.raw(SEVERITIES[severities[row] as number] ?? NO_TEXT);
    for (const write of builtins) write(row);
    out.raw(ATTRIBUTES);
    writeAttributes(row);
    out.raw(received[batch] ?? END);
    writeId(row);
    out.put(QUOTE);
    const cut = truncated?.value(row);
    if (cut === undefined) {
      out.raw(NO_TRUNCATED);
      return;
    }
    out.raw(TRUNCATED);
    out.raw(utf8Bytes(valueJson(cut)));
    out.raw(END);
  };
}

/** The line of an entry that pipes have made of a row. */
export function writeEntry(entry: Entry, out: LineBytes): void {
  const { severity, attributes } = entry;
  const ms = msOf(entry.timeNanos);
  const texts = [entry.message, entry.service, entry.host, entry.traceId, entry.spanId];
  out.raw(TIME);
  out.ascii(timeText(ms, Number(entry.timeNanos - nanosOf(ms, 0))).slice(0, -1));
  out.raw(LEVEL);
  out.raw(SEVERITIES[severity] ?? NO_TEXT);
  const builtins = BUILTINS.map((name, i) => `,"${name}":${JSON.stringify(texts[i])}`).join("");
  const observed = timeText(msOf(entry.observedNanos), 0);
  out.raw(
    utf8Bytes(
      `${builtins},"attributes":${attributesJson(attributes)},"observed_time":"${observed}",` +
        `"id":"${entryIdText(entry.id)}","truncated":${JSON.stringify(entry.truncated)}}\n`,
    ),
  );
}
