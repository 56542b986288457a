/**
 * The list with what belongs to it: the heads, the rows, what opens among them, and the rail of time.
 */
import type { Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { lazyPart } from "../lazy.tsx";
import type { Gap, Live } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import { afterLanguage } from "../query/language-later.ts";
import type { Search } from "../search.ts";
import type { Bars, View } from "../time/bars.ts";
import { isNarrower, textScale } from "../text-size.ts";
import type { Range } from "../time-range.ts";
import { MOST_HELD } from "../tail-buffer.ts";
import { countText, shownText } from "../words.ts";
import { type Column, columnsText, templateOf } from "./columns.ts";
import { EntryGrid, type GridHandle } from "./entry-grid.tsx";
import type { LineLook } from "./entry-line.tsx";
import type { FieldActions } from "./field-list.tsx";
import { ListHead } from "./list-head.tsx";
import { isAfter } from "./row-order.ts";
import { TimeRail } from "./time-rail.tsx";
import { type ReadContext, useContextOf } from "./use-context.ts";

const loadDetails = () => afterLanguage(import("./entry-details.tsx"));
const loadLens = () => import("./context-rows.tsx");
const EntryDetails = lazyPart(
  () => loadDetails().then((one) => one.EntryDetails),
  () => <div class="details" aria-busy="true" />,
);
const LensAbove = lazyPart(
  () => loadLens().then((one) => one.LensAbove),
  () => <div class="lens" aria-busy="true" />,
);
const LensBelow = lazyPart(
  () => loadLens().then((one) => one.LensBelow),
  () => <div class="lens" aria-busy="true" />,
);
const NoEntries = lazyPart(
  () => afterLanguage(import("../results/no-entries.tsx")).then((one) => one.NoEntries),
  () => <div class="empty" aria-busy="true" />,
);

/** At the usual size of text. */
const ROW_PX = { compact: 20, standard: 24, roomy: 30 } as const;
/** Two lines and a half of text and a hairline, for a finger. */
const PHONE_ROW_PX = 64;

export function ListView(props: {
  at: LogsPlace;
  search: Search;
  live: Live;
  held: string;
  look: LineLook;
  columns: readonly Column[];
  rowsKind: keyof typeof ROW_PX;
  range: Range;
  bars: Bars | undefined;
  coveredMs: number | undefined;
  view: () => View | undefined;
  total: number | undefined;
  theme: string;
  grid: { current: GridHandle | null };
  cursor: Signal<string>;
  openField: Signal<string>;
  fieldActions: FieldActions;
  readContext: ReadContext;
  change: (next: Partial<LogsPlace>, how?: "push" | "replace") => void;
  onOpen: (entry: LogEntry, how?: "push" | "replace") => void;
  onPanel: (id: string) => void;
  onStep: (by: 1 | -1) => void;
  onLink: (id: string) => void;
  onScrolled: () => void;
  onSeek: (ms: number) => void;
  onEnd: (end: "newest" | "oldest") => void;
  onNew: (stay: boolean) => void;
  /** Reads the newest page anew. */
  onNewest: () => void;
  onPointer: () => void;
  onAsk: (next: Partial<LogsPlace>) => void;
}) {
  const { at, search, live, look, columns, grid } = props;
  const { rows } = search;
  useEffect(() => {
    // A link to an open row: what it opens into is there before the row is, and nothing moves.
    if (at.row !== "") (at.context === "" ? loadDetails() : loadLens()).catch(() => undefined);
  }, []);
  const isPhone = isNarrower(600);
  const rowPx = (isPhone ? PHONE_ROW_PX : ROW_PX[props.rowsKind]) * textScale.value;
  const ascending = at.order === "asc";
  const isEmpty = rows.answer.value !== undefined && rows.rows.value.length === 0;
  const gaps = live.gaps.value;
  const { values: _, ...fields } = props.fieldActions;
  const lensEntry =
    at.context === "" || at.panel !== ""
      ? undefined
      : rows.rows.value.find(({ id }) => id === at.row);
  const count = Number(at.context) || 5;
  const context = useContextOf(lensEntry, count, ascending, props.readContext);
  const hasLens = lensEntry !== undefined;
  const known = useMemo(
    () => new Set(hasLens ? rows.rows.value.map(({ id }) => id) : []),
    [rows.rows.value, hasLens],
  );
  const lensOf = (entry: LogEntry) => ({
    entry,
    context,
    count,
    look,
    ascending,
    matches: (id: string) => known.has(id),
    onCount: (next: number) => props.change({ context: String(next) }, "replace"),
  });
  const below = (entry: LogEntry) => {
    const opened = openedBelow(entry);
    const isNewest = ascending && gaps.length > 0 && entry.id === rows.newest?.id;
    const own = isNewest ? gapsBetween(gaps, entry, undefined) : [];
    if (own.length === 0) return opened;
    return (
      <>
        {opened}
        <GapRows gaps={own} onLoad={props.onNewest} />
      </>
    );
  };
  const openedBelow = (entry: LogEntry) => {
    if (entry.id !== at.row || at.panel !== "") return null;
    if (lensEntry?.id === entry.id)
      return (
        <LensBelow
          {...lensOf(entry)}
          onClose={() => {
            props.change({ context: "" });
            grid.current?.focusRow(entry.id);
          }}
        />
      );
    return (
      <EntryDetails
        entry={entry}
        zone={look.zone}
        fields={fields}
        open={props.openField}
        actions={[
          { name: "Context", icon: "context", key: "C", run: () => props.change({ context: "5" }) },
          ...(entry.traceId === ""
            ? []
            : [
                {
                  name: "Trace",
                  icon: "trace",
                  key: "T",
                  run: () => props.change({ panel: "trace" }),
                } as const,
              ]),
          { name: "Link", icon: "link", key: "Y", run: () => props.onLink(entry.id) },
          { name: "Open panel", icon: "enter", key: "⏎", run: () => props.onPanel(entry.id) },
        ]}
      />
    );
  };
  const above = (entry: LogEntry, before: LogEntry | undefined) => {
    const own = ascending ? gapsBetween(gaps, before, entry) : gapsBetween(gaps, entry, before);
    const isLens = lensEntry?.id === entry.id;
    if (own.length === 0 && !isLens) return null;
    return (
      <>
        <GapRows gaps={own} onLoad={props.onNewest} />
        {isLens && (
          <div role="row">
            <div role="gridcell">
              <LensAbove {...lensOf(entry)} />
            </div>
          </div>
        )}
      </>
    );
  };
  return (
    <div class="list" style={{ "--columns": templateOf(columns) }}>
      <ListHead
        columns={columns}
        waiting={live.waiting.value}
        tooMany={MOST_HELD}
        held={props.held}
        onColumns={(next) => props.change({ columns: columnsText(next) }, "replace")}
        onNew={props.onNew}
      />
      <div class="list-body" onPointerMove={props.onPointer}>
        {isEmpty ? (
          <NoEntries
            at={at}
            search={search}
            zone={look.zone}
            gaps={<GapRows gaps={gaps} onLoad={props.onNewest} />}
            onAsk={props.onAsk}
            onRerun={props.onNewest}
          />
        ) : (
          <EntryGrid
            rows={rows}
            look={look}
            rowPx={rowPx}
            rowsKind={props.rowsKind}
            total={props.total}
            selected={at.row}
            opened={at.panel === "" ? at.row : ""}
            handle={grid}
            cursor={props.cursor}
            fresh={live.fresh.value}
            onOpen={props.onOpen}
            onKey={(event, entry) => onRowKey(event, entry, props)}
            onScrolled={props.onScrolled}
            below={below}
            above={above}
          />
        )}
        {!isPhone && (
          <TimeRail
            bars={props.bars}
            startMs={props.range.startMs}
            endMs={props.range.endMs}
            ascending={ascending}
            zone={look.zone}
            view={props.view}
            coveredMs={props.coveredMs}
            theme={props.theme}
            onSeek={props.onSeek}
            onPage={(direction) => grid.current?.page(direction)}
            onWheel={(px) => grid.current?.scrollBy(px)}
            onEnd={props.onEnd}
          />
        )}
      </div>
    </div>
  );
}

function onRowKey(
  event: KeyboardEvent,
  entry: LogEntry,
  props: Parameters<typeof ListView>[0],
): void {
  if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey)
    return;
  switch (event.key) {
    case "Enter":
      props.onPanel(entry.id);
      break;
    case " ":
      props.onOpen(entry);
      break;
    case "ArrowDown":
      props.onStep(1);
      break;
    case "ArrowUp":
      props.onStep(-1);
      break;
    case "PageDown":
      props.grid.current?.page(1);
      break;
    case "PageUp":
      props.grid.current?.page(-1);
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** What is missing between two neighbours; an absent one is the end of the list. */
function gapsBetween(
  gaps: readonly Gap[],
  older: LogEntry | undefined,
  newer: LogEntry | undefined,
): readonly Gap[] {
  if (gaps.length === 0) return gaps;
  return gaps.filter(({ at }) => {
    if (at === undefined) return newer === undefined;
    const isBehind = older === undefined || !isAfter(older.time, at);
    return isBehind && (newer === undefined || isAfter(newer.time, at));
  });
}

function GapRows(props: { gaps: readonly Gap[]; onLoad: () => void }) {
  return (
    <>
      {props.gaps.map(({ reason, missed }) => (
        <div key={`${reason}${missed}`} class="gap" role="row">
          <span role="gridcell">
            {missed === undefined ? (
              <>Entries may be missing here{reason === "" ? "" : `: ${shownText(reason)}`}</>
            ) : (
              <>
                {countText(missed, "entry", "entries")} arrived while away.{" "}
                <button type="button" class="link" onClick={props.onLoad}>
                  Load
                </button>
              </>
            )}
          </span>
        </div>
      ))}
    </>
  );
}
