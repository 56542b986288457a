/**
 * Which pipes need no more of rows than how many there are of each minute, level and service.
 * Invariant: feeding the counts gives the table that feeding the rows gives.
 */
import { levelOf } from "../../domain/level.ts";
import type { Scalar } from "../../domain/entry.ts";
import type { GroupKey, Pipe } from "../../query/ast.ts";
import { timeBuckets } from "./time-buckets.ts";

/** So many rows of one minute, severity and service. */
export interface RowCount {
  /** Start of the minute, nanoseconds since 1970. */
  readonly nanos: bigint;
  readonly severity: number;
  /** "" for none. */
  readonly service: string;
  readonly count: number;
}

/** What the groups of a pipe go by; undefined when it needs more than counts. */
export interface CountedBy {
  readonly time: boolean;
  readonly level: boolean;
  readonly service: boolean;
}

export function countedBy(pipe: Pipe): CountedBy | undefined {
  if (pipe.kind !== "stats" && pipe.kind !== "timechart") return undefined;
  if (pipe.functions.some(({ fn, field }) => (fn !== "count" && fn !== "rate") || field !== null))
    return undefined;
  const keys = pipe.kind === "stats" ? pipe.keys : [];
  const fields = keys.flatMap((key) => (key.kind === "bin" ? [] : [key.field]));
  if (pipe.kind === "timechart" && pipe.by !== null) fields.push(pipe.by);
  if (keys.some((key) => key.kind === "numberBin")) return undefined;
  let level = false;
  let service = false;
  for (const field of fields) {
    if (field.kind !== "builtin") return undefined;
    if (field.name === "level") level = true;
    else if (field.name === "service") service = true;
    else return undefined;
  }
  const time = pipe.kind === "timechart" || keys.some((key) => key.kind === "bin");
  return { time, level, service };
}

/** @returns the value of a key in counted rows; undefined when a bucket of time begins inside their minute. */
export function countedKeyReader(
  key: GroupKey,
  zone: string,
): (row: RowCount) => Scalar | null | undefined {
  if (key.kind === "bin") {
    const buckets = timeBuckets(key.width, zone);
    return ({ nanos }) => {
      const start = buckets.startOf(nanos);
      return buckets.startOf(nanos + LAST_OF_MINUTE) === start ? start : undefined;
    };
  }
  if (key.field.name === "level") return ({ severity }) => levelOf(severity);
  return ({ service }) => (service === "" ? null : service);
}

const LAST_OF_MINUTE = 59_999_999_999n;
