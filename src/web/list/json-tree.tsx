/**
 * A value as a tree whose objects and lists fold, each with its gist.
 * Invariants: shown as text; what is deep or long is drawn only when it is opened.
 */
import { useSignal } from "@preact/signals";
import { shownText, valueText } from "../words.ts";
import { LongText } from "./long-text.tsx";

/** Children drawn before "more" is asked for. */
const MOST = 100;
const GIST_CHARS = 60;

export function JsonTree(props: { value: unknown; name?: string; open?: boolean }) {
  const { value, name } = props;
  const isOpen = useSignal(props.open ?? false);
  const most = useSignal(MOST);
  if (typeof value !== "object" || value === null)
    return (
      <span class="leaf">
        <Name name={name} />
        <bdi class={typeof value === "number" ? "number" : undefined}>
          <LongText text={valueText(value)} />
        </bdi>
      </span>
    );
  const children: readonly (readonly [string, unknown])[] = Object.entries(value);
  return (
    <details
      class="branch"
      open={isOpen.value}
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
    >
      <summary>
        <Name name={name} />
        <bdi class="gist">{gistOf(value, children.length)}</bdi>
      </summary>
      {isOpen.value && (
        <ul>
          {children.slice(0, most.value).map(([key, child]) => (
            <li key={key}>
              <JsonTree name={key} value={child} />
            </li>
          ))}
          {children.length > most.value && (
            <li>
              <button type="button" class="fix" onClick={() => (most.value += MOST * 10)}>
                {children.length - most.value} more
              </button>
            </li>
          )}
        </ul>
      )}
    </details>
  );
}

function Name(props: { name: string | undefined }) {
  return props.name === undefined ? null : <bdi class="key">{shownText(props.name)} </bdi>;
}

function gistOf(value: object, count: number): string {
  const text = beginning(value, GIST_CHARS);
  const cut = text.length > GIST_CHARS ? `${text.slice(0, GIST_CHARS)}…` : text;
  return `${Array.isArray(value) ? `[${count}]` : `{${count}}`} ${shownText(cut)}`;
}

/** As JSON, written no further than about so many characters. */
function beginning(value: unknown, most: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, most));
  if (typeof value !== "object" || value === null) return valueText(value);
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const [key, child] of Object.entries(value)) {
    if (text.length > most) return text;
    if (text.length > 1) text += ",";
    text += (isList ? "" : `${JSON.stringify(key)}:`) + beginning(child, most - text.length);
  }
  return text + (isList ? "]" : "}");
}
