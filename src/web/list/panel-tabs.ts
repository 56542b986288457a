/**
 * The tabs of the panel in their order, and an entry as JSON.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { LogEntry as LogEntryShape } from "../../../generated/client/argus/v1/entry.shapes.ts";
import { jsonOfMessage } from "../../client/json-message.ts";
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

/** As the API answers it, with the level in words and without what is empty. */
export function jsonOf(entry: LogEntry): object {
  const { observed_time: _observed, ...said } = jsonOfMessage(LogEntryShape, entry) as Record<
    string,
    unknown
  >;
  const json = { ...said, level: levelName(entry) };
  const isSaid = (value: unknown): boolean =>
    value !== "" && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(json).filter(([, value]) => isSaid(value)));
}
