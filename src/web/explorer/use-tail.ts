/**
 * The live tail of the explorer: when it runs, and what holds it.
 * Invariants: it is of the query that is shown; while somebody reads, new rows wait, and `held` names why.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { holdOf } from "../list/hold.ts";
import { useLive } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import type { Moves } from "./moves.ts";
import type { ExplorerRows } from "./use-rows.ts";
import type { ExplorerRun } from "./use-run.ts";

const POINTER_MS = 2000;

export function useTail(props: {
  at: LogsPlace;
  applicationId: string;
  run: ExplorerRun;
  moves: Moves;
  rows: ExplorerRows;
}) {
  const { at } = props;
  const { search, shown } = props.run;
  const { now } = props.moves;
  const { grid } = props.rows;
  const held = useSignal("");
  const pointedMs = useRef(0);

  /** Whether what comes next belongs to the loaded rows. */
  const isAtEdge = (): boolean =>
    now.current.order === "asc" ? search.rows.atEnd : search.rows.atStart;
  const isHeld = (): boolean => {
    held.value = holdOf({
      isOpen: now.current.row !== "",
      isPanel: now.current.panel !== "",
      isPointed: performance.now() - pointedMs.current < POINTER_MS,
      isAway:
        grid.current !== null &&
        !(now.current.order === "asc" ? grid.current.isAtBottom() : grid.current.isAtTop()),
    });
    return held.value !== "" || search.rows.reading.peek() === "run" || !isAtEdge();
  };
  const live = useLive({
    on: at.live && props.run.understood && props.run.table === undefined && shown !== undefined,
    applicationId: props.applicationId,
    query: at.query,
    run: shown?.ranMs ?? 0,
    isHeld,
    rows: search.rows,
  });
  useEffect(() => {
    // Oldest first, the newest edge is the bottom: who stands there goes along.
    if (at.order === "asc" && held.peek() === "") grid.current?.scrollToBottom();
  }, [live.fresh.value]);

  return {
    live,
    /** Why new rows wait; "" while they do not. */
    held,
    showNew: (stay: boolean): void => {
      if (!isAtEdge() || !live.show(stay)) props.run.rerun();
      else if (!stay) {
        if (at.order === "asc") grid.current?.scrollToBottom();
        else grid.current?.scrollToTop();
      }
    },
    onPointer: (): void => {
      pointedMs.current = performance.now();
    },
  };
}
