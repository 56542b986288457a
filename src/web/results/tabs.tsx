/**
 * What was found as entries, as patterns, or as a chart.
 * Invariant: a count that comes moves nothing: it has its room before, which none needs more of.
 */
import type { Tab } from "../explorer/show-tab.ts";

export function Tabs(props: {
  tab: Tab;
  /** Of all entries; undefined while it is not known. */
  total: number | undefined;
  /** Of the table that pipes made. */
  rows: number | undefined;
  onTab: (tab: Tab) => void;
}) {
  const tabs: readonly (readonly [tab: Tab, name: string, key: string, count: string])[] = [
    ["entries", "Entries", "1", props.total === undefined ? "" : countText(props.total)],
    ["patterns", "Patterns", "2", ""],
    ["chart", "Chart", "3", props.rows === undefined ? "" : `${props.rows.toLocaleString()} rows`],
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

/** `999,999` at most, then `1.2M`: the line at the foot says it in full. */
function countText(count: number): string {
  return count < 1_000_000
    ? count.toLocaleString()
    : count.toLocaleString([], { notation: "compact", maximumFractionDigits: 1 });
}
