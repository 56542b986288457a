/**
 * The column of fields with their values: what is wanted of each is read from the query, and a click writes it there.
 * Invariants: there is no other state of what is filtered; a value that is excluded or wanted stays listed; the column
 * keeps its height and its order while its counts are read anew.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Level } from "../../domain/level.ts";
import { LEVELS } from "../../domain/level.ts";
import { Glyph } from "../list/glyph.tsx";
import { Icon } from "../parts/icon.tsx";
import {
  namedValues,
  type Wanted,
  wantedOf,
  wantedValues,
  withoutField,
  withValue,
} from "../query/terms.ts";
import { unusual } from "../time/unusual.ts";
import { shownText } from "../words.ts";
import type { Facet, FacetSource } from "./facet-source.ts";

const FIRST_VALUES = 5;
const MORE_VALUES = 50;
/** Fewer are chance. */
const LEAST_NEW = 30;
/** Fields open at first; the others are one click away. */
const FIRST_OPEN = 6;

export interface FacetsProps {
  readonly query: string;
  readonly facets: Signal<readonly Facet[] | undefined>;
  /** The same of the window before; undefined while it is not known. */
  readonly before: Signal<readonly Facet[] | undefined>;
  readonly source: FacetSource;
  readonly problem: string;
  readonly pinned: readonly string[];
  readonly search: { current: HTMLInputElement | null };
  readonly onQuery: (query: string) => void;
  readonly onPin: (field: string) => void;
}

export function Facets(props: FacetsProps) {
  const { facets } = props;
  const find = useSignal("");
  /** Fields whose folding was turned by hand. */
  const turned = useSignal<ReadonlySet<string>>(new Set());
  const all = ordered(facets.value ?? [], props.pinned);
  const wanted = find.value.trim().toLowerCase();
  const shown = wanted === "" ? all : all.filter((facet) => fits(facet, wanted));
  return (
    <div class="facets-all">
      <div class="facets-find">
        <Icon name="search" />
        <input
          ref={props.search}
          aria-label="Filter fields"
          placeholder="Filter fields"
          spellcheck={false}
          autoComplete="off"
          value={find.value}
          onInput={(event) => (find.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            if (find.value === "") event.currentTarget.blur();
            find.value = "";
          }}
        />
        <kbd aria-hidden="true">F</kbd>
      </div>
      {props.problem !== "" && <p class="problem">{props.problem}</p>}
      <div
        class="facets-tree"
        role={shown.length === 0 ? undefined : "tree"}
        aria-label={shown.length === 0 ? undefined : "Fields and values"}
        onKeyDown={moveInTree}
      >
        {shown.map((facet, at) => (
          <FacetGroup
            key={facet.field}
            {...props}
            facet={facet}
            find={wanted}
            isReachable={at === 0}
            isOpen={wanted !== "" || at < FIRST_OPEN !== turned.value.has(facet.field)}
            onTurn={() => {
              const next = new Set(turned.value);
              if (!next.delete(facet.field)) next.add(facet.field);
              turned.value = next;
            }}
          />
        ))}
        {facets.value !== undefined && shown.length === 0 && (
          <p class="hint">
            {wanted === "" ? "No fields in this range" : "No field or value reads so"}
          </p>
        )}
      </div>
    </div>
  );
}

/** Pinned ones first. */
function ordered(facets: readonly Facet[], pinned: readonly string[]): readonly Facet[] {
  return [
    ...facets.filter(({ field }) => pinned.includes(field)),
    ...facets.filter(({ field }) => !pinned.includes(field)),
  ];
}

function fits({ field, values }: Facet, find: string): boolean {
  return (
    field.toLowerCase().includes(find) ||
    values.some(({ value }) => value.toLowerCase().includes(find))
  );
}

interface Listed {
  readonly value: string;
  /** undefined: it is named by the query, and not among the frequent ones. */
  readonly count: number | undefined;
  /** How it compares with the window before, where that is unusual. */
  readonly mark: string;
  readonly wanted: Wanted | undefined;
}

