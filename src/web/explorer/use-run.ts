/**
 * What is asked, and what is shown of it.
 * Invariants: the address is what is asked, and another one is run by itself; a query that is not understood never
 * runs; what is shown stays until another answer is there. A chart slides on while it is live.
 */
import { useSignal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import { returns } from "../connection.ts";
import { endFirstLook } from "../first-look.ts";
import { beginOf } from "../list/begin.ts";
import type { LogsPlace } from "../logs-place.ts";
import { parsed } from "../query/parsed.ts";
import { askedOf, Search } from "../search.ts";
import { rangeOf } from "../time-range.ts";

const CHART_MS = 5000;

export function useRun(at: LogsPlace, applicationId: string, zone: string) {
  const search = useMemo(() => new Search(), []);
  const runs = useSignal(0);
  const isFirst = useRef(true);
  const asked = useMemo(
    () => askedOf(at, applicationId, zone),
    [applicationId, at.query, at.from, at.to, zone, at.order],
  );
  const understood = parsed(at.query).ok;

  useEffect(() => {
    if (!understood) return;
    // A link to a place in the list begins there; every other run at its edge: what is followed, at the newest.
    const place = isFirst.current ? beginOf(at, zone) : undefined;
    const edge = at.live && at.order === "asc" ? "end" : undefined;
    isFirst.current = false;
    void search.run(asked, Date.now(), place ?? edge);
    return () => search.stop();
  }, [asked, runs.value, understood]);
  const hasFailed = search.problem.value !== undefined;
  useEffect(() => {
    if (hasFailed) endFirstLook();
  }, [hasFailed]);
  const seenReturns = useRef(returns.peek());
  useEffect(() => {
    if (returns.value === seenReturns.current) return;
    seenReturns.current = returns.value;
    // What was loaded stays as it is: somebody reads it.
    if (search.isLoaded) search.readAgain();
    else runs.value++;
  }, [returns.value]);

  const shown = search.shown.value;
  useEffect(() => {
    if (!at.live || shown === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      void search.chart(asked, rangeOf(at.from, at.to, Date.now(), zone));
    }, CHART_MS);
    return () => clearInterval(timer);
  }, [at.live, shown]);

  const range = shown?.range ?? rangeOf(at.from, at.to, Date.now(), zone);
  const rerun = useCallback((): void => {
    runs.value++;
  }, []);
  return {
    search,
    asked,
    understood,
    shown,
    /** Of the pipes, where the query has some. */
    table: search.rows.answer.value?.table,
    range,
    /** Of the chart, which slides on while it is live. */
    drawn: search.drawn.value ?? range,
    rerun,
  };
}

export type ExplorerRun = ReturnType<typeof useRun>;
