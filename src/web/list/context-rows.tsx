/**
 * What the same program wrote before and after an entry, whatever the query hides.
 * Invariants: newest first or oldest first as the list is; rows that the list does not have are faint.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { levelName, shownText } from "../words.ts";
import { EntryLine, type LineLook } from "./entry-line.tsx";
import type { ContextOf } from "./use-context.ts";

const STEPS = [5, 20, 50] as const;

interface LensProps {
  readonly entry: LogEntry;
  readonly context: ContextOf;
  readonly count: number;
  readonly look: LineLook;
  readonly ascending: boolean;
  /** Whether the list itself has an entry. */
  readonly matches: (id: string) => boolean;
  readonly onCount: (count: number) => void;
}

/** `payments on pay-7d9f-x2k` */
export function fromText({ service, host }: LogEntry): string {
  const from = service === "" ? "all services" : shownText(service);
  return host === "" ? from : `${from} on ${shownText(host)}`;
}

/** What stands above the entry, under the name of the lens. */
export function LensAbove(props: LensProps) {
  const { entry, count } = props;
  const { problem } = props.context;
  return (
    <div class="lens">
      <div class="lens-head">
        <span>Context: {fromText(entry)}, filters off</span>
        <span class="hint">faint rows do not match the query</span>
        <span class="grow" />
        {STEPS.map((step) => (
          <button
            type="button"
            class="link"
            key={step}
            aria-pressed={count === step}
            onClick={() => props.onCount(step)}
          >
            ± {step}
          </button>
        ))}
        <button type="button" class="link" onClick={() => props.onCount(count + 5)}>
          5 more above
        </button>
      </div>
      {problem.value !== "" && <p class="problem">{problem.value}</p>}
      <LensRows {...props} part="above" />
    </div>
  );
}

export function LensBelow(props: LensProps & { onClose?: () => void }) {
  return (
    <div class="lens">
      <LensRows {...props} part="below" />
      <div class="lens-foot">
        <button type="button" class="link" onClick={() => props.onCount(props.count + 5)}>
          5 more below
        </button>
        <span class="grow" />
        {props.onClose !== undefined && (
          <button type="button" class="plain" onClick={props.onClose}>
            Back to the list <kbd>Esc</kbd>
          </button>
        )}
      </div>
    </div>
  );
}

export function LensRows(
  props: Pick<LensProps, "entry" | "context" | "look" | "matches"> & {
    part: "above" | "below";
  },
) {
  const around = props.context.around.value;
  const rows = around?.of === props.entry.id ? around[props.part] : [];
  if (rows.length === 0) return null;
  return (
    <ul class="lens-rows">
      {rows.map((row, at) => (
        <LensLine key={row.id} {...props} row={row} above={rows[at - 1]} />
      ))}
    </ul>
  );
}

export function LensLine(props: {
  row: LogEntry;
  above: LogEntry | undefined;
  look: LineLook;
  matches: (id: string) => boolean;
  anchor?: boolean;
}) {
  const { row } = props;
  const kind = props.anchor === true ? " anchor" : props.matches(row.id) ? "" : " faint";
  return (
    <li class={`line lv-${levelName(row)}${kind}`}>
      <EntryLine entry={row} above={props.above} look={props.look} plain />
    </li>
  );
}
