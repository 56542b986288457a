/**
 * The views of the explorer at the foot of a phone, where a thumb is.
 */
import type { LogsPlace } from "../logs-place.ts";
import { Icon } from "../parts/icon.tsx";
import { fieldTerms } from "../query/terms.ts";
import type { Tab } from "./show-tab.ts";

export function PhoneDock(props: {
  at: LogsPlace;
  onFilters: () => void;
  onLive: () => void;
  onTab: (tab: Tab) => void;
  tab: Tab;
}) {
  // None until the language is loaded.
  const applied = fieldTerms(props.at.query).length;
  return (
    <nav class="dock" aria-label="Views">
      <button
        type="button"
        aria-pressed={props.tab === "entries"}
        onClick={() => props.onTab("entries")}
      >
        <Icon name="list" />
        Entries
      </button>
      <button
        type="button"
        aria-pressed={props.tab === "patterns"}
        onClick={() => props.onTab("patterns")}
      >
        <Icon name="grid" />
        Patterns
      </button>
      <button
        type="button"
        data-applied={applied === 0 ? undefined : applied}
        aria-label={applied === 0 ? undefined : `Filters, ${applied} applied`}
        onClick={props.onFilters}
      >
        <Icon name="filter" />
        Filters
      </button>
      <button type="button" aria-pressed={props.at.live} onClick={props.onLive}>
        <Icon name="play" />
        Live
      </button>
    </nav>
  );
}
