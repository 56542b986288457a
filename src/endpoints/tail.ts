/**
 * `GET /api/v1/tail`: new entries as server-sent events.
 * Invariants: an event's id is a position to resume from; a reader that is slower than the entries makes the tail wait,
 * it does not fill memory; the stream ends when the caller leaves or the server drains.
 */
import { once } from "node:events";
import { applicationOf, authorize } from "../auth/permissions.ts";
import type { Clock } from "../domain/clock.ts";
import type { Entry } from "../domain/entry.ts";
import { invalid } from "../domain/fault.ts";
import { parseAppId } from "../domain/ids.ts";
import type { EndpointHandler } from "../http/endpoint.ts";
import type { Search } from "../search/search.ts";

/** Below the idle time of the usual proxies (60 s). */
const HEARTBEAT_MS = 15_000;

export interface TailDeps {
  readonly follow: Search["tail"];
  /** An entry as the API's JSON. */
  readonly entryJson: (entry: Entry) => string;
  readonly clock: Clock;
  readonly draining: AbortSignal;
}

export function tail(deps: TailDeps): EndpointHandler {
  return async (call) => {
    const { exchange, query } = call;
    const { res, req } = exchange;
    const principal = await call.principal();
    const named = query.get("application_id") ?? "";
    const app = applicationOf(principal, named === "" ? undefined : parseAppId(named));
    authorize(principal, "tail", app);
    const ends = AbortSignal.any([exchange.signal, deps.draining]);
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
    const beats = heartbeat(deps.clock, AbortSignal.any([ends, stopHeartbeat.signal]), () =>
      res.write(": still here\n\n"),
    );
    try {
      for (let next = first; next.done !== true && !ends.aborted; next = await events.next()) {
        const event = next.value;
        const text =
          event.kind === "entry"
            ? `id: ${event.position}\nevent: entry\ndata: ${deps.entryJson(event.entry)}\n\n`
            : event.kind === "position"
              ? `id: ${event.position}\nevent: position\ndata: {}\n\n`
              : `event: dropped\ndata: ${JSON.stringify({ reason: event.reason })}\n\n`;
        if (!res.write(text)) await once(res, "drain", { signal: ends });
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
  };
}

async function heartbeat(clock: Clock, signal: AbortSignal, beat: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal).catch(() => undefined);
    if (!signal.aborted) beat();
  }
}
