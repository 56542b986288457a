/**
 * The column of facets beside the results, over them where there is no room, and a sheet on a phone.
 * Invariant: it is read after rows and chart, and keeps what it shows until another answer is there.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { returns } from "../connection.ts";
import { Icon } from "../parts/icon.tsx";
import type { Asked, Search } from "../search.ts";
import { type Range, rangeOf } from "../time-range.ts";
import { filterText, withoutField } from "../query/terms.ts";
import { problemOf } from "../words.ts";
import { lazyPart } from "../lazy.tsx";
import { memo } from "../memo.tsx";
import { afterLanguage } from "../query/language-later.ts";
import { type Facet, readFacets, readWithNamed } from "./facet-source.ts";
import { inPlace } from "./in-place.ts";
import { namedFields } from "./named-fields.ts";

const Facets = lazyPart(
  () => afterLanguage(import("./facets.tsx")).then((one) => one.Facets),
  () => <div aria-busy="true" />,
);
const Differences = lazyPart(
  () => afterLanguage(import("./differences.tsx")).then((one) => one.Differences),
  () => <div class="differences" aria-busy="true" />,
);
const ClearTerms = lazyPart(
  () => afterLanguage(import("./clear-terms.tsx")).then((one) => one.ClearTerms),
  () => null,
);
const ShowFound = lazyPart(
  () => import("./show-found.tsx").then((one) => one.ShowFound),
  () => null,
);

const LIVE_MS = 10_000;
const FIRST_VALUES = 5;
/** What was rare before is found among these. */
const COMPARED_VALUES = 100;
const MOST_COMPARED = 12;
/** The server takes no more. */
const MOST_ASKED = 50;

interface FacetColumnProps {
  asked: Asked;
  search: Search;
  facets: Signal<readonly Facet[] | undefined>;
  isOpen: boolean;
  isLive: boolean;
  find: { current: HTMLInputElement | null };
  /** As the address has it: names apart by commas. */
  pinned: string;
  hidden: string;
  /** A slice that is compared with the rest; undefined: the facets stand. */
  slice: { readonly from: number; readonly to: number } | undefined;
  onSliceEnd: () => void;
  /** Narrows by a difference; the slice stays. */
  onDifference: (query: string) => void;
  onClose: () => void;
  onQuery: (query: string) => void;
  onPin: (pinned: string) => void;
  onHide: (hidden: string) => void;
}

