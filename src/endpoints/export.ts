/**
 * `/api/v1/export`: all entries that match, as NDJSON.
 * Invariants: the last line says whether that is all, and why not; a stream without it was cut. A reader that is slower
 * than the entries makes the export wait, it does not fill memory; the stream ends when the caller leaves, may not or
 * does not read any longer, or the server drains.
 */
import type { Writable } from "node:stream";
import { constants, createGzip, createZstdCompress } from "node:zlib";
import { applicationOf, authorize } from "../auth/permissions.ts";
import type { Clock } from "../domain/clock.ts";
import { FaultError, invalid, isFault } from "../domain/fault.ts";
import { type AppId, parseAppId } from "../domain/ids.ts";
import { KiB } from "../domain/limits.ts";
import { NANOS_PER_MS } from "../domain/time-range.ts";
import { answerEncoding } from "../http/compress.ts";
import type { EndpointCall, EndpointHandler } from "../http/endpoint.ts";
import { parseTime } from "../query/time-literal.ts";
import type { ExportChunk, ExportRequest } from "../search/export.ts";
import type { Search } from "../search/search.ts";
import { drained } from "./drained.ts";
import { streamPlaces } from "./stream-places.ts";

/** Each holds open blocks, and takes turns with queries on their thread. */
const MAX_EXPORTS = 4;
const MAX_EXPORTS_OF_ONE = 2;
/** How long a revoked key may go on reading, as of a tail. */
const AUTHORIZED_MS = 10_000;
/** People page through what comes, and disks fill: longer than a tail waits. */
const STALLED_MS = 300_000;
/** Of the parameters, when they are sent as a form. */
const FORM_BYTES = 64 * KiB;
const FORM = "application/x-www-form-urlencoded";

export interface ExportDeps {
  readonly run: Search["export"];
  readonly clock: Clock;
  readonly draining: AbortSignal;
}

/** The last line of a stream; no entry has a member `complete`. */
export interface ExportEnd {
  readonly complete: boolean;
  /** Lines before this one. */
  readonly entries: number;
  /** A sentence; empty when complete. */
  readonly partial_reason: string;
  /** The parts of it that tell what is missing among the lines: to go on behind them does not give that. */
  readonly skipped: readonly string[];
  /** As the parameter `cursor` it goes on behind the last entry; empty when that would give no more. */
  readonly next_cursor: string;
}

export function exportEndpoint(deps: ExportDeps): EndpointHandler {
  const places = streamPlaces("exports", { all: MAX_EXPORTS, ofOne: MAX_EXPORTS_OF_ONE });
  return async (call) => {
    const principal = await call.principal();
    const parameters = await parametersOf(call);
    const named = parameters.get("application_id") ?? "";
    const app = applicationOf(principal, named === "" ? undefined : parseAppId(named));
    authorize(principal, "export", app);
    const request = requestOf(app, parameters, deps.clock);
    using _place = places.take(app);
    return await stream(deps, call, request);
  };
}

/** A long query does not fit into an address: a POST may send a form. */
async function parametersOf({ exchange, query }: EndpointCall): Promise<URLSearchParams> {
  const { headers, method } = exchange.req;
  if (method !== "POST" || headers["content-type"]?.split(";")[0]?.trim() !== FORM) return query;
  exchange.begin();
  const form = new URLSearchParams((await exchange.body(FORM_BYTES)).toString());
  for (const [name, value] of query) if (!form.has(name)) form.set(name, value);
  return form;
}

function requestOf(app: AppId, parameters: URLSearchParams, clock: Clock): ExportRequest {
  const text = (name: string): string => parameters.get(name) ?? "";
  if (!["", "ndjson"].includes(text("format")))
    throw invalid("format", "an export is ndjson; leave it out");
  if (text("fields") !== "") throw invalid("fields", "an export gives whole entries; leave it out");
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
    timeZone,
    ascending: text("ascending") === "true",
    cursor: text("cursor"),
    ...(startNanos === undefined ? {} : { startNanos }),
    ...(endNanos === undefined ? {} : { endNanos }),
  };
}

async function stream(
  deps: ExportDeps,
  call: EndpointCall,
  request: ExportRequest,
): Promise<undefined> {
  const { exchange } = call;
  const { clock, draining } = deps;
  const patience = { clock, stalledMs: STALLED_MS, what: "an export" };
  const ends = AbortSignal.any([exchange.signal, draining]);
  const chunks = deps.run(request, ends);
  // It comes when the store has answered, and a query that is wrong fails here: before the answer has begun.
  let next = await chunks.next();
  const sink = begin(call);
  let given: Omit<ExportChunk, "lines"> = { entries: 0, cursor: request.cursor ?? "", reasons: [] };
  let stopped: string | undefined;
  let authorizedMs = clock.monotonicMs();
  try {
    for (; next.done !== true; next = await chunks.next()) {
      const { lines, ...after } = next.value;
      if (clock.monotonicMs() - authorizedMs >= AUTHORIZED_MS) {
        await authorizeNow(call, request.app);
        authorizedMs = clock.monotonicMs();
      }
      const hasRoom = lines.length === 0 || sink.write(lines);
      given = after.entries === 0 ? { ...after, cursor: given.cursor } : after;
      if (!hasRoom) await drained(sink, patience, ends);
    }
  } catch (error) {
    if (draining.aborted) stopped = "the server is stopping";
    else if (isReader(error, exchange.signal)) {
      sink.destroy();
      throw error;
    } else stopped = (error as FaultError).message;
  } finally {
    await chunks.return();
  }
  sink.end(`${JSON.stringify(endOf(given, stopped))}\n`);
  return undefined;
}

function endOf(given: Omit<ExportChunk, "lines">, stopped: string | undefined): ExportEnd {
  const reasons = stopped === undefined ? given.reasons : [...given.reasons, stopped];
  return {
    complete: reasons.length === 0,
    entries: given.entries,
    partial_reason: reasons.join("; "),
    skipped: given.reasons,
    next_cursor: stopped === undefined ? "" : given.cursor,
  };
}

/** True when nobody is told: the caller left or takes nothing, or it is a bug, which the log is told. */
function isReader(error: unknown, left: AbortSignal): boolean {
  return left.aborted || isFault(error, "deadline") || !(error instanceof FaultError);
}

/** Throws the fault of a caller who may not read any longer. */
async function authorizeNow(call: EndpointCall, app: AppId): Promise<void> {
  try {
    authorize(await call.principalNow(), "export", app);
  } catch (error) {
    // The store being out of reach is no refusal: the next look asks again.
    if (!isFault(error, "overloaded")) throw error;
  }
}

/** @returns where the lines go: the answer, or what compresses them for it. */
function begin({ exchange }: EndpointCall): Writable {
  const { res, req, requestId } = exchange;
  const encoding = answerEncoding(req.headers["accept-encoding"] as string | undefined);
  res.writeHead(200, {
    "Content-Type": "application/x-ndjson",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
    Vary: "Accept-Encoding",
    ...(encoding === undefined ? {} : { "Content-Encoding": encoding }),
  });
  res.flushHeaders();
  if (encoding === undefined) return res;
  const compressor =
    encoding === "gzip"
      ? createGzip({ level: 1 })
      : createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  compressor.pipe(res);
  // Its end is the answer's: a caller that leaves takes both.
  res.once("close", () => compressor.destroy());
  return compressor;
}