function FacetGroup(
  props: FacetsProps & {
    facet: Facet;
    find: string;
    isReachable: boolean;
    isOpen: boolean;
    onTurn: () => void;
  },
) {
  const { facet, query, isOpen } = props;
  const more = useSignal<Facet | undefined>(undefined);
  const isMore = useSignal(false);
  const inside = useSignal("");
  const values = (isMore.value ? more.value : undefined)?.values ?? facet.values;
  useEffect(() => {
    if (!isMore.value) return;
    const stop = new AbortController();
    props.source.more(facet.field, MORE_VALUES, stop.signal).then(
      (read) => (more.value = read),
      () => (isMore.value = false),
    );
    return () => stop.abort();
  }, [isMore.value, facet]);

  const before = props.before.value?.find(({ field }) => field === facet.field);
  const all = listed(facet, values, before, query);
  const find = isMore.value ? inside.value.trim().toLowerCase() : props.find;
  const isByName = facet.field.toLowerCase().includes(props.find);
  const shown = all.filter(
    ({ value }) => find === "" || (!isMore.value && isByName) || value.toLowerCase().includes(find),
  );
  const included = all.filter((one) => one.wanted === "included").length;
  const total = facet.entries;
  return (
    <div class="facet" role="none">
      <div
        class="facet-head"
        role="treeitem"
        aria-expanded={isOpen}
        tabIndex={props.isReachable ? 0 : -1}
        onClick={props.onTurn}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            props.onTurn();
          } else if (
            (event.key === "ArrowRight" && !isOpen) ||
            (event.key === "ArrowLeft" && isOpen)
          ) {
            event.preventDefault();
            event.stopPropagation();
            props.onTurn();
          }
        }}
      >
        <Icon name={isOpen ? "fold" : "right"} />
        <bdi class="cut">{shownText(facet.field)}</bdi>
        <span class="grow" />
        <span class="count">
          {included > 0
            ? `${included} of ${facet.distinct.toLocaleString()}`
            : facet.distinct.toLocaleString()}
          {facet.approximate ? "+" : ""}
        </span>
      </div>
      {isOpen && (
        <div role="group">
          {isMore.value && (
            <div role="treeitem" aria-label={`Find a value of ${facet.field}`} tabIndex={-1}>
              <input
                class="facet-search"
                aria-label="Value to find"
                placeholder="Find a value"
                value={inside.value}
                onInput={(event) => (inside.value = event.currentTarget.value)}
              />
            </div>
          )}
          {shown.map((one) => (
            <FacetValue
              key={one.value}
              field={facet.field}
              one={one}
              share={one.count === undefined || total === 0 ? 0 : one.count / total}
              query={query}
              onQuery={props.onQuery}
            />
          ))}
          <div class="facet-foot" role="none">
            {facet.distinct > FIRST_VALUES && (
              <Foot
                name={isMore.value ? "fewer" : "more"}
                run={() => (isMore.value = !isMore.value)}
              />
            )}
            {all.some((one) => one.wanted !== undefined) && (
              <Foot
                name={`any ${facet.field}`}
                run={() => {
                  const next = withoutField(query, facet.field);
                  if (next !== undefined) props.onQuery(next);
                }}
              />
            )}
            <Foot
              name={props.pinned.includes(facet.field) ? "unpin" : "pin"}
              run={() => props.onPin(facet.field)}
            />
          </div>
        </div>
      )}
    </div>
  );
}

function Foot(props: { name: string; run: () => void }) {
  return (
    <span
      class="link"
      role="treeitem"
      tabIndex={-1}
      onClick={props.run}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        props.run();
      }}
    >
      {props.name}
    </span>
  );
}

