/**
 * `GET /api/v1/tail`: new entries as server-sent events.
 * Invariants: an event's id is a position to resume from; a reader that is slower than the entries makes the tail wait,
 * it does not fill memory; the stream ends when the caller leaves, may not or does not read any longer, or the server
 * drains.
 */
import { applicationOf, authorize } from "../auth/permissions.ts";
import type { Clock } from "../domain/clock.ts";
import type { Entry } from "../domain/entry.ts";
import { invalid, isFault } from "../domain/fault.ts";
import { type AppId, parseAppId } from "../domain/ids.ts";
import type { EndpointCall, EndpointHandler } from "../http/endpoint.ts";
import type { Search } from "../search/search.ts";
import { drained } from "./drained.ts";
import { streamPlaces } from "./stream-places.ts";

/**
 * Below the idle time of the usual proxies (60 s), and how long a revoked key may go on reading: as long as a verified
 * credential is remembered.
 */
const HEARTBEAT_MS = 10_000;
/** Each polls once a second and decodes what is new on this thread. */
const MAX_TAILS = 100;
/** So that one application's readers leave places to those of others. */
const MAX_TAILS_OF_ONE = 50;
/** A reader that takes nothing for so long is gone, or holds a place for nothing; one that comes back misses nothing. */
const STALLED_MS = 60_000;

export interface TailDeps {
  readonly follow: Search["tail"];
  /** An entry as the API's JSON. */
  readonly entryJson: (entry: Entry) => string;
  readonly clock: Clock;
  readonly draining: AbortSignal;
}

export function tail(deps: TailDeps): EndpointHandler {
  const places = streamPlaces("tails", { all: MAX_TAILS, ofOne: MAX_TAILS_OF_ONE });
  return async (call) => {
    const principal = await call.principal();
    const named = call.query.get("application_id") ?? "";
    const app = applicationOf(principal, named === "" ? undefined : parseAppId(named));
    authorize(principal, "tail", app);
    using _place = places.take(app);
    return await stream(deps, call, app);
  };
}

async function stream(deps: TailDeps, call: EndpointCall, app: AppId): Promise<undefined> {
  const { exchange, query } = call;
  const { res, req } = exchange;
  const patience = { clock: deps.clock, stalledMs: STALLED_MS, what: "a tail" };
  const refused = new AbortController();
  const ends = AbortSignal.any([exchange.signal, deps.draining, refused.signal]);
  const position = req.headers["last-event-id"] ?? query.get("position") ?? "";
  if (Array.isArray(position)) throw invalid("Last-Event-ID", "one position, not several");
  const events = deps.follow(
    { app, query: query.get("query") ?? "", position, timeZone: query.get("time_zone") ?? "UTC" },
    ends,
  );
  // The first event comes at once, and a query that is wrong fails here: before the answer has begun.
  const first = await events.next();
  res.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Request-Id": exchange.requestId,
  });
  const stopHeartbeat = new AbortController();
  const beats = heartbeat(deps.clock, AbortSignal.any([ends, stopHeartbeat.signal]), async () => {
    res.write(": still here\n\n");
    try {
      authorize(await call.principalNow(), "tail", app);
    } catch (error) {
      // The store being out of reach is no refusal: the next beat asks again.
      if (!isFault(error, "overloaded")) refused.abort(error);
    }
  });
  try {
    for (let next = first; next.done !== true && !ends.aborted; next = await events.next()) {
      const event = next.value;
      const text =
        event.kind === "entry"
          ? `id: ${event.position}\nevent: entry\ndata: ${deps.entryJson(event.entry)}\n\n`
          : event.kind === "position"
            ? `id: ${event.position}\nevent: position\ndata: {}\n\n`
            : `event: dropped\ndata: ${JSON.stringify({ reason: event.reason })}\n\n`;
      if (!res.write(text)) await drained(res, patience, ends);
    }
  } catch (error) {
    if (!ends.aborted) throw error;
  } finally {
    stopHeartbeat.abort();
    await events.return();
    await beats;
  }
  res.end();
  return undefined;
}

async function heartbeat(
  clock: Clock,
  signal: AbortSignal,
  beat: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal).catch(() => undefined);
    if (!signal.aborted) await beat();
  }
}
