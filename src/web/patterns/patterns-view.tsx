/**
 * What was found, grouped by the shape of its messages: a row a pattern.
 * Invariants: the last answer stays until the next one is there, and while it is live no row moves for another; what
 * fails here fails inside the tab; which kind is listed and which pattern is open is in the address.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { partialText } from "../../client/partial.ts";
import type { Moves } from "../explorer/moves.ts";
import { filterText, withFilter } from "../query/terms.ts";
import type { Search } from "../search.ts";
import { api } from "../session.ts";
import { useShortcuts } from "../shortcuts.ts";
import { lengthText, spanText } from "../time/wall-clock.ts";
import { type Range, fixed, rangeOf, timestamp } from "../time-range.ts";
import { countText, problemOf, shareText } from "../words.ts";
import { gapsOf } from "./gap-values.ts";
import { patternPlaceText, readPatternPlace } from "./pattern-place.ts";
import { PatternRow } from "./pattern-row.tsx";
import {
  inPlaceOf,
  type Pattern,
  type PatternKind,
  type Patterns,
  patternsOfKind,
  readPatterns,
} from "./pattern-source.ts";
import "./patterns.css";

const KINDS: readonly (readonly [kind: PatternKind, name: string])[] = [
  ["all", "All"],
  ["new", "New"],
  ["rising", "Rising"],
  ["gone", "Gone"],
];
/** Until something was drawn. */
const FIRST_ROWS = 12;
/** While what comes is followed. */
const LIVE_MS = 10_000;
/** Fewer make no groups. */
const LEAST_ENTRIES = 2;
const TOO_FEW = "Too few entries to group";

/** Of a run: looking at another tab and coming back reads nothing. */
const known = new WeakMap<object, Patterns>();
/** Of what was drawn last, so that nothing jumps. */
let lastHeightPx = 0;

