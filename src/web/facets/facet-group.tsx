/**
 * A field with its values: the frequent ones, more of them and a search where there are more, or their spread where they
 * are numbers. Invariant: what it shows stays until another answer is there.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lazyPart } from "../lazy.tsx";
import { Icon } from "../parts/icon.tsx";
import { withoutField } from "../query/terms.ts";
import { numberText, shownText } from "../words.ts";
import type { Facet } from "./facet-source.ts";
import { FacetValue } from "./facet-value.tsx";
import type { FacetsProps } from "./facets.tsx";
import { listed } from "./listed.ts";

const MORE_VALUES = 50;
/** Fewer numbers are names, as those of a status are: each is worth a line. */
const LEAST_NUMBERS = 24;
const REST_MS = 150;

const NumberRange = lazyPart(
  () => import("./number-range.tsx").then((one) => one.NumberRange),
  () => <div class="number-range" role="none" />,
);

export function FacetGroup(
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
  /** Values that begin with what is looked for, where not all are listed. */
  const begun = useSignal<Facet["values"] | undefined>(undefined);
  const isSpread = facet.type === "number" && facet.distinct >= LEAST_NUMBERS;
  const isShort = isSpread && !isMore.value && props.find === "";
  const values =
    begun.value ?? (isMore.value ? more.value : undefined)?.values ?? (isShort ? [] : facet.values);
  useEffect(() => {
    if (!isMore.value) return;
    const stop = new AbortController();
    props.source.more(facet.field, MORE_VALUES, stop.signal).then(
      (read) => (more.value = read),
      () => (isMore.value = false),
    );
    return () => stop.abort();
  }, [isMore.value, facet]);

  const sought = isMore.value ? inside.value.trim() : "";
  // The query may ask for values that there are none of.
  const found = more.value?.values.filter(({ count }) => count > 0) ?? [];
  const isCut = facet.distinct > found.length;
  useEffect(() => {
    begun.value = undefined;
    if (sought === "" || !isCut) return;
    const stop = new AbortController();
    const rest = setTimeout(() => {
      props.source.begun(facet.field, sought, stop.signal).then(
        (read) => (begun.value = read),
        () => undefined,
      );
    }, REST_MS);
    return () => {
      clearTimeout(rest);
      stop.abort();
    };
  }, [sought, isCut, facet]);

  const before = props.before.value?.find(({ field }) => field === facet.field);
  const all = listed(facet, values, before, query);
  const among = all.map(({ value }) => value);
  const find = isMore.value ? inside.value.trim().toLowerCase() : props.find;
  const isByName = facet.field.toLowerCase().includes(props.find);
  const shown = all.filter(
    ({ value }) => find === "" || (!isMore.value && isByName) || value.toLowerCase().includes(find),
  );
  const included = all.filter((one) => one.wanted === "included").length;
  const total = facet.entries;
  const known = facet.values.filter(({ count }) => count > 0).length;
  const hasMore = isMore.value || isSpread || facet.distinct > known;
  const size = `${included > 0 ? `${included} of ` : ""}${numberText(Math.max(included, facet.distinct))}${facet.approximate ? "+" : ""}`;
  return (
    <div class={`facet${isOpen && hasMore ? " has-more" : ""}`} role="none">
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
        <span class="count">{size}</span>
      </div>
      {isOpen && (
        <div role="group">
          {isSpread && (
            <NumberRange
              field={facet.field}
              query={query}
              generation={facet}
              read={props.source.rows}
              onQuery={props.onQuery}
            />
          )}
          {isMore.value && (
            <div
              role="treeitem"
              aria-label={`Find a value of ${shownText(facet.field)}`}
              tabIndex={-1}
            >
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
              among={among}
              share={one.count === undefined || total === 0 ? 0 : one.count / total}
              query={query}
              onQuery={props.onQuery}
            />
          ))}
          <div class="facet-foot" role="none">
            {all.some((one) => one.wanted !== undefined) && (
              <Foot
                name="any"
                label={`any ${shownText(facet.field)}`}
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
            <Foot
              name={props.hidden.includes(facet.field) ? "unhide" : "hide"}
              run={() => props.onHide(facet.field)}
            />
            {hasMore && (
              <Foot
                name={isMore.value ? "fewer" : isSpread ? "values" : "more"}
                isQuiet
                run={() => {
                  isMore.value = !isMore.value;
                  inside.value = "";
                }}
              />
            )}
            {/* In a line with the head it ends before the number there. */}
            <span class="count facet-foot-room" aria-hidden="true">
              {size}
            </span>
          </div>
        </div>
      )}
    </div>
  );
}

/**
 * @param props.label the whole of it, where its name is short for want of room.
 * @param props.isQuiet it is there without a pointer, too.
 */
function Foot(props: { name: string; label?: string; isQuiet?: boolean; run: () => void }) {
  return (
    <span
      class={props.isQuiet === true ? "link facet-more" : "link"}
      role="treeitem"
      aria-label={props.label}
      title={props.label}
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