/** The frequent ones, and those that the query names besides. Levels stand by how bad they are. */
function listed(
  facet: Facet,
  values: Facet["values"],
  before: Facet | undefined,
  query: string,
): readonly Listed[] {
  const wanted = wantedValues(query, facet.field);
  const named = namedValues(query, facet.field);
  const rows: Listed[] = values.map(({ value, count }) => ({
    value,
    count,
    mark: markOf(value, count, before),
    wanted: wantedOf(wanted, value),
  }));
  const known = new Set(values.map(({ value }) => value.toLowerCase()));
  for (const value of named)
    if (!known.has(value.toLowerCase()))
      rows.push({ value, count: undefined, mark: "", wanted: wantedOf(wanted, value) });
  if (facet.field !== "level") return rows;
  return rows.toSorted(
    (a, b) => LEVELS.indexOf(b.value as Level) - LEVELS.indexOf(a.value as Level),
  );
}

/** `▲ 38×` where there is much more than before, `new` where there was none. */
function markOf(value: string, count: number, before: Facet | undefined): string {
  if (before === undefined || before.entries === 0) return "";
  const was = before.values.find((one) => one.value === value)?.count;
  // Of what is not listed nothing is known, unless all is listed.
  if (was === undefined)
    return before.distinct > before.values.length || count < LEAST_NEW ? "" : "new";
  const ratio = unusual(count, was);
  return ratio?.endsWith("×") === true ? `▲ ${ratio}` : "";
}

function FacetValue(props: {
  field: string;
  one: Listed;
  share: number;
  query: string;
  onQuery: (query: string) => void;
}) {
  const { field, one, query } = props;
  const item = useRef<HTMLDivElement>(null);
  const { wanted, value } = one;
  const write = (change: "include" | "exclude" | "only" | "drop"): void => {
    const next = withValue(query, field, value, change);
    if (next !== undefined) props.onQuery(next);
  };
  const include = (isOnly: boolean): void => {
    if (isOnly) write("only");
    else write(wanted === "included" ? "drop" : "include");
  };
  const exclude = (): void => write(wanted === "excluded" ? "drop" : "exclude");
  const count =
    wanted === "excluded" ? "excluded" : one.count === undefined ? "0" : one.count.toLocaleString();
  return (
    <div
      ref={item}
      class={`facet-value${wanted === undefined ? "" : ` ${wanted}`}`}
      role="treeitem"
      aria-checked={wanted === "included" ? "true" : wanted === "excluded" ? "mixed" : "false"}
      tabIndex={-1}
      onClick={(event) => include(event.altKey)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") include(event.altKey);
        else if (event.key === "+" || event.key === "i") include(false);
        else if (event.key === "-" || event.key === "x") exclude();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <span
        class="facet-bar"
        aria-hidden="true"
        style={{ width: `${Math.min(100, props.share * 100)}%` }}
      />
      {field === "level" && LEVELS.includes(value as Level) && <Glyph level={value as Level} />}
      <bdi class="cut">{value === "" ? "(empty)" : shownText(value)}</bdi>
      {one.mark !== "" && <span class="mark-up">{one.mark}</span>}
      <span class="grow" />
      <span class="count">{count}</span>
      <span class="facet-hands" aria-hidden="true">
        <button
          type="button"
          tabIndex={-1}
          title={wanted === "excluded" ? "Exclude no longer" : `Exclude ${value}`}
          onClick={(event) => {
            event.stopPropagation();
            exclude();
          }}
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          tabIndex={-1}
          title={wanted === "included" ? "Include no longer" : `Include ${value} (Alt: only it)`}
          onClick={(event) => {
            event.stopPropagation();
            include(event.altKey);
          }}
        >
          <Icon name={wanted === "included" ? "check" : "plus"} />
        </button>
      </span>
    </div>
  );
}

/** Arrows go from item to item; the one that has the focus is the one that Tab comes back to. */
function moveInTree(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  if (event.target instanceof HTMLInputElement) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = items[Math.max(0, Math.min(items.length - 1, (at < 0 ? 0 : at) + step))];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  for (const item of items) item.tabIndex = item === to ? 0 : -1;
  to.focus();
}
