/**
 * One entry on a line outside the list: the first that came.
 */
import { signal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { zone, zoneName } from "../preferences.ts";
import { levelName } from "../words.ts";
import { DEFAULT_COLUMNS, templateOf } from "./columns.ts";
import { EntryLine } from "./entry-line.tsx";

const NOTHING = signal(undefined);

export function SampleLine(props: { entry: LogEntry }) {
  const look = {
    columns: DEFAULT_COLUMNS,
    zone: zoneName(zone.value),
    hits: NOTHING,
    wrap: false,
  };
  return (
    <div
      class={`line sample lv-${levelName(props.entry)}`}
      style={{ "--columns": templateOf(DEFAULT_COLUMNS) }}
    >
      <EntryLine entry={props.entry} above={undefined} look={look} plain />
    </div>
  );
}
