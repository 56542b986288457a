/**
 * Entries as lines; one opens in place. Invariant: what a program wrote is shown as text, whatever it holds,
 * and never longer than a person can take in at once.
 */
import { useSignal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { Gap } from "../live.ts";
import { withTerm } from "../term.ts";
import { clockTime, exactTime, levelName, shownText, valueText } from "../words.ts";

/** More than a line on the widest screen. */
const LINE_CHARS = 600;
const VALUE_CHARS = 4096;

export function EntryList(props: {
  entries: readonly LogEntry[];
  gaps: readonly Gap[];
  query: string;
  open: string;
  onOpen: (id: string) => void;
  onQuery: (query: string) => void;
}) {
  return (
    <ol class="entries" aria-label="Entries">
      {props.entries.map((entry) => {
        const open = props.open === entry.id;
        // Newest first: what came after an entry stands above it.
        const row = (
          <li key={entry.id} class={`lv-${levelName(entry)}`}>
            <button
              type="button"
              class="line"
              aria-expanded={open}
              onClick={() => {
                // A click that ends a selection of text is no click.
                if (getSelection()?.isCollapsed !== false) props.onOpen(open ? "" : entry.id);
              }}
            >
              <EntryLine entry={entry} />
            </button>
            {open && <EntryDetails entry={entry} query={props.query} onQuery={props.onQuery} />}
          </li>
        );
        return [...gapRows(props.gaps, entry.id), row];
      })}
      {gapRows(props.gaps, "")}
    </ol>
  );
}

function gapRows(gaps: readonly Gap[], after: string) {
  return gaps
    .filter((gap) => gap.after === after)
    .map(({ reason }) => (
      <li key={`gap ${after} ${reason}`} class="gap">
        Entries may be missing here{reason === "" ? "" : `: ${shownText(reason)}`}
      </li>
    ));
}

export function EntryLine(props: { entry: LogEntry }) {
  const { entry } = props;
  const level = levelName(entry);
  return (
    <span class="entry">
      <span class={`glyph lv-${level}`} title={level} role="img" aria-label={level}>
        {level[0]?.toUpperCase()}
      </span>
      <time dateTime={exactTime(entry)} title={exactTime(entry)}>
        {clockTime(entry)}
      </time>
      <span class="service">{shownText(entry.service)}</span>
      <span class="message">
        <bdi>{oneLine(entry.message)}</bdi>
        {pairsOf(entry).map(([name, value]) => (
          <bdi class="pair" key={name}>
            {` ${oneLine(name)}=`}
            <span>{oneLine(value)}</span>
          </bdi>
        ))}
      </span>
    </span>
  );
}

/** As many attributes as a line has room for. */
function pairsOf(entry: LogEntry): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  let room = LINE_CHARS - entry.message.length;
  for (const [name, value] of Object.entries(entry.attributes ?? {})) {
    if (room <= 0) break;
    const text = valueText(value);
    pairs.push([name, text]);
    room -= name.length + text.length + 2;
  }
  return pairs;
}

function oneLine(text: string): string {
  return shownText(text.slice(0, LINE_CHARS)).replaceAll("\n", "⏎").replaceAll("\t", " ");
}

function EntryDetails(props: { entry: LogEntry; query: string; onQuery: (query: string) => void }) {
  const { entry } = props;
  const builtIn: readonly (readonly [string, unknown])[] = [
    ["level", levelName(entry)],
    ["service", entry.service],
    ["host", entry.host],
    ["trace_id", entry.traceId],
    ["span_id", entry.spanId],
  ];
  const fields: readonly (readonly [string, unknown])[] = [
    ...builtIn.filter(([, value]) => value !== ""),
    ...Object.entries(entry.attributes ?? {}),
  ];
  return (
    <div class="details">
      <p class="exact">
        <time dateTime={exactTime(entry)}>{exactTime(entry).replace("T", " ")}</time>
        <span class="id">{entry.id}</span>
      </p>
      <div class="whole-message">
        <Text text={entry.message} />
      </div>
      <dl>
        {fields.map(([name, value]) => {
          const text = valueText(value);
          return (
            <div key={name} class={text.length > 48 ? "wide" : undefined}>
              <dt>{shownText(name)}</dt>
              <dd class={typeof value === "number" ? "number" : undefined}>
                <Text text={text} />
              </dd>
              <TermButtons {...props} field={name} value={value} />
            </div>
          );
        })}
      </dl>
      {entry.truncated.length > 0 && (
        <p class="hint">Cut to the limits: {entry.truncated.map(shownText).join(", ")}</p>
      )}
    </div>
  );
}

function TermButtons(props: {
  field: string;
  value: unknown;
  query: string;
  onQuery: (query: string) => void;
}) {
  // Long values are no terms anyone means.
  if (typeof props.value === "string" && (props.value === "" || props.value.length > 200))
    return null;
  const terms = [
    ["Include", withTerm(props.query, props.field, props.value)],
    ["Exclude", withTerm(props.query, props.field, props.value, true)],
  ] as const;
  return (
    <dd class="terms">
      {terms.map(([name, query]) =>
        query === undefined ? null : (
          <button
            type="button"
            class="plain"
            key={name}
            aria-label={`${name} ${props.field}`}
            title={query}
            onClick={() => props.onQuery(query)}
          >
            {name}
          </button>
        ),
      )}
    </dd>
  );
}

/** A long text shows its beginning until asked for all of it. */
function Text(props: { text: string }) {
  const all = useSignal(false);
  const { text } = props;
  if (text.length <= VALUE_CHARS || all.value) return <bdi>{shownText(text)}</bdi>;
  return (
    <>
      <bdi>{shownText(text.slice(0, VALUE_CHARS))}</bdi>…{" "}
      <button type="button" class="fix" onClick={() => (all.value = true)}>
        Show all {Math.ceil(text.length / 1024).toLocaleString()} KB
      </button>
    </>
  );
}
