/**
 * Finds ids of traces among the fields of an entry. Pure.
 * Invariant: 32 digits alone are not taken for one, as a digest has as many: the name, or what stands around them, says so.
 */

/** As the W3C's Trace Context has it in a header: version, trace, span, flags. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/i;
/** `trace_id`, `trace.id`, `parentTraceId`, `X-B3-TraceId` */
const NAME = /trace[._-]?id$/i;
const ID = /^[\da-f]{32}$/i;
/** Says that there is none. */
const ZEROS = /^0+$/;

/** @returns the id as Argus keeps it; undefined where the value holds none. */
export function traceIdIn(name: string, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const id = TRACEPARENT.exec(value)?.[1] ?? (NAME.test(name) && ID.test(value) ? value : "");
  return id === "" || ZEROS.test(id) ? undefined : id.toLowerCase();
}
