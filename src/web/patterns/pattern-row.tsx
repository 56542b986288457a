/**
 * One pattern as a row, and what it opens to. Invariant: whatever its keys do a button does, too.
 */
import { useSignal } from "@preact/signals";
import { Glyph } from "../list/glyph.tsx";
import { Icon } from "../parts/icon.tsx";
import { dayText, shortClock } from "../time/wall-clock.ts";
import { countText, shareText, shownText } from "../words.ts";
import { GapList } from "./gap-list.tsx";
import type { Gap } from "./gap-values.ts";
import type { Pattern } from "./pattern-source.ts";
import { PatternText } from "./pattern-text.tsx";
import { Trend } from "./trend.tsx";

export interface PatternActions {
  readonly onToggle: (pattern: Pattern) => void;
  /** Undefined where no filter finds it. */
  readonly onEntries: ((pattern: Pattern) => void) | undefined;
  readonly onExclude: ((pattern: Pattern) => void) | undefined;
}

const NO_QUERY = "It is too long to be written into a query";

export function PatternRow(props: {
  pattern: Pattern;
  index: number;
  isOpen: boolean;
  /** Whether Tab comes to it. */
  isCursor: boolean;
  /** Counts are of a part. */
  isPartial: boolean;
  zone: string;
  nowMs: number;
  gaps: readonly Gap[];
  read: Parameters<typeof GapList>[0]["read"];
  actions: PatternActions;
  onFocus: () => void;
}) {
  const { pattern, isOpen, actions, zone } = props;
  const kinds = useSignal<readonly string[]>([]);
  const count = `${pattern.count.toLocaleString()}${props.isPartial ? "+" : ""}`;
  return (
    <>
      <div
        role="row"
        class={`pattern${isOpen ? " open" : ""}`}
        aria-level={1}
        aria-expanded={isOpen}
        aria-rowindex={props.index + 2}
        data-pattern={pattern.text}
        tabIndex={props.isCursor ? 0 : -1}
        onFocus={props.onFocus}
        onClick={() => {
          // A click that ends a selection of text is none.
          if (getSelection()?.isCollapsed !== false) actions.onToggle(pattern);
        }}
      >
        <span role="gridcell" class="figure strong">
          {count}
        </span>
        <span role="gridcell" class="figure quiet">
          {shareText(pattern.share)}
        </span>
        <span role="gridcell" class="pattern-trend">
          <Trend bars={pattern.bars} level={pattern.level} />
        </span>
        <span role="gridcell">
          <Glyph level={pattern.level} />
        </span>
        <span role="gridcell" class="cut quiet">
          {shownText(pattern.service)}
        </span>
        <span role="gridcell" class="pattern-words">
          <PatternText text={pattern.text} kinds={isOpen ? kinds.value : []} />{" "}
          <Badge pattern={pattern} zone={zone} nowMs={props.nowMs} />
        </span>
      </div>
      {isOpen && (
        <div role="row" class="pattern-open" aria-level={2}>
          <div role="gridcell" aria-colspan={6}>
            {props.gaps.length > 0 || pattern.text.includes("<*>") ? (
              <GapList
                gaps={props.gaps}
                read={props.read}
                onKinds={(next) => (kinds.value = next)}
              />
            ) : (
              <p class="quiet">Nothing in it varies.</p>
            )}
            <div class="actions">
              <button
                type="button"
                disabled={actions.onEntries === undefined || pattern.query === ""}
                title={pattern.query === "" ? NO_QUERY : "Enter"}
                onClick={() => actions.onEntries?.(pattern)}
              >
                Show {countText(pattern.count, "entry", "entries")} <kbd>⏎</kbd>
              </button>
              <button
                type="button"
                disabled={actions.onExclude === undefined || pattern.query === ""}
                title={pattern.query === "" ? NO_QUERY : "Exclude (x)"}
                onClick={() => actions.onExclude?.(pattern)}
              >
                <Icon name="minus" /> Exclude <kbd>x</kbd>
              </button>
            </div>
          </div>
        </div>
      )}
    </>
  );
}

function Badge({ pattern, zone, nowMs }: { pattern: Pattern; zone: string; nowMs: number }) {
  const when = (ms: number): string => {
    const day = dayText(ms, zone, nowMs);
    return `${day === dayText(nowMs, zone, nowMs) ? "" : `${day} `}${shortClock(Math.floor(ms / 60_000) * 60_000, zone)}`;
  };
  switch (pattern.kind) {
    case "rising":
      return <span class="badge rising">▲ {pattern.rise}</span>;
    case "new":
      return <span class="badge new">new {when(pattern.firstMs)}</span>;
    case "gone":
      return <span class="badge gone">last {when(pattern.lastMs)}</span>;
    case "usual":
      return null;
    default:
      return pattern.kind satisfies never;
  }
}
