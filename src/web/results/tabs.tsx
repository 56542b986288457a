/**
 * What was found as entries, as patterns, or as a chart.
 * Invariant: a count that comes moves nothing: it has its room before, which none needs more of.
 */
import type { Tab } from "../explorer/show-tab.ts";
import { countText, shortText } from "../words.ts";

export function Tabs(props: {
  tab: Tab;
  /** Of all entries; undefined while it is not known. */
  total: number | undefined;
  /** Of the table that pipes made. */
  rows: number | undefined;
  onTab: (tab: Tab) => void;
}) {
  const tabs: readonly (readonly [tab: Tab, name: string, key: string, count: string])[] = [
    ["entries", "Entries", "1", props.total === undefined ? "" : shortText(props.total)],
    ["patterns", "Patterns", "2", ""],
    ["chart", "Chart", "3", props.rows === undefined ? "" : countText(props.rows, "row", "rows")],
  ];
  return (
    <div class="tab-list" role="tablist" aria-label="Results as">
      {tabs.map(([tab, name, key, count]) => (
        <button
          type="button"
          role="tab"
          key={tab}
          id={`tab-${tab}`}
          aria-selected={props.tab === tab}
          aria-controls="found-body"
          title={`${name} (${key})`}
          onClick={() => props.onTab(tab)}
        >
          {name} <span class="count">{count}</span>
        </button>
      ))}
    </div>
  );
}
