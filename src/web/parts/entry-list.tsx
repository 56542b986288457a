/**
 * Entries as lines; one opens in place.
 */
import { useSignal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { clockTime, exactTime, levelName, valueText } from "../words.ts";

export function EntryList(props: {
  entries: readonly LogEntry[];
  onTerm: (field: string, value: unknown) => void;
}) {
  const open = useSignal("");
  return (
    <ol class="entries">
      {props.entries.map((entry) => (
        <li key={entry.id} class={`lv-${levelName(entry)}`}>
          <button
            type="button"
            class="line"
            aria-expanded={open.value === entry.id}
            onClick={() => {
              if (getSelection()?.isCollapsed !== false)
                open.value = open.value === entry.id ? "" : entry.id;
            }}
          >
            <EntryLine entry={entry} />
          </button>
          {open.value === entry.id && <EntryDetails entry={entry} onTerm={props.onTerm} />}
        </li>
      ))}
    </ol>
  );
}

export function EntryLine(props: { entry: LogEntry }) {
  const { entry } = props;
  const level = levelName(entry);
  return (
    <span class="entry">
      <span class={`glyph lv-${level}`} title={level} aria-label={level}>
        {level[0]?.toUpperCase()}
      </span>
      <time dateTime={exactTime(entry)}>{clockTime(entry)}</time>
      <span class="service">{entry.service}</span>
      <span class="message">
        {entry.message}
        {Object.entries(entry.attributes ?? {}).map(([name, value]) => (
          <span class="pair" key={name}>
            {" "}
            {name}={valueText(value)}
          </span>
        ))}
      </span>
    </span>
  );
}

function EntryDetails(props: { entry: LogEntry; onTerm: (field: string, value: unknown) => void }) {
  const { entry } = props;
  const builtIn: readonly (readonly [string, unknown])[] = [
    ["time", exactTime(entry)],
    ["level", levelName(entry)],
    ["message", entry.message],
    ["service", entry.service],
    ["host", entry.host],
    ["trace_id", entry.traceId],
    ["span_id", entry.spanId],
    ["id", entry.id],
  ];
  const fields = [
    ...builtIn.filter(([, value]) => value !== ""),
    ...Object.entries(entry.attributes ?? {}),
  ];
  return (
    <dl class="details">
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{valueText(value)}</dd>
          {name !== "message" && name !== "time" && (
            <button
              type="button"
              class="plain"
              onClick={() => props.onTerm(name, value)}
              title={`Only entries with this ${name}`}
            >
              Include
            </button>
          )}
        </div>
      ))}
      {entry.truncated.length > 0 && (
        <p class="hint">Cut to the limits: {entry.truncated.join(", ")}</p>
      )}
    </dl>
  );
}
