/**
 * What the wire walker knows of SendLogsRequest. Invariant: the numbers are those of the proto files (tested).
 */
import { invalid } from "../domain/fault.ts";
import { LIMITS } from "../domain/limits.ts";

/** Field numbers; a test compares them with the generated descriptors. */
export const FIELDS = {
  "argus.v1.SendLogsRequest": { batch_id: 1, service: 2, host: 3, attributes: 4, entries: 5 },
  "argus.v1.LogEntry": {
    time: 1,
    level: 2,
    message: 3,
    service: 4,
    host: 5,
    trace_id: 6,
    span_id: 7,
    attributes: 8,
  },
  "google.protobuf.Timestamp": { seconds: 1, nanos: 2 },
  "google.protobuf.Struct": { fields: 1 },
  "google.protobuf.Value": {
    null_value: 1,
    number_value: 2,
    string_value: 3,
    bool_value: 4,
    struct_value: 5,
    list_value: 6,
  },
  "google.protobuf.ListValue": { values: 1 },
} as const;

/**
 * Unknown fields are passed over, for senders that are newer than this server. An entry of nothing else says nothing: its
 * sender wrote other names than ours, and must hear of it, or finds empty entries a week later.
 */
export const NOTHING_KNOWN = `none of its fields is known: an entry has ${Object.keys(FIELDS["argus.v1.LogEntry"]).join(", ")}`;

/** What bytes that are not a SendLogsRequest are answered with. */
export function undecodable(): Error {
  return invalid("body", "the protobuf request could not be decoded");
}

export function tooManyValues(): Error {
  return invalid("body", `more than ${LIMITS.valuesPerBody} values`);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @returns the text of body[start..end); throws `undecodable` when it is not UTF-8. */
export function utf8(body: Uint8Array, start: number, end: number): string {
  try {
    return decoder.decode(body.subarray(start, end));
  } catch {
    throw undecodable();
  }
}
