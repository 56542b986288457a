/**
 * `/api/v1/export`: everything that matches, as NDJSON or CSV.
 * Invariants: the last line says whether that is all, and why not; a stream without it was cut. A reader that is slower
 * than the rows makes the export wait, it does not fill memory; one that waits for rows is sent signs of life. The
 * stream ends when the caller leaves, may not or does not read any longer, or the server drains.
 */
import { admit, applicationOf, authorize } from "../auth/permissions.ts";
import type { Clock } from "../domain/clock.ts";
import { FaultError, invalid, isFault } from "../domain/fault.ts";
import { parseAppId } from "../domain/ids.ts";
import type { Principal } from "../domain/principal.ts";
import type { EndpointCall, EndpointHandler } from "../http/endpoint.ts";
import { toldOf } from "../http/faults.ts";
import type { ExportChunk } from "../search/export/export.ts";
import { type ExportEnd, endLine } from "../search/export/export-end.ts";
import type { ExportRequest } from "../search/export/export-request.ts";
import type { Search } from "../search/search.ts";
import { beating } from "./beating.ts";
import { drained } from "./drained.ts";
import { exportParameters, exportRequest } from "./export-parameters.ts";
import { type ExportSink, openSink } from "./export-sink.ts";
import { streamPlaces } from "./stream-places.ts";

/** Each holds open blocks, and takes turns with queries on their thread. */
const MAX_EXPORTS = 4;
const MAX_EXPORTS_OF_ONE = 2;
/** Below the idle time of the usual proxies; and how long a revoked key may go on reading, as of a tail. */
const BEAT_MS = 10_000;
/** People page through what comes, and disks fill: longer than a tail waits. */
const STALLED_MS = 300_000;

/** What a ticket stands for. */
export interface RedeemedTicket {
  readonly parameters: URLSearchParams;
  /** Fails `unauthenticated` when its maker's session is over. */
  principalNow(): Promise<Principal>;
  /** Uses it up; fails `unauthenticated` when somebody did before. */
  spend(): Promise<void>;
}

export interface ExportDeps {
  readonly run: Search["export"];
  /** Fails `unauthenticated` for what is no ticket, or not any more. */
  readonly redeem: (ticket: string) => Promise<RedeemedTicket>;
  readonly clock: Clock;
  readonly draining: AbortSignal;
}

export function exportEndpoint(deps: ExportDeps): EndpointHandler {
  const places = streamPlaces("exports", { all: MAX_EXPORTS, ofOne: MAX_EXPORTS_OF_ONE });
  return async (call) => {
    const ticket = await ticketOf(call, deps);
    const caller = ticket ?? call;
    const principal = await (ticket === undefined ? call.principal() : ticket.principalNow());
    admit(principal, "export");
    const parameters = ticket?.parameters ?? (await exportParameters(call));
    const named = parameters.get("application_id") ?? "";
    const app = applicationOf(principal, named === "" ? undefined : parseAppId(named));
    authorize(principal, "export", app);
    const request = exportRequest(app, parameters, deps.clock);
    using _place = places.take(app);
    // The last of all that may fail for another reason than the query.
    await ticket?.spend();
    const authorizeNow = async (): Promise<void> => {
      try {
        authorize(await caller.principalNow(), "export", app);
      } catch (error) {
        // The store being out of reach is no refusal: the next look asks again.
        if (!isFault(error, "overloaded")) throw error;
      }
    };
    return await stream(deps, call, request, authorizeNow);
  };
}

async function ticketOf(
  { query, exchange }: EndpointCall,
  { redeem }: ExportDeps,
): Promise<RedeemedTicket | undefined> {
  const ticket = query.get("ticket") ?? "";
  if (ticket === "") return undefined;
  if (query.size > 1) throw invalid("ticket", "it stands for all parameters: leave out the others");
  // Whoever only looks whether a link works does not use it up.
  if (exchange.req.method !== "GET") throw invalid("method", "a ticket is for GET");
  return redeem(ticket);
}

async function stream(
  deps: ExportDeps,
  call: EndpointCall,
  request: ExportRequest,
  authorizeNow: () => Promise<void>,
): Promise<undefined> {
  const over = new AbortController();
  const ends = AbortSignal.any([call.exchange.signal, deps.draining, over.signal]);
  const chunks = deps.run(request, ends);
  try {
    // It comes when the request is understood: a query that is wrong fails here, before the answer has begun.
    const first = await chunks.next();
    const sink = openSink(call.exchange, request.format, deps.clock.nowMs());
    try {
      const passing = { deps, call, request, ends, authorizeNow, sink };
      const { width, ...end } = await pass(first, chunks, passing);
      sink.end(Buffer.from(endLine(end, request.format, width)));
    } catch (error) {
      // Nobody takes for complete what is cut.
      sink.writable.destroy();
      throw error;
    }
  } finally {
    over.abort();
    await chunks.return();
  }
  return undefined;
}

interface Passing {
  readonly deps: ExportDeps;
  readonly call: EndpointCall;
  readonly request: ExportRequest;
  readonly ends: AbortSignal;
  readonly authorizeNow: () => Promise<void>;
  readonly sink: ExportSink;
}

/** Writes all chunks. @returns how it ended; throws when nobody is to be told, or it was a bug. */
async function pass(
  first: IteratorResult<ExportChunk, void>,
  chunks: AsyncGenerator<ExportChunk, void, undefined>,
  { deps, call, request, ends, authorizeNow, sink }: Passing,
): Promise<ExportEnd & { readonly width: number }> {
  const { clock, draining } = deps;
  const patience = { clock, stalledMs: STALLED_MS, what: "an export" };
  let given: Omit<ExportChunk, "lines"> = {
    entries: 0,
    cursor: request.cursor ?? "",
    reasons: [],
    approximate: [],
    width: 0,
  };
  let lookedMs = clock.monotonicMs();
  const look = async (): Promise<void> => {
    await authorizeNow();
    lookedMs = clock.monotonicMs();
  };
  const beat = async (): Promise<void> => {
    sink.beat();
    await look();
  };
  let stopped: string | undefined;
  try {
    for (let next = first; next.done !== true;) {
      const { lines, ...after } = next.value;
      if (clock.monotonicMs() - lookedMs >= BEAT_MS) await look();
      const hasRoom = lines.length === 0 || sink.write(lines);
      given = after.entries === 0 ? { ...after, cursor: given.cursor } : after;
      if (!hasRoom) await drained(sink.writable, patience, ends);
      next = await beating(chunks.next(), BEAT_MS, clock, beat);
    }
  } catch (error) {
    stopped = reasonToStop(error, call.exchange.signal, draining);
  }
  const reasons = stopped === undefined ? given.reasons : [...given.reasons, stopped];
  return {
    complete: reasons.length === 0,
    entries: given.entries,
    partial_reason: reasons.join("; "),
    skipped: given.reasons,
    next_cursor: stopped === undefined ? "" : given.cursor,
    approximate: given.approximate,
    width: given.width,
  };
}

/** @returns what the last line says; throws where there is nobody to tell, or a bug, which the log is told. */
function reasonToStop(error: unknown, left: AbortSignal, draining: AbortSignal): string {
  if (left.aborted || !(error instanceof FaultError) || isFault(error, "deadline")) throw error;
  if (!isFault(error, "canceled")) return toldOf(error.fault);
  if (!draining.aborted) throw error;
  return "the server is stopping";
}
