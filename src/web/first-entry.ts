/**
 * Waits for the first entry of an application since an instant, also one that came before the tail was open.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { api } from "./session.ts";
import { follow } from "./tail.ts";
import { timestamp } from "./time-range.ts";

/**
 * @param applicationId "" while there is nothing to wait for.
 * @param sinceMs by the server's clock.
 */
export function useFirstEntry(
  applicationId: string,
  sinceMs: number,
): Signal<LogEntry | undefined> {
  const first = useSignal<LogEntry | undefined>(undefined);
  useEffect(() => {
    first.value = undefined;
    if (applicationId === "") return;
    const stop = new AbortController();
    const lookBack = async (): Promise<void> => {
      const { entries } = await api.with({ signal: stop.signal }).logs.Query({
        applicationId,
        query: "",
        startTime: timestamp(sinceMs),
        endTime: undefined,
        limit: 1,
        cursor: "",
        ascending: true,
        timeZone: "",
        budget: undefined,
      });
      first.value ??= entries[0];
    };
    void follow({
      applicationId,
      query: "",
      signal: stop.signal,
      onEntry: (entry) => {
        first.value ??= entry;
        stop.abort();
      },
      // The tail tells what comes from now on; a look that fails is made again with the next connection.
      onState: (state) => {
        if (state === "live") lookBack().catch(() => undefined);
      },
    });
    return () => stop.abort();
  }, [applicationId, sinceMs]);
  return first;
}
