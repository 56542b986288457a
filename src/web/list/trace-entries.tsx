/**
 * The entries of a trace, one line each, the one they were asked for marked.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { levelName, shownText } from "../words.ts";
import { Glyph } from "./glyph.tsx";
import { type ReadTrace, useTraceOf } from "./use-trace.ts";

export function TraceTab(props: {
  entry: LogEntry;
  read: ReadTrace;
  onQuery: (query: string) => void;
}) {
  const { id, traceId } = props.entry;
  const { read, problem } = useTraceOf(traceId, true, props.read);
  if (traceId === "") return <p class="hint">This entry names no trace.</p>;
  return (
    <>
      <p class="trace-head">
        Trace <span class="mono">{shownText(traceId)}</span>
        <button type="button" class="link" onClick={() => props.onQuery(`trace_id:${traceId}`)}>
          Show its entries
        </button>
      </p>
      {problem !== "" && <p class="problem">{problem}</p>}
      <TraceRows entries={read?.entries ?? []} marked={id} />
    </>
  );
}

export function TraceRows(props: { entries: readonly LogEntry[]; marked: string }) {
  return (
    <ol class="trace-rows">
      {props.entries.map((row) => (
        <li key={row.id} class={row.id === props.marked ? "anchor" : undefined}>
          <Glyph level={levelName(row)} />
          <span class="cut">{shownText(row.service)}</span>
          <bdi class="cut">{shownText(row.message.slice(0, 300)).replaceAll("\n", "⏎")}</bdi>
        </li>
      ))}
    </ol>
  );
}
