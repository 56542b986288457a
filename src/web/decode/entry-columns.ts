/**
 * Entries as columns, which go from one thread to another for a fraction of what objects cost.
 * Invariant: `entriesOf(columnsOf(entries))` says what they said. Attributes stay text until somebody asks for them: of a
 * page of five hundred rows, those on screen do. Pure.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { Timestamp } from "../../../generated/client/google/protobuf/timestamp.ts";

interface Times {
  /** NaN where there is none. */
  readonly seconds: Float64Array;
  readonly nanos: Uint32Array;
}

const TEXTS = ["id", "message", "service", "host", "traceId", "spanId"] as const;

export interface EntryColumns extends Readonly<Record<(typeof TEXTS)[number], readonly string[]>> {
  readonly count: number;
  readonly time: Times;
  readonly observed: Times;
  readonly level: Int32Array;
  /** As JSON; "" where there are none. */
  readonly attributes: readonly string[];
  /** By place, of those that were cut. */
  readonly truncated: ReadonlyMap<number, readonly string[]>;
}

export function columnsOf(entries: readonly LogEntry[]): EntryColumns {
  const texts = Object.fromEntries(
    TEXTS.map((name) => [name, entries.map((entry) => entry[name])]),
  ) as Record<(typeof TEXTS)[number], string[]>;
  const cut = entries.map(({ truncated }, at) => [at, truncated] as const);
  return {
    ...texts,
    count: entries.length,
    time: timesOf(entries.map(({ time }) => time)),
    observed: timesOf(entries.map(({ observedTime }) => observedTime)),
    level: Int32Array.from(entries, ({ level }) => level),
    attributes: entries.map(({ attributes }) =>
      attributes === undefined ? "" : JSON.stringify(attributes),
    ),
    truncated: new Map(cut.filter(([, names]) => names.length > 0)),
  };
}

export function entriesOf(columns: EntryColumns): LogEntry[] {
  return Array.from({ length: columns.count }, (_, at) => new Row(columns, at));
}

/** One of them. Its members are those of an entry that was read in one piece. */
class Row implements LogEntry {
  readonly id: string;
  readonly time: Timestamp | undefined;
  readonly level: LogEntry["level"];
  readonly message: string;
  readonly service: string;
  readonly host: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly observedTime: Timestamp | undefined;
  readonly truncated: string[];
  #attributesText: string;
  #attributes: LogEntry["attributes"];

  constructor(columns: EntryColumns, at: number) {
    this.id = columns.id[at] ?? "";
    this.time = timeAt(columns.time, at);
    this.level = (columns.level[at] ?? 0) as LogEntry["level"];
    this.message = columns.message[at] ?? "";
    this.service = columns.service[at] ?? "";
    this.host = columns.host[at] ?? "";
    this.traceId = columns.traceId[at] ?? "";
    this.spanId = columns.spanId[at] ?? "";
    this.observedTime = timeAt(columns.observed, at);
    this.truncated = columns.truncated.get(at)?.slice() ?? NONE;
    this.#attributesText = columns.attributes[at] ?? "";
  }

  get attributes(): LogEntry["attributes"] {
    if (this.#attributesText !== "") {
      this.#attributes = JSON.parse(this.#attributesText) as LogEntry["attributes"];
      this.#attributesText = "";
    }
    return this.#attributes;
  }
}

const NONE: string[] = [];

function timesOf(times: readonly (Timestamp | undefined)[]): Times {
  return {
    seconds: Float64Array.from(times, (time) => (time === undefined ? NaN : Number(time.seconds))),
    nanos: Uint32Array.from(times, (time) => time?.nanos ?? 0),
  };
}

function timeAt({ seconds, nanos }: Times, at: number): Timestamp | undefined {
  const whole = seconds[at] ?? NaN;
  return Number.isNaN(whole) ? undefined : { seconds: BigInt(whole), nanos: nanos[at] ?? 0 };
}
