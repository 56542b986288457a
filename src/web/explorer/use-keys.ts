/**
 * The keys of the explorer. Invariant: each does what a control on screen does.
 */
import { jsonOf, panelTabAfter } from "../list/panel-tabs.ts";
import type { LogsPlace } from "../logs-place.ts";
import { type Shortcut, useShortcuts } from "../shortcuts.ts";
import { doubled, shifted } from "../time/time-picker.tsx";
import { NOW } from "../time-range.ts";
import { copyAndSay } from "../shell/copied.ts";
import { copyEntryLink } from "./links.ts";
import type { Moves } from "./moves.ts";
import { showTab } from "./show-tab.ts";
import type { ExplorerRows } from "./use-rows.ts";

export function useKeys(props: {
  at: LogsPlace;
  zone: string;
  isTable: boolean;
  moves: Moves;
  rows: ExplorerRows;
  showNew: (stay: boolean) => void;
  focusQuery: () => void;
  openTime: () => void;
  toggleFacets: () => void;
  rerun: () => void;
}): void {
  const { at, zone, rows } = props;
  const { change, ask } = props.moves;
  const row = (): string => (at.row === "" ? rows.cursor.peek() : at.row);
  const onRow = (run: (id: string) => void) => () => {
    const id = row();
    if (id !== "") run(id);
  };
  const keys: readonly (readonly [keys: string, name: string, run: () => void])[] = [
    ["/", "Write the query", props.focusQuery],
    ["d", "Choose the time", props.openTime],
    ["[", "Earlier by one window", () => ask({ ...shifted(at, zone, -1), live: false })],
    [
      "]",
      "Later by one window",
      () => {
        // Later than the present there is nothing.
        if (at.to !== NOW) ask({ ...shifted(at, zone, 1), live: false });
      },
    ],
    ["z", "Twice the time", () => ask({ ...doubled(at, zone), live: false })],
    ["f", "Fields and their values", props.toggleFacets],
    ["h", "Hide or show the chart", () => change({ histogram: !at.histogram }, "replace")],
    ["j", "Next row", () => rows.step(1)],
    ["k", "Previous row", () => rows.step(-1)],
    [
      "e",
      "Open the row in place",
      onRow((id) => {
        const entry = rows.byId(id);
        if (entry !== undefined) rows.open(entry);
      }),
    ],
    [
      "c",
      "What came before and after",
      onRow((id) =>
        change({ row: id, panel: "", context: at.context === "" || at.row !== id ? "5" : "" }),
      ),
    ],
    ["t", "Its trace", onRow((id) => change({ row: id, panel: "trace", context: "" }))],
    ["i", "Include the value", () => pressTerm("Include")],
    ["x", "Exclude the value", () => pressTerm("Exclude")],
    ["y", "Copy a link to the row", onRow((id) => copyEntryLink(at.app, id))],
    [
      "Shift+Y",
      "Copy the row as JSON",
      onRow((id) => {
        const entry = rows.byId(id);
        if (entry === undefined) return;
        void copyAndSay(JSON.stringify(jsonOf(entry)));
      }),
    ],
    ["1", "Entries", () => showTab("entries", props.isTable, props.moves)],
    ["2", "Patterns", () => showTab("patterns", props.isTable, props.moves)],
    ["3", "Chart", () => showTab("chart", props.isTable, props.moves)],
    ["l", "Follow what comes", () => change({ live: !at.live, to: NOW })],
    ["n", "Show what is new", () => props.showNew(false)],
    ["Shift+N", "Let what is new in, and stay", () => props.showNew(true)],
    [
      "o",
      "The other order",
      () => change({ order: at.order === "asc" ? "desc" : "asc", at: "" }, "replace"),
    ],
    ["w", "Wrap lines", () => change({ wrap: !at.wrap }, "replace")],
    ["u", "UTC or local time", () => change({ zone: zone === "UTC" ? "local" : "utc" }, "replace")],
    ["r", "Run again", props.rerun],
    ["g g", "Newest", () => rows.goTo("newest")],
    ["Shift+G", "Oldest", () => rows.goTo("oldest")],
    ["Escape", "Close the nearest thing", rows.closeNearest],
    [",", "Tab of the panel before", () => panelTab(-1)],
    [".", "Tab of the panel after", () => panelTab(1)],
  ];
  const panelTab = (step: 1 | -1): void => {
    if (at.panel !== "") change({ panel: panelTabAfter(at.panel, step) }, "replace");
  };
  useShortcuts(keys.map(([key, name, run]): Shortcut => ({ keys: key, name, run })));
}

/** Of the field that has the focus, or that the pointer is on. */
function pressTerm(verb: "Include" | "Exclude"): void {
  const focused = document.activeElement?.closest(".field-row");
  const field = focused ?? document.querySelector(".field-row:hover");
  field?.querySelector<HTMLButtonElement>(`button[aria-label^="${verb} "]`)?.click();
}
