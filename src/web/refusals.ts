/**
 * What was sent to an application and not taken, since an instant: by which key, from where, and why.
 * Invariant: asked for only while the page is looked at; what was refused before somebody waited for it is not told.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { manage } from "./manage.ts";
import { msOf, shownText } from "./words.ts";

export interface Refusal {
  readonly key: string;
  readonly by: string;
  readonly reason: string;
  /** By the server's clock. */
  readonly atMs: number;
  /** When it was seen, by the page's. */
  readonly seenMs: number;
}

const ASK_MS = 3000;
/** More keys are nothing that somebody has just made. */
const NEWEST_KEYS = 50;
const LACKS_INGEST = /lacks the scope ingest/;

/**
 * @param applicationId "" while there is nothing to wait for.
 * @param sinceMs by the server's clock.
 */
export function useRefusal(applicationId: string, sinceMs: number): Signal<Refusal | undefined> {
  const refusal = useSignal<Refusal | undefined>(undefined);
  useEffect(() => {
    refusal.value = undefined;
    if (applicationId === "") return;
    const stop = new AbortController();
    const ask = (): void => {
      if (document.visibilityState !== "visible") return;
      manage
        .with({ signal: stop.signal, retries: 0 })
        .applications.ListApiKeys({ applicationId, pageSize: NEWEST_KEYS, pageToken: "" })
        .then(
          ({ apiKeys, revoked }) => {
            const [last] = [...apiKeys, ...revoked]
              .filter((key) => msOf(key.lastRefusedAt) > sinceMs)
              .toSorted((a, b) => msOf(b.lastRefusedAt) - msOf(a.lastRefusedAt));
            const atMs = msOf(last?.lastRefusedAt);
            if (last === undefined || atMs === refusal.peek()?.atMs) return;
            refusal.value = {
              key: last.name,
              by: last.lastRefusedBy,
              reason: last.lastRefusedReason,
              atMs,
              seenMs: Date.now(),
            };
          },
          // It is asked again.
          () => undefined,
        );
    };
    ask();
    const timer = setInterval(ask, ASK_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [applicationId, sinceMs]);
  return refusal;
}

/** `the key “laptop” may only read, from 10.0.4.17 curl/8.5`; `the key “laptop” has expired` */
export function refusalText({ key, by, reason }: Refusal): string {
  const name = `the key “${shownText(key)}”`;
  const why = LACKS_INGEST.test(reason)
    ? `${name} may only read`
    : shownText(reason).replace(/^the API key /, `${name} `);
  return by === "" ? why : `${why}, from ${shownText(by)}`;
}
