/**
 * The fields of an entry with what can be done with each: include, exclude, a column, copy, its most frequent values.
 * Invariants: what a program wrote is shown as text; a long value shows its beginning until all of it is asked for;
 * what is folded or asked for stays so while the entry changes, by the field's name.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { Icon } from "../parts/icon.tsx";
import { withValue } from "../query/terms.ts";
import { copyAndSay } from "../shell/copied.ts";
import { levelName, shownText, valueText } from "../words.ts";
import { JsonTree } from "./json-tree.tsx";
import { LongText } from "./long-text.tsx";
import { isStack, StackText } from "./stack-text.tsx";
import { traceIdIn } from "./trace-id.ts";

/** Of one entry; the rest is asked for. */
const MOST_FIELDS = 200;

export interface FieldActions {
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** Frequent values of a field, as far as they are known. */
  readonly known: (name: string) => readonly string[];
  /** Where an id of a trace leads to. */
  readonly traceHref: (entry: LogEntry, traceId: string) => string;
  readonly columns: readonly string[];
  readonly onColumn: (name: string) => void;
  /** What is drawn below a field whose values were asked for; absent where there is no room. */
  readonly values?: (name: string) => preact.ComponentChild;
}

/** Built-in fields that have a value, then the attributes in the order of their names. */
export function fieldsOf(entry: LogEntry): readonly (readonly [name: string, value: unknown])[] {
  const builtIn: readonly (readonly [string, unknown])[] = [
    ["level", levelName(entry)],
    ["service", entry.service],
    ["host", entry.host],
    ["trace_id", entry.traceId],
    ["span_id", entry.spanId],
  ];
  const attributes = Object.entries(entry.attributes ?? {}).map(
    ([name, value]) => [isBuiltIn(name) ? `@${name}` : name, value] as const,
  );
  return [...builtIn.filter(([, value]) => value !== ""), ...attributes];
}

function isBuiltIn(name: string): boolean {
  return /^(time|level|message|service|host|trace_id|span_id|id|pattern|(service|host)\.name|(trace|span)\.id)$/.test(
    name,
  );
}

export function FieldList(props: { entry: LogEntry; actions: FieldActions; open: Signal<string> }) {
  const { entry, actions } = props;
  const all = useSignal(false);
  const fields = fieldsOf(entry);
  const shown = all.value ? fields : fields.slice(0, MOST_FIELDS);
  return (
    <>
      <dl class="fields">
        {shown.map(([name, value]) => (
          <Field
            key={name}
            entry={entry}
            name={name}
            value={value}
            actions={actions}
            isOpen={props.open.value === name}
            onOpen={() => (props.open.value = props.open.value === name ? "" : name)}
          />
        ))}
      </dl>
      {shown.length < fields.length && (
        <button type="button" class="fix" onClick={() => (all.value = true)}>
          Show {fields.length - shown.length} more fields
        </button>
      )}
      {entry.truncated.length > 0 && (
        <p class="hint">Cut to the limits: {entry.truncated.map(shownText).join(", ")}</p>
      )}
    </>
  );
}

function Field(props: {
  entry: LogEntry;
  name: string;
  value: unknown;
  actions: FieldActions;
  isOpen: boolean;
  onOpen: () => void;
}) {
  const { name, value, actions } = props;
  const text = valueText(value);
  const isWide = text.length > 80 || text.includes("\n");
  const acts = useSignal(false);
  return (
    <div class={`field-row${isWide ? " wide" : ""}${acts.value ? " acts" : ""}`}>
      <dt>
        <bdi>
          {/* Where a name has no room, its parts do. */}
          {shownText(name)
            .split(/(?<=[._])/)
            .map((part, at) => [at > 0 && <wbr key={at} />, part])}
        </bdi>
      </dt>
      <dd class={typeof value === "number" ? "number" : undefined}>
        <FieldValue {...props} />
      </dd>
      {/* Where there is no pointer to rest on the field. */}
      <dd class="more">
        <button
          type="button"
          class="plain"
          aria-label={`What can be done with ${name}`}
          aria-expanded={acts.value}
          onClick={() => (acts.value = !acts.value)}
        >
          <Icon name="dots" />
        </button>
      </dd>
      <dd class="terms">
        <TermButtons {...props} />
      </dd>
      {props.isOpen && actions.values !== undefined && (
        <dd class="top-values">{actions.values(name)}</dd>
      )}
    </div>
  );
}

function FieldValue(props: {
  entry: LogEntry;
  name: string;
  value: unknown;
  actions: FieldActions;
}) {
  const { entry, value } = props;
  const traceId = traceIdIn(props.name, value);
  if (traceId !== undefined)
    return (
      <a
        href={props.actions.traceHref(entry, traceId)}
        title={traceId === entry.traceId ? "Its trace (t)" : "All that names this trace"}
      >
        {valueText(value)}
      </a>
    );
  if (typeof value === "object" && value !== null) return <JsonTree value={value} />;
  const text = valueText(value);
  return isStack(text) ? <StackText text={text} /> : <LongText text={text} />;
}

function TermButtons(props: {
  name: string;
  value: unknown;
  actions: FieldActions;
  isOpen: boolean;
  onOpen: () => void;
}) {
  const { name, value, actions } = props;
  const among = actions.known(name);
  const terms = [
    ["Include", "plus", withValue(actions.query, name, value, "include", among)],
    ["Exclude", "minus", withValue(actions.query, name, value, "exclude", among)],
  ] as const;
  const isColumn = actions.columns.includes(name);
  return (
    <>
      {terms.map(([verb, icon, query]) =>
        query === undefined ? null : (
          <button
            type="button"
            key={verb}
            aria-label={`${verb} ${shownText(name)}`}
            title={`${verb}: ${shownText(query.slice(0, 200))}`}
            onClick={() => actions.onQuery(query)}
          >
            <Icon name={icon} />
          </button>
        ),
      )}
      <button
        type="button"
        aria-label={`${isColumn ? "Remove column" : "Add column"} ${shownText(name)}`}
        aria-pressed={isColumn}
        title={isColumn ? "Remove the column" : "Show as a column"}
        onClick={() => actions.onColumn(name)}
      >
        <Icon name="columns" />
      </button>
      <button
        type="button"
        aria-label={`Copy ${shownText(name)}`}
        title="Copy the value"
        onClick={() => void copyAndSay(valueText(value))}
      >
        <Icon name="copy" />
      </button>
      {actions.values !== undefined && (
        <button
          type="button"
          aria-label={`Top values of ${shownText(name)}`}
          aria-expanded={props.isOpen}
          title="Most frequent values"
          onClick={props.onOpen}
        >
          <Icon name="bars" />
        </button>
      )}
    </>
  );
}
