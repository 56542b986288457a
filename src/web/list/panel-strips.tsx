/**
 * Below the fields of an entry: the part of its trace that it stands in, and what its program wrote around it.
 * Invariants: each is read when it is seen and the entry has stayed for a moment, so that a held key reads nothing, and
 * not any more once another entry is shown; each has the room of all its lines from the first, so that nothing moves.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { countText, numberText, shownText, spanText, timeMs } from "../words.ts";
import { fromText, LensLine, LensRows } from "./context-rows.tsx";
import type { LineLook } from "./entry-line.tsx";
import { nearest } from "./nearest.ts";
import { TraceRows } from "./trace-entries.tsx";
import { type ReadContext, useContextOf } from "./use-context.ts";
import { type ReadTrace, type TraceRead, useTraceOf } from "./use-trace.ts";

/** Keys that are held come faster, also on a slow machine. */
const REST_MS = 150;
const TRACE_LINES = 5;
const CONTEXT_LINES = 5;

export function TraceStrip(props: { entry: LogEntry; read: ReadTrace; onOpen: () => void }) {
  const { entry } = props;
  const place = useRef<HTMLElement>(null);
  const isSeen = useSeen(entry.id, place);
  const { read, problem } = useTraceOf(entry.traceId, isSeen === true, props.read);
  return (
    <Strip
      place={place}
      icon="trace"
      name={`Trace ${shownText(entry.traceId.slice(0, 8))}`}
      detail={read === undefined ? "" : traceText(read)}
      button={
        <button
          type="button"
          class="link"
          aria-label="Open the trace"
          title="Open the trace (t)"
          onClick={props.onOpen}
        >
          Open
        </button>
      }
      isBusy={isSeen !== false && read === undefined && problem === ""}
    >
      <div class="strip-room trace-room">
        {problem !== "" && <p class="problem">{problem}</p>}
        {read !== undefined && (
          <TraceRows entries={nearest(read.entries, entry, TRACE_LINES)} marked={entry.id} />
        )}
        {read?.isAll === true && read.entries.length < 2 && (
          <p class="hint">No other entry is of this trace.</p>
        )}
      </div>
    </Strip>
  );
}

/** `7 entries, 412 ms` */
function traceText({ entries, isAll }: TraceRead): string {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (!isAll) return `the first ${numberText(entries.length)} entries`;
  const ms = timeMs(last) - timeMs(first);
  const span = ms < 1000 ? `${ms} ms` : spanText(ms);
  return `${countText(entries.length, "entry", "entries")}${ms > 0 ? `, ${span}` : ""}`;
}

export function ContextStrip(props: {
  entry: LogEntry;
  look: LineLook;
  ascending: boolean;
  matches: (id: string) => boolean;
  read: ReadContext;
  onOpen: () => void;
}) {
  const { entry, look, matches } = props;
  const place = useRef<HTMLElement>(null);
  const isSeen = useSeen(entry.id, place);
  const context = useContextOf(
    isSeen === true ? entry : undefined,
    CONTEXT_LINES,
    props.ascending,
    props.read,
  );
  const read = context.around.value?.of === entry.id ? context.around.value : undefined;
  const problem = context.problem.value;
  const [before, after] = props.ascending ? ["older", "newer"] : ["newer", "older"];
  const lines = { entry, context, look, matches };
  const isShort = (part: "above" | "below"): boolean =>
    problem === "" && read !== undefined && read[part].length < CONTEXT_LINES;
  return (
    <Strip
      place={place}
      icon="context"
      name={`± ${CONTEXT_LINES} context`}
      detail={`${fromText(entry)}, filters off`}
      button={
        <button type="button" class="link" aria-label="Open the context" onClick={props.onOpen}>
          Open
        </button>
      }
      isBusy={isSeen !== false && read === undefined && problem === ""}
    >
      <div class="strip-room above">
        {isShort("above") && <p class="hint">Nothing {before}</p>}
        <LensRows {...lines} part="above" />
      </div>
      <ul class="lens-rows lens-anchor">
        <LensLine {...lines} row={entry} above={read?.above.at(-1)} anchor />
      </ul>
      <div class="strip-room below">
        <LensRows {...lines} part="below" />
        {isShort("below") && <p class="hint">Nothing {after}</p>}
      </div>
      {problem === "" ? (
        <p class="hint">Faint rows do not match the query.</p>
      ) : (
        <p class="problem">{problem}</p>
      )}
    </Strip>
  );
}

function Strip(props: {
  place: RefObject<HTMLElement | null>;
  icon: IconName;
  name: string;
  detail: string;
  button: ComponentChildren;
  isBusy: boolean;
  children: ComponentChildren;
}) {
  return (
    <section class="strip" ref={props.place} aria-label={props.name} aria-busy={props.isBusy}>
      <div class="strip-head">
        <Icon name={props.icon} />
        <span>{props.name}</span>
        <span class="quiet cut">{props.detail}</span>
        <span class="grow" />
        {props.button}
      </div>
      {props.children}
    </section>
  );
}

/** Whether an entry has stayed for a moment, and somebody has seen the place since; undefined within that moment. */
function useSeen(id: string, place: RefObject<HTMLElement | null>): boolean | undefined {
  const seen = useSignal({ id: "", isSeen: false });
  useEffect(() => {
    const watch = new IntersectionObserver((changes) => {
      const isSeen = changes.some(({ isIntersecting }) => isIntersecting);
      seen.value = { id, isSeen };
      if (isSeen) watch.disconnect();
    });
    const timer = setTimeout(() => {
      if (place.current !== null) watch.observe(place.current);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
    };
  }, [id]);
  return seen.value.id === id ? seen.value.isSeen : undefined;
}