/** Long, and of nothing that changes with a row or a letter. */
export const FacetColumn = memo((props: FacetColumnProps) => {
  const { asked, search, facets } = props;
  const problem = useSignal("");
  const before = useSignal<readonly Facet[] | undefined>(undefined);
  const pinned = namesIn(props.pinned);
  const hidden = namesIn(props.hidden);
  const read = (signal: AbortSignal, isRun: boolean): void => {
    const shown = search.shown.peek();
    if (shown === undefined) return;
    const range = shown.range.open
      ? rangeOf(shown.from, shown.to, Date.now(), shown.zone)
      : shown.range;
    readWithPinned(shown, range, pinned, signal).then(
      (next) => {
        facets.value = isRun ? next : inPlace(facets.peek(), next);
        problem.value = "";
        // Marks are of the run: a few seconds on, they are the same.
        if (isRun) compare(shown, range, next, signal);
      },
      (error: unknown) => {
        if (!signal.aborted) problem.value = problemOf(error);
      },
    );
  };
  /** The window before is an aside: without it nothing is missing. */
  const compare = (of: Asked, range: Range, next: readonly Facet[], signal: AbortSignal): void => {
    const long = range.endMs - range.startMs;
    const earlier = { startMs: range.startMs - long, endMs: range.startMs, open: false };
    const fields = next.map(({ field }) => field).slice(0, MOST_COMPARED);
    readFacets(of, earlier, { fields, values: COMPARED_VALUES }, signal).then(
      (read) => (before.value = read),
      () => (before.value = undefined),
    );
  };
  useEffect(() => {
    if (search.settled.value === 0) return;
    const stop = new AbortController();
    read(AbortSignal.any([stop.signal, search.running]), true);
    return () => stop.abort();
  }, [search.settled.value, props.pinned]);
  const isBroken = problem.value !== "";
  useEffect(() => {
    if (!isBroken || returns.value === 0) return;
    const stop = new AbortController();
    read(stop.signal, true);
    return () => stop.abort();
  }, [returns.value]);
  useEffect(() => {
    if (!props.isLive) return;
    const stop = new AbortController();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible")
        read(AbortSignal.any([stop.signal, search.running]), false);
    }, LIVE_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [props.isLive, props.pinned]);
  return (
    <aside class={`facets${props.isOpen ? " open" : ""}`} aria-label="Fields">
      <div class="facets-sheet-head">
        <strong>Filters</strong>
        <span class="grow" />
        {props.isOpen && <ClearTerms query={asked.query} onQuery={props.onQuery} />}
        <button type="button" class="plain" aria-label="Close the filters" onClick={props.onClose}>
          <Icon name="close" />
        </button>
      </div>
      {props.slice !== undefined && search.shown.value !== undefined && (
        <Differences
          asked={asked}
          range={search.shown.value.range}
          slice={props.slice}
          onQuery={props.onDifference}
          onEnd={props.onSliceEnd}
        />
      )}
      {/* They come after rows and chart, and what draws them with them. */}
      {props.slice === undefined && (search.settled.value > 0 || props.isOpen) && (
        <Facets
          query={asked.query}
          facets={facets}
          before={before}
          problem={problem.value}
          pinned={pinned}
          search={props.find}
          source={{
            more: async (field, values, signal) => {
              const shown = search.shown.peek();
              const range = shown?.range ?? rangeOf(asked.from, asked.to, Date.now(), asked.zone);
              const one = { fields: [field], values };
              const [facet] = await readWithNamed(asked, range, one, signal);
              if (facet === undefined) throw new Error(`no values of ${field}`);
              return facet;
            },
            begun: async (field, text, signal) => {
              const shown = search.shown.peek();
              const range = shown?.range ?? rangeOf(asked.from, asked.to, Date.now(), asked.zone);
              const rest = withoutField(filterText(asked.query), field) ?? "";
              const id = asked.applicationId;
              const found = await search.values(id, range, field, text, rest, signal);
              return found.map(({ value, count }) => ({ value, count: Number(count) }));
            },
            rows: async (query, signal) => (await search.table(query, signal))?.rows,
          }}
          onQuery={props.onQuery}
          hidden={hidden}
          onPin={(field) => props.onPin(turned(pinned, field))}
          onHide={(field) => props.onHide(field === undefined ? "" : turned(hidden, field))}
        />
      )}
      {props.isOpen && <ShowFound search={search} onClose={props.onClose} />}
    </aside>
  );
});

function namesIn(text: string): readonly string[] {
  return text === "" ? [] : text.split(",");
}

/** The names with this one, or without it where they had it. */
function turned(names: readonly string[], name: string): string {
  return (names.includes(name) ? names.filter((one) => one !== name) : [...names, name]).join(",");
}

/** The usual ones, and before them those besides that were pinned, or that the query names. */
async function readWithPinned(
  asked: Asked,
  range: Range,
  pinned: readonly string[],
  signal: AbortSignal,
): Promise<readonly Facet[]> {
  const usual = await readWithNamed(asked, range, { fields: [], values: FIRST_VALUES }, signal);
  const missing = [...new Set([...pinned, ...namedFields(asked.query)])]
    .filter((field) => !usual.some((facet) => facet.field === field))
    .slice(0, MOST_ASKED);
  if (missing.length === 0) return usual;
  const own = await readWithNamed(asked, range, { fields: missing, values: FIRST_VALUES }, signal);
  return [...own, ...usual];
}
