/**
 * Reads the live tail. Invariant: resumes from the last position after a cut, with a back-off of 1 to 30 s, until its
 * signal aborts, which ends a wait as well, or the server refuses what was asked: that does not pass by waiting.
 * An entry that came twice is given once; where entries may be missing is told, in its place.
 */
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { LogEntry as LogEntryMessage } from "../../generated/client/argus/v1/entry.ts";
import { errorOfEndpoint } from "../client/answer.ts";
import { ArgusError } from "../client/errors.ts";
import { serverSentEvents } from "../client/server-sent-events.ts";

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/** A resumed tail may give again what came just before the cut: ids kept to drop it. */
const REMEMBERED = 20_000;

export type FollowState = "live" | "reconnecting" | "refused";

export interface Follow {
  readonly applicationId: string;
  readonly query: string;
  readonly signal: AbortSignal;
  /** To resume from; absent or "": from now on. */
  readonly position?: string;
  readonly onPosition?: (position: string) => void;
  readonly onEntry: (entry: LogEntry) => void;
  /** Entries may be missing between those before and those after. */
  readonly onDropped?: (reason: string) => void;
  /** @param why of "refused", for a person; "" otherwise. */
  readonly onState?: (state: FollowState, why: string) => void;
}

export interface FollowDeps {
  /** Address of the tail. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** @param refused the token that the server did not take. */
  readonly token: (refused?: string) => Promise<string>;
  /** Resolves after the time, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The result resolves when the signal aborts, or the tail is refused. */
export function createFollow(deps: FollowDeps): (what: Follow) => Promise<void> {
  return async (what) => {
    const { signal } = what;
    const search = new URLSearchParams({ application_id: what.applicationId, query: what.query });
    const seen = new Set<string>();
    let position = what.position ?? "";
    let waitMs = FIRST_WAIT_MS;
    let refused: string | undefined;
    while (!signal.aborted) {
      let leastMs = 0;
      try {
        const token = await deps.token(refused);
        const response = await deps.fetch(`${deps.url}?${search}`, {
          headers: {
            Authorization: `Bearer ${token}`,
            ...(position === "" ? {} : { "Last-Event-ID": position }),
          },
          signal,
        });
        // A token may have run out: ask for another one, once.
        if (response.status === 401 && refused === undefined) {
          refused = token;
          await response.body?.cancel();
          continue;
        }
        if (!response.ok || response.body === null) throw await errorOfEndpoint(response);
        refused = undefined;
        waitMs = FIRST_WAIT_MS;
        what.onState?.("live", "");
        for await (const event of serverSentEvents(response.body)) {
          if (event.id !== "") {
            position = event.id;
            what.onPosition?.(position);
          }
          if (event.event === "dropped") what.onDropped?.(reasonIn(event.data));
          if (event.event !== "entry") continue;
          const entry = LogEntryMessage.fromJSON(JSON.parse(event.data));
          if (seen.has(entry.id)) continue;
          seen.add(entry.id);
          if (seen.size > REMEMBERED) seen.delete(seen.values().next().value ?? "");
          what.onEntry(entry);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isFinal(error)) {
          what.onState?.("refused", error.message);
          return;
        }
        if (error instanceof ArgusError) leastMs = error.retryAfterMs ?? 0;
      }
      if (signal.aborted) return;
      what.onState?.("reconnecting", "");
      await deps.pause(Math.max(waitMs, leastMs), signal);
      waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
    }
  };
}

/** What the server says of the query, the caller or the application; being busy, slow or away passes. */
function isFinal(error: unknown): error is ArgusError {
  if (!(error instanceof ArgusError)) return false;
  const { status } = error;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function reasonIn(data: string): string {
  try {
    const { reason } = JSON.parse(data) as { reason?: unknown };
    if (typeof reason === "string") return reason;
  } catch {
    // Told without.
  }
  return "";
}

/** Resolves after the time, or when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
