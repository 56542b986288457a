/**
 * The views of the explorer at the foot of a phone, where a thumb is.
 */
import type { LogsPlace } from "../logs-place.ts";

export function PhoneDock(props: {
  at: LogsPlace;
  onFilters: () => void;
  onLive: () => void;
  onEntries: () => void;
}) {
  return (
    <nav class="dock" aria-label="Views">
      <button type="button" aria-pressed={props.at.tab !== "chart"} onClick={props.onEntries}>
        Entries
      </button>
      <button type="button" onClick={props.onFilters}>
        Filters
      </button>
      <button type="button" aria-pressed={props.at.live} onClick={props.onLive}>
        Follow
      </button>
    </nav>
  );
}
