/**
 * What is asked of an export, as parameters of an address or a form.
 * Invariant: a parameter that is not understood is refused, never passed over: an export of something else would be
 * taken for the one that was meant.
 */
import type { Clock } from "../domain/clock.ts";
import { invalid } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { KiB } from "../domain/limits.ts";
import { NANOS_PER_MS } from "../domain/time-range.ts";
import type { EndpointCall } from "../http/endpoint.ts";
import { parseTime } from "../query/time-literal.ts";
import { EXPORT_FORMATS, type ExportRequest } from "../search/export/export-request.ts";

/** Of the parameters, when they are sent as a form. */
const FORM_BYTES = 64 * KiB;
const FORM = "application/x-www-form-urlencoded";
const NAMES = new Set([
  "application_id",
  "query",
  "start_time",
  "end_time",
  "time_zone",
  "ascending",
  "format",
  "fields",
  "cursor",
]);

/** A long query does not fit into an address: a POST may send a form. */
export async function exportParameters({
  exchange,
  query,
}: EndpointCall): Promise<URLSearchParams> {
  const { headers, method } = exchange.req;
  if (method !== "GET" && method !== "POST") throw invalid("method", "GET or POST");
  let parameters = query;
  if (method === "POST" && headers["content-type"]?.split(";")[0]?.trim() === FORM) {
    exchange.begin();
    parameters = new URLSearchParams((await exchange.body(FORM_BYTES)).toString());
    for (const [name, value] of query) if (!parameters.has(name)) parameters.set(name, value);
  }
  for (const name of parameters.keys())
    if (!NAMES.has(name))
      throw invalid("parameters", `no ${JSON.stringify(name)}; there are ${[...NAMES].join(", ")}`);
  return parameters;
}

/** Throws `invalid`; what of it only the query's parser knows is found by `understandExport`. */
export function exportRequest(
  app: AppId,
  parameters: URLSearchParams,
  clock: Pick<Clock, "nowMs">,
): ExportRequest {
  const text = (name: string): string => parameters.get(name) ?? "";
  const named = text("format") === "" ? "ndjson" : text("format");
  const format = EXPORT_FORMATS.find((one) => one === named);
  if (format === undefined) throw invalid("format", "ndjson or csv");
  if (!["", "true", "false"].includes(text("ascending")))
    throw invalid("ascending", "true or false");
  const timeZone = text("time_zone") === "" ? "UTC" : text("time_zone");
  const nowNanos = BigInt(clock.nowMs()) * NANOS_PER_MS;
  const nanosOf = (name: string): bigint | undefined => {
    if (text(name) === "") return undefined;
    // Zones that nobody knows are refused with the query; here the times have theirs.
    const span = parseTime(text(name), { nowNanos, timeZone: "UTC" });
    if (span === null) throw invalid(name, "no time: write it as 2026-11-24T14:02:00Z");
    return span.from;
  };
  const startNanos = nanosOf("start_time");
  const endNanos = nanosOf("end_time");
  return {
    app,
    query: text("query"),
    format,
    fields: text("fields"),
    timeZone,
    ascending: text("ascending") === "true",
    cursor: text("cursor"),
    ...(startNanos === undefined ? {} : { startNanos }),
    ...(endNanos === undefined ? {} : { endNanos }),
  };
}
