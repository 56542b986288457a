/**
 * What a screen reads from the server. Invariant: the last answer stays until a newer one is there, also when the server
 * is away or refuses; what is read for other dependencies is never shown.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { returns } from "./connection.ts";
import { problemOf } from "./words.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: string;
  readonly busy: boolean;
  readonly reload: () => void;
}

export function useLoaded<T>(
  read: (signal: AbortSignal) => Promise<T>,
  of: readonly unknown[],
): Loaded<T> {
  const value: Signal<T | undefined> = useSignal<T | undefined>(undefined);
  const problem = useSignal("");
  const busy = useSignal(true);
  const times = useSignal(0);
  const last = useRef<readonly unknown[]>(of);
  useEffect(() => {
    if (of.some((one, at) => one !== last.current[at])) value.value = undefined;
    last.current = of;
    const stop = new AbortController();
    busy.value = true;
    read(stop.signal).then(
      (answer) => {
        if (stop.signal.aborted) return;
        value.value = answer;
        problem.value = "";
        busy.value = false;
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        problem.value = problemOf(error);
        busy.value = false;
      },
    );
    return () => stop.abort();
  }, [...of, times.value, returns.value]);
  return {
    value: value.value,
    problem: problem.value,
    busy: busy.value,
    reload: () => times.value++,
  };
}

/** Reads page after page of a list, up to a bound that no person looks through. */
export async function allPages<T>(
  read: (pageToken: string) => Promise<{ readonly items: readonly T[]; readonly next: string }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let pageToken = "";
  do {
    const { items, next } = await read(pageToken);
    all.push(...items);
    pageToken = next;
  } while (pageToken !== "" && all.length < MOST);
  return all;
}

const MOST = 10_000;
export const PAGE_SIZE = 1000;
