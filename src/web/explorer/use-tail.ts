/**
 * The live tail of the explorer: when it runs, and what holds it.
 * Invariants: it is of the query that is shown; while somebody reads, new rows wait, and `held` names why.
 */
import { useEffect, useRef } from "preact/hooks";
import { useHold } from "../list/hold.ts";
import { useLive } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import type { ExplorerRows } from "./use-rows.ts";
import type { ExplorerRun } from "./use-run.ts";

export function useTail(props: {
  at: LogsPlace;
  applicationId: string;
  run: ExplorerRun;
  rows: ExplorerRows;
}) {
  const { at } = props;
  const { search, shown, rerun } = props.run;
  const { grid } = props.rows;
  const isAscending = at.order === "asc";
  const hold = useHold({ at, rows: search.rows, grid });
  const live = useLive({
    // Until what is asked now is there, what is known of it (whether it makes a table) is of another query.
    on: at.live && shown?.query === at.query && props.run.table === undefined,
    applicationId: props.applicationId,
    query: at.query,
    run: shown?.ranMs ?? 0,
    isHeld: hold.isHeld,
    rows: search.rows,
    reads: search.tailReads,
    onCame: (entries) => search.grow(entries),
    onTooMany: rerun,
  });
  useEffect(() => {
    // Oldest first, the newest edge is the bottom: who stands there goes along.
    if (isAscending && hold.reason.peek() === "") grid.current?.scrollToBottom();
  }, [live.fresh.value]);
  const wasLive = useRef(at.live);
  useEffect(() => {
    const isNew = at.live && !wasLive.current;
    wasLive.current = at.live;
    // Oldest first, a list begins at its other end.
    if (isNew && isAscending && !search.rows.atEnd) void search.seek("end");
  }, [at.live]);

  return {
    live,
    /** Why new rows wait; "" while they do not. */
    held: hold.reason,
    showNew: (stay: boolean): void => {
      if (!stay) hold.release();
      const isAtEdge = isAscending ? search.rows.atEnd : search.rows.atStart;
      if (!isAtEdge || !live.show(stay)) rerun();
      else if (!stay && !isAscending) grid.current?.scrollToTop();
    },
    onPointer: hold.onPointer,
  };
}
