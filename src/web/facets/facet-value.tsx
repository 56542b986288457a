/**
 * A value of a field with its share as a bar: a click includes it, or takes that back.
 * Invariant: what is wanted of it is read from the query, and a click writes it there.
 */
import { type Level, LEVELS } from "../../domain/level.ts";
import { Glyph } from "../list/glyph.tsx";
import { Icon } from "../parts/icon.tsx";
import { type Change, withValue } from "../query/terms.ts";
import { numberText, shownText } from "../words.ts";
import type { Listed } from "./listed.ts";

export function FacetValue(props: {
  field: string;
  one: Listed;
  /** All of the field that are known. */
  among: readonly string[];
  share: number;
  query: string;
  onQuery: (query: string) => void;
}) {
  const { field, one, query } = props;
  const { wanted, value } = one;
  const write = (change: Change): void => {
    const next = withValue(query, field, value, change, props.among);
    if (next !== undefined) props.onQuery(next);
  };
  const include = (isOnly: boolean): void => {
    if (isOnly) write("only");
    else write(wanted === "included" ? "drop" : "include");
  };
  const exclude = (): void => write(wanted === "excluded" ? "drop" : "exclude");
  const count =
    wanted === "excluded" ? "excluded" : one.count === undefined ? "…" : numberText(one.count);
  return (
    <div
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
          title={wanted === "excluded" ? "Exclude no longer" : `Exclude ${shownText(value)}`}
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
          title={
            wanted === "included"
              ? "Include no longer"
              : `Include ${shownText(value)} (Alt: only it)`
          }
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