export function PatternsView(props: { place: string; search: Search; zone: string; moves: Moves }) {
  const { search, zone, moves } = props;
  const { kind, open } = readPatternPlace(props.place);
  const read = useSignal<Patterns | undefined>(undefined);
  const problem = useSignal("");
  const tries = useSignal(0);
  const cursor = useSignal(open);
  const grid = useRef<HTMLDivElement>(null);
  const settled = search.settled.value;
  const busy = useSignal(true);

  useEffect(() => {
    const shown = search.shown.peek();
    const { query, from, to } = moves.now.current;
    // What is shown may be the answer to what was asked before: its own rows come first.
    if (settled === 0 || shown?.query !== query || shown.from !== from || shown.to !== to) return;
    const before = known.get(shown);
    if (before !== undefined) {
      read.value = before;
      busy.value = false;
      return;
    }
    const stop = new AbortController();
    busy.value = true;
    readPatterns(shown, shown.range, stop.signal).then(
      (answer) => {
        known.set(shown, answer);
        read.value = answer;
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
  }, [settled, tries.value]);
  const isLive = moves.now.current.live;
  useEffect(() => {
    if (!isLive) return;
    const stop = new AbortController();
    const timer = setInterval(() => {
      const shown = search.shown.peek();
      const before = read.peek();
      if (document.visibilityState !== "visible" || shown === undefined || before === undefined)
        return;
      const range = rangeOf(shown.from, shown.to, Date.now(), shown.zone);
      readPatterns(shown, range, AbortSignal.any([stop.signal, search.running])).then(
        (answer) => {
          if (search.shown.peek() !== shown) return;
          const next = inPlaceOf(before, answer);
          known.set(shown, next);
          read.value = next;
        },
        // What is shown stays, and it is asked again.
        () => undefined,
      );
    }, LIVE_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [isLive]);
  useEffect(() => {
    if (read.value !== undefined) lastHeightPx = grid.current?.scrollHeight ?? 0;
  });

  const filter = filterText(moves.now.current.query);
  const listed = read.value === undefined ? [] : patternsOfKind(read.value, kind);
  const at = listed.findIndex(({ text }) => text === cursor.value);
  const focusAt = (index: number): void => {
    const pattern = listed[Math.max(0, Math.min(listed.length - 1, index))];
    if (pattern === undefined) return;
    cursor.value = pattern.text;
    grid.current
      ?.querySelector<HTMLElement>(`[data-pattern=${JSON.stringify(pattern.text)}]`)
      ?.focus();
  };
  const onCursor = (act: (pattern: Pattern) => void) => (): void => {
    const pattern = listed[at];
    if (pattern !== undefined) act(pattern);
  };
  const toggle = (pattern: Pattern): void => {
    cursor.value = pattern.text;
    moves.change({
      pattern: patternPlaceText({ kind, open: open === pattern.text ? "" : pattern.text }),
    });
  };
  const showEntries = (pattern: Pattern): void => {
    const query = pattern.query === "" ? undefined : withFilter(filter, pattern.query);
    const isGone = pattern.kind === "gone" && read.value !== undefined;
    if (query !== undefined)
      moves.ask({
        query,
        tab: "",
        ...(isGone && read.value !== undefined && fixedRange(read.value.before)),
      });
  };
  const exclude = (pattern: Pattern): void => {
    const query = pattern.query === "" ? undefined : withFilter(filter, `-${pattern.query}`);
    if (query !== undefined)
      moves.ask({ query, tab: "patterns", pattern: patternPlaceText({ kind, open: "" }) });
  };
  useShortcuts([
    { keys: "j", name: "Next pattern", run: () => focusAt(at + 1) },
    { keys: "k", name: "Previous pattern", run: () => focusAt(at - 1) },
    { keys: "e", name: "Open the pattern", run: onCursor(toggle) },
    { keys: "Enter", name: "Entries of the pattern", run: onCursor(showEntries) },
    { keys: "x", name: "Exclude the pattern", run: onCursor(exclude) },
    ...(open === ""
      ? []
      : [
          {
            keys: "Escape",
            name: "Close the pattern",
            run: () => moves.change({ pattern: patternPlaceText({ kind, open: "" }) }),
          },
        ]),
  ]);

  if (read.value === undefined)
    return problem.value === "" ? (
      <Skeleton />
    ) : (
      <Failed text={problem.value} onRetry={() => tries.value++} />
    );
  const answer = read.value;
  const shown = search.shown.value;
  const isBare = answer.entries < LEAST_ENTRIES;
  return (
    <div class="patterns" aria-busy={busy.value}>
      {problem.value !== "" && <Failed text={problem.value} onRetry={() => tries.value++} />}
      {answer.partial !== undefined && (
        <p class="notice warning">
          <span class="dot amber" />
          {partialText(
            answer.partial.reason,
            answer.partial.coveredMs === undefined
              ? undefined
              : spanText(answer.partial.coveredMs, answer.range.endMs, zone, answer.range.endMs),
          )}
        </p>
      )}
      <div class="pattern-bar">
        {isBare ? (
          kind === "gone" && <p class="quiet">{TOO_FEW}</p>
        ) : (
          <p>
            <b>{countText(answer.patterns.length, "pattern", "patterns")}</b>{" "}
            <span class="quiet">
              cover {shareText(1 - answer.others / answer.entries)} of{" "}
              {countText(answer.entries, "entry", "entries")}
            </span>
          </p>
        )}
        <span class="grow" />
        <div class="pattern-kinds" role="group" aria-label="Which patterns">
          {KINDS.map(([own, name]) => (
            <button
              type="button"
              key={own}
              aria-pressed={own === kind}
              onClick={() => moves.change({ pattern: patternPlaceText({ kind: own, open: "" }) })}
            >
              {name} <span class="count">{patternsOfKind(answer, own).length}</span>
            </button>
          ))}
        </div>
      </div>
      {isBare && kind !== "gone" ? (
        <div class="empty">
          <h2>{TOO_FEW}</h2>
          <p class="quiet">{countText(answer.entries, "entry matches", "entries match")}.</p>
        </div>
      ) : listed.length === 0 ? (
        <div class="empty">
          <p class="quiet">{nothingText(answer, kind)}</p>
        </div>
      ) : (
        <div
          ref={grid}
          class="pattern-grid"
          role="treegrid"
          aria-label="Patterns"
          aria-rowcount={listed.length + 1}
          onKeyDown={(event) => {
            if (!(event.target instanceof HTMLElement) || event.target.role !== "row") return;
            if (event.key === "ArrowDown") focusAt(at + 1);
            else if (event.key === "ArrowUp") focusAt(at - 1);
            else if (event.key === "Home") focusAt(0);
            else if (event.key === "End") focusAt(listed.length - 1);
            else if (event.key === "ArrowRight" && listed[at]?.text !== open) onCursor(toggle)();
            else if (event.key === "ArrowLeft" && listed[at]?.text === open) onCursor(toggle)();
            else return;
            event.preventDefault();
          }}
        >
          <div role="row" class="pattern-head" aria-rowindex={1}>
            <span role="columnheader" class="figure">
              Count
            </span>
            <span role="columnheader" class="figure">
              Share
            </span>
            <span role="columnheader">{lengthText(answer.range.endMs - answer.range.startMs)}</span>
            <span role="columnheader">Level</span>
            <span role="columnheader">Service</span>
            <span role="columnheader">Pattern, with the parts that vary</span>
          </div>
          {listed.map((pattern, index) => (
            <PatternRow
              key={`${kind} ${pattern.text}`}
              pattern={pattern}
              index={index}
              isOpen={pattern.text === open}
              isCursor={index === Math.max(0, at)}
              isPartial={answer.partial !== undefined || answer.approximate}
              zone={zone}
              nowMs={answer.range.endMs}
              gaps={pattern.text === open ? gapsOf(pattern.text, pattern.query, filter) : []}
              read={async (query, signal) => {
                const range = pattern.kind === "gone" ? answer.before : answer.range;
                const { table } = await api.with({ signal }).logs.Query({
                  applicationId: shown?.applicationId ?? "",
                  query,
                  startTime: timestamp(range.startMs),
                  endTime: timestamp(range.endMs),
                  limit: 1,
                  cursor: "",
                  ascending: false,
                  timeZone: zone,
                  budget: undefined,
                });
                return table;
              }}
              actions={{ onToggle: toggle, onEntries: showEntries, onExclude: exclude }}
              onFocus={() => (cursor.value = pattern.text)}
            />
          ))}
          <p class="pattern-foot">
            {countText(answer.others, "entry fits", "entries fit")} no pattern.
            {answer.approximate &&
              " There are too many shapes to tell apart: counts are lower bounds."}
            {!answer.isCompared && " There is too little before to compare with."}
          </p>
        </div>
      )}
    </div>
  );
}

function fixedRange({ startMs, endMs }: Range) {
  return { from: fixed(startMs), to: fixed(endMs), live: false };
}

function nothingText(answer: Patterns, kind: PatternKind): string {
  if (!answer.isCompared) return "There is too little before to compare with.";
  const before = `the ${lengthText(answer.range.endMs - answer.range.startMs)} before`;
  if (kind === "new") return `No pattern is new: ${before} had them all.`;
  if (kind === "rising") return `No pattern has three times as many entries as in ${before}.`;
  return `Every pattern of ${before} is still there.`;
}

function Failed(props: { text: string; onRetry: () => void }) {
  return (
    <p class="notice problem" role="alert">
      The patterns could not be read: {props.text}{" "}
      <button type="button" class="fix" onClick={props.onRetry}>
        Try again
      </button>
    </p>
  );
}

function Skeleton() {
  return (
    <div
      class="patterns"
      aria-busy="true"
      aria-label="Reading the patterns"
      role="group"
      style={lastHeightPx === 0 ? {} : { height: `${lastHeightPx}px` }}
    >
      {Array.from({ length: FIRST_ROWS }, (_, at) => (
        <div class="pattern-blank" key={at} />
      ))}
    </div>
  );
}
