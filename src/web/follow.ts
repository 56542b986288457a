/**
 * Reads the live tail. Invariants: resumes from the last position after a cut, with a back-off of 1 to 30 s, until its
 * signal aborts, which ends a wait as well, or the server refuses what was asked: that does not pass by waiting.
 * A stream in which nothing stirs, not even a heartbeat, is cut. An entry that came twice is given once; where entries
 * may be missing is told, in its place.
 */
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { errorOfEndpoint } from "../client/answer.ts";
import { ArgusError } from "../client/errors.ts";
import type { ReadTail } from "./decode/tail-pieces.ts";

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/** A resumed tail may give again what came just before the cut: ids kept to drop it. */
const REMEMBERED = 20_000;
/** Three heartbeats: a network that went away without a word, or a machine that slept. */
const SILENT_MS = 30_000;

export type FollowState = "live" | "reconnecting" | "refused";

/** Ids of what was given, the newest REMEMBERED of them. */
export class SeenIds {
  readonly #ids = new Set<string>();
  // A set knows its oldest too, but looks for it among all that were taken from it.
  readonly #inOrder: string[] = [];
  #next = 0;

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** @param id that it does not have. */
  add(id: string): void {
    const oldest = this.#inOrder[this.#next];
    if (oldest !== undefined) this.#ids.delete(oldest);
    this.#ids.add(id);
    this.#inOrder[this.#next] = id;
    this.#next = (this.#next + 1) % REMEMBERED;
  }
}

export interface Follow {
  readonly applicationId: string;
  readonly query: string;
  readonly signal: AbortSignal;
  /** To resume from; absent or "": from now on. */
  readonly position?: string;
  /** Ids that were given already, by a stream before this one. */
  readonly seen?: Pick<SeenIds, "has" | "add">;
  /** Asked before a stream is resumed: true where so much was missed that it is to begin anew, from now on. */
  readonly isTooMuch?: () => Promise<boolean>;
  readonly onPosition?: (position: string) => void;
  readonly onEntry: (entry: LogEntry) => void;
  /** Entries may be missing between those before and those after. */
  readonly onDropped?: (reason: string) => void;
  /**
   * @param why of "refused", for a person; "" otherwise.
   * @param waitMs of "reconnecting": until the next try; 0 otherwise.
   */
  readonly onState?: (state: FollowState, why: string, waitMs: number) => void;
}

export interface FollowDeps {
  /** Address of the tail. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** @param refused the token that the server did not take. */
  readonly token: (refused?: string) => Promise<string>;
  /** Reads what comes, in this thread or another one. */
  readonly read: ReadTail;
  /** Resolves after the time, or when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The result resolves when the signal aborts, or the tail is refused. */
export function createFollow(deps: FollowDeps): (what: Follow) => Promise<void> {
  return async (what) => {
    const { signal } = what;
    const search = new URLSearchParams({ application_id: what.applicationId, query: what.query });
    const seen = what.seen ?? new SeenIds();
    let position = what.position ?? "";
    let waitMs = FIRST_WAIT_MS;
    let refused: string | undefined;
    while (!signal.aborted) {
      let leastMs = 0;
      const silent = new AbortController();
      try {
        if (position !== "" && (await what.isTooMuch?.()) === true) position = "";
        const token = await deps.token(refused);
        const response = await deps.fetch(`${deps.url}?${search}`, {
          headers: {
            Authorization: `Bearer ${token}`,
            ...(position === "" ? {} : { "Last-Event-ID": position }),
          },
          signal: AbortSignal.any([signal, silent.signal]),
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
        what.onState?.("live", "", 0);
        for await (const piece of deps.read(stirring(response.body, silent))) {
          // It was read elsewhere, and nobody waits for it any more.
          if (signal.aborted) return;
          if (piece.position !== "") {
            position = piece.position;
            what.onPosition?.(position);
          }
          for (const part of piece.parts)
            if (part.kind === "dropped") what.onDropped?.(part.reason);
            else
              for (const entry of part.entries) {
                if (seen.has(entry.id)) continue;
                seen.add(entry.id);
                what.onEntry(entry);
              }
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isFinal(error)) {
          what.onState?.("refused", error.message, 0);
          return;
        }
        if (error instanceof ArgusError) leastMs = error.retryAfterMs ?? 0;
      }
      if (signal.aborted) return;
      const nextMs = Math.max(waitMs, leastMs);
      what.onState?.("reconnecting", "", nextMs);
      await deps.pause(nextMs, signal);
      waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
    }
  };
}

/** Passes on what comes; aborts when nothing does for long. */
async function* stirring(
  body: AsyncIterable<Uint8Array>,
  silent: AbortController,
): AsyncGenerator<Uint8Array, void, undefined> {
  const watch = (): ReturnType<typeof setTimeout> =>
    setTimeout(() => silent.abort(new Error("the tail fell silent")), SILENT_MS);
  let timer = watch();
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      yield chunk;
      timer = watch();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What the server says of the query, the caller or the application; being busy, slow or away passes. */
function isFinal(error: unknown): error is ArgusError {
  if (!(error instanceof ArgusError)) return false;
  const { status } = error;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Resolves after the time, or when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
