/**
 * All of the explorer but what it looks like.
 * Invariant: each idea of it has a part of its own; what is on screen takes the whole, and keeps nothing else.
 */
import { computed, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { ExplainQueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import type { Facet } from "../facets/facet-source.ts";
import { readColumns } from "../list/columns.ts";
import type { LogsPlace } from "../logs-place.ts";
import { shownTheme, zone as ownZone, zoneName } from "../preferences.ts";
import { isNarrower } from "../text-size.ts";
import { sliceOf } from "../time/slice.ts";
import { fieldActionsOf } from "./field-actions.tsx";
import { figuresOf } from "./figures.ts";
import { useMoves } from "./moves.ts";
import { tabOf } from "./show-tab.ts";
import { useHits } from "./use-hits.ts";
import { useKeys } from "./use-keys.ts";
import { useRows } from "./use-rows.ts";
import { useRun } from "./use-run.ts";
import { useTail } from "./use-tail.ts";

/** What running a query took, and which run it was. */
interface Explained {
  readonly ranMs: number;
  readonly answer: ExplainQueryResponse;
}

export function useExplorer(at: LogsPlace, applicationId: string) {
  const zone = zoneName(at.zone === "" ? ownZone.value : at.zone);
  /** What is in the field now. */
  const text = useSignal(at.query);
  const openField = useSignal("");
  const facets = useSignal<readonly Facet[] | undefined>(undefined);
  const showsFacets = useSignal(false);
  const isExplaining = useSignal(false);
  const explained = useSignal<Explained | undefined>(undefined);
  const focusQuery = useRef(() => undefined as void);
  const timeOpener = useRef({ open: () => undefined as void });
  const facetFind = useRef<HTMLInputElement>(null);

  const run = useRun(at, applicationId, zone);
  const moves = useMoves(at, run.rerun);
  const rows = useRows({ row: at.row, run, moves, showsFacets });
  const tail = useTail({ at, applicationId, run, rows });
  useKeys({
    at,
    zone,
    isTable: run.table !== undefined,
    moves,
    rows,
    showNew: tail.showNew,
    rerun: run.rerun,
    focusQuery: () => focusQuery.current(),
    openTime: () => timeOpener.current.open(),
    toggleFacets: () => {
      if (isNarrower(1200)) showsFacets.value = !showsFacets.value;
      else facetFind.current?.focus();
    },
  });

  const columns = useMemo(() => readColumns(at.columns), [at.columns]);
  const hits = useHits(at.query, text);
  const look = useMemo(
    () => ({ columns, zone, wrap: at.wrap, hits }),
    [columns, zone, at.wrap, hits],
  );
  const isEdited = useMemo(
    () => computed(() => text.value.trim() !== at.query.trim()),
    [at.query, text],
  );
  const slice = useMemo(() => sliceOf(at.compare, zone), [at.compare, zone]);
  const fieldActions = useMemo(
    () => fieldActionsOf({ applicationId, query: at.query, columns, facets, run, moves }),
    [applicationId, at.query, columns, run.range, moves],
  );
  const isTable = run.table !== undefined;
  return {
    at,
    applicationId,
    zone,
    theme: shownTheme(),
    tab: tabOf(at.tab, isTable),
    slice,
    text,
    /** What is in the field is another query than the one that is shown. */
    isEdited,
    run,
    moves,
    rows,
    tail,
    figures: figuresOf(run, rows),
    columns,
    look,
    fieldActions,
    /** Name of the field whose values are open. */
    openField,
    facets,
    showsFacets,
    isExplaining,
    /** Of the run that is shown; undefined until somebody asked for it. */
    explanation: explained.value?.ranMs === run.shown?.ranMs ? explained.value?.answer : undefined,
    explained,
    focusQuery,
    timeOpener,
    facetFind,
  };
}

export type ExplorerState = ReturnType<typeof useExplorer>;
