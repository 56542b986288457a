/**
 * The list below the query: what may be written, and the values of the field that is highlighted.
 */
import type { Signal } from "@preact/signals";
import { numberText, shownText } from "../words.ts";
import type { Suggestions } from "./use-suggestions.ts";

export function SuggestionList(props: {
  suggestions: Suggestions;
  chosen: Signal<number>;
  /** Of the word that is typed, in letters. */
  column: number;
  onTake: (at: number) => void;
}) {
  const { suggestions, chosen } = props;
  const top = suggestions.topValues.value;
  const most = Math.max(1, ...top.map(({ count }) => count));
  return (
    <div
      class="suggestions"
      style={{ left: `min(${props.column}ch + 40px, max(0px, 100% - 28.5rem))` }}
      // The field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      <p class="suggestions-head">{suggestions.title.value}</p>
      <div role="listbox" id="query-list" aria-label={suggestions.title.value}>
        {suggestions.items.value.map((item, at) => (
          // By place: the next letter changes texts, and makes no elements.
          <div
            key={at}
            id={`query-list-${at}`}
            role="option"
            aria-selected={at === chosen.value}
            class="suggestion"
            onPointerMove={() => (chosen.value = at)}
            onClick={() => props.onTake(at)}
          >
            <bdi class="suggestion-name">{shownText(item.name)}</bdi>
            <span class="quiet">{item.type}</span>
            <span class="suggestion-detail">{item.detail}</span>
            <span class="count">{item.count}</span>
          </div>
        ))}
      </div>
      {top.length > 0 && (
        <div class="suggestion-values" aria-hidden="true">
          {top.map(({ value, count }) => (
            <span key={value}>
              <bdi class="cut">{shownText(value)}</bdi>
              <i style={{ width: `${Math.max(4, (count / most) * 100)}%` }} />
              <small>{numberText(count)}</small>
            </span>
          ))}
        </div>
      )}
      <p class="suggestions-foot" aria-hidden="true">
        <kbd>Tab</kbd> complete <kbd>⏎</kbd> run <kbd>Alt ⏎</kbd> new line <kbd>Esc</kbd> close
      </p>
    </div>
  );
}
