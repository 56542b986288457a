/**
 * The rows under a hand: the one that keys act on, the one that is open, and the place where the list stands.
 * Invariant: the place at the top of the list is in the address once scrolling rests.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { GridHandle } from "../list/entry-grid.tsx";
import { place } from "../route.ts";
import { isNarrower } from "../text-size.ts";
import { fixed, timestamp } from "../time-range.ts";
import { timeMs } from "../words.ts";
import type { Moves } from "./moves.ts";
import type { ExplorerRun } from "./use-run.ts";

const REST_MS = 500;
const PHONE_PX = 600;

export function useRows(props: {
  row: string;
  run: ExplorerRun;
  moves: Moves;
  /** The facets lie over the list: they are closed first. */
  showsFacets: Signal<boolean>;
}) {
  const { moves, showsFacets } = props;
  const { search } = props.run;
  const { now, change } = moves;
  const cursor = useSignal(props.row);
  const grid = useRef<GridHandle | null>(null);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);

  const seek = (ms: number): void => {
    void search.seek(timestamp(ms));
  };
  return {
    grid,
    /** Id of the row that keys act on. */
    cursor,
    byId: (id: string): LogEntry | undefined => search.rows.rows.peek()[search.rows.indexOf(id)],
    open: (entry: LogEntry, how: "push" | "replace" = "push"): void => {
      cursor.value = entry.id;
      const { row, panel } = now.current;
      if (panel !== "") change({ row: entry.id }, "replace");
      // On a phone an entry is a page.
      else if (isNarrower(PHONE_PX)) change({ row: entry.id, panel: "fields", context: "" });
      else change({ row: row === entry.id ? "" : entry.id, context: "" }, how);
    },
    openPanel: (id: string): void => change({ row: id, panel: "fields", context: "" }),
    closeNearest: (): void => {
      const { row, panel, context, compare } = now.current;
      if (search.busy.peek()) search.cancel();
      else if (showsFacets.value) showsFacets.value = false;
      else if (context !== "") change({ context: "" });
      else if (panel !== "") change({ panel: "", row: "" });
      else if (row !== "") change({ row: "" });
      else if (compare !== "") change({ compare: "" });
      else return;
      if (row !== "") grid.current?.focusRow(row);
    },
    step: (by: 1 | -1): void => {
      const rows = search.rows.rows.peek();
      const at = search.rows.indexOf(cursor.peek());
      const first = grid.current?.inView.peek().first ?? 0;
      const to = rows[at < 0 ? first : Math.max(0, Math.min(rows.length - 1, at + by))];
      if (to === undefined) return;
      grid.current?.focusRow(to.id);
      if (now.current.panel !== "") change({ row: to.id }, "replace");
    },
    seek,
    goTo: (end: "newest" | "oldest"): void => {
      const isTop = (end === "newest") === (now.current.order === "desc");
      if (isTop && !search.rows.atStart) void search.seek(undefined);
      else if (isTop) grid.current?.scrollToTop();
      else if (search.rows.atEnd) grid.current?.scrollToBottom();
      else void search.seek("end");
    },
    onScrolled: (): void => {
      clearTimeout(resting.current);
      resting.current = setTimeout(() => {
        const first = search.rows.rows.peek()[grid.current?.inView.peek().first ?? 0];
        const isAtEdge = grid.current?.isAtTop() === true && search.rows.atStart;
        if (first === undefined || place.peek().screen !== "logs") return;
        const next = isAtEdge ? "" : fixed(timeMs(first));
        if (next !== now.current.at) change({ at: next }, "replace");
      }, REST_MS);
    },
  };
}

export type ExplorerRows = ReturnType<typeof useRows>;
