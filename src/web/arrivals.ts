/**
 * What has come to an application since an instant, also before the tail was open: the first entry, and how many each
 * way of sending brought. Invariant: an entry is counted once.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { api } from "./session.ts";
import { follow } from "./tail.ts";
import { timestamp } from "./time-range.ts";

export interface Arrived {
  readonly count: number;
  /** By the page's clock. */
  readonly lastMs: number;
}

export interface Arrivals {
  /** The oldest one. */
  readonly first: LogEntry | undefined;
  /** By what entries say in `via`; "" for those that say nothing. */
  readonly by: ReadonlyMap<string, Arrived>;
}

const NOTHING: Arrivals = { first: undefined, by: new Map() };
/** Of those that came before: enough to know each way that was tried. */
const LOOK_BACK = 200;
/** Drawn at most this often. */
const DRAW_MS = 100;

/**
 * @param applicationId "" while there is nothing to wait for.
 * @param sinceMs by the server's clock.
 */
export function useArrivals(applicationId: string, sinceMs: number): Signal<Arrivals> {
  const arrivals = useSignal<Arrivals>(NOTHING);
  useEffect(() => {
    arrivals.value = NOTHING;
    if (applicationId === "") return;
    const stop = new AbortController();
    const seen = new Set<string>();
    let { first } = NOTHING;
    const by = new Map<string, Arrived>();
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const take = (entry: LogEntry): void => {
      if (seen.has(entry.id)) return;
      // More than is looked back at; what came long ago does not come again.
      if (seen.size < 10 * LOOK_BACK) seen.add(entry.id);
      if (first === undefined || timeOf(entry) < timeOf(first)) first = entry;
      const via: unknown = entry.attributes?.["via"];
      const name = typeof via === "string" ? via : "";
      by.set(name, { count: (by.get(name)?.count ?? 0) + 1, lastMs: Date.now() });
      drawing ??= setTimeout(() => {
        drawing = undefined;
        arrivals.value = { first, by: new Map(by) };
      }, DRAW_MS);
    };
    const lookBack = async (): Promise<void> => {
      const { entries } = await api.with({ signal: stop.signal }).logs.Query({
        applicationId,
        query: "",
        startTime: timestamp(sinceMs),
        endTime: undefined,
        limit: LOOK_BACK,
        cursor: "",
        ascending: true,
        timeZone: "",
        budget: undefined,
      });
      entries.forEach(take);
    };
    void follow({
      applicationId,
      query: "",
      signal: stop.signal,
      onEntry: take,
      // The tail tells what comes from now on; a look that fails is made again with the next connection.
      onState: (state) => {
        if (state === "live") lookBack().catch(() => undefined);
      },
    });
    return () => {
      stop.abort();
      clearTimeout(drawing);
    };
  }, [applicationId, sinceMs]);
  return arrivals;
}

function timeOf({ time }: LogEntry): number {
  return Number(time?.seconds ?? 0n) + (time?.nanos ?? 0) / 1e9;
}
