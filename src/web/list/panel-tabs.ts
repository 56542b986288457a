/**
 * The tabs of the panel in their order, and an entry as JSON.
 */
import { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { LogsPlace } from "../logs-place.ts";
import { levelName } from "../words.ts";

export type PanelTab = Exclude<LogsPlace["panel"], "">;

export const TABS: readonly (readonly [PanelTab, string])[] = [
  ["fields", "Fields"],
  ["json", "JSON"],
  ["context", "Context"],
  ["trace", "Trace"],
  ["raw", "Raw"],
];
export function panelTabAfter(tab: PanelTab, step: 1 | -1): PanelTab {
  const at = TABS.findIndex(([name]) => name === tab);
  return TABS[(at + step + TABS.length) % TABS.length]?.[0] ?? "fields";
}

/** As the API answers it: the same names, times as text. */
export function jsonOf(entry: LogEntry): unknown {
  const {
    traceId,
    spanId,
    observedTime: _observed,
    level: _level,
    ...rest
  } = LogEntry.toJSON(entry) as Record<string, unknown>;
  return {
    ...rest,
    level: levelName(entry),
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(spanId === undefined ? {} : { span_id: spanId }),
  };
}
