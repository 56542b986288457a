/**
 * The panel with the entry that the address names, also where the list does not hold it.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { LineLook } from "../list/entry-line.tsx";
import type { FieldActions } from "../list/field-list.tsx";
import { Panel } from "../list/panel.tsx";
import type { LogsPlace } from "../logs-place.ts";
import type { Search } from "../search.ts";
import { api } from "../session.ts";
import { numberText, problemOf, timeMs } from "../words.ts";

/** A trace is looked for this far around the entry. */
const TRACE_MS = 3_600_000;

export function EntryPanel(props: {
  at: LogsPlace;
  search: Search;
  applicationId: string;
  total: number | undefined;
  look: LineLook;
  zone: string;
  fields: FieldActions;
  open: Signal<string>;
  change: (next: Partial<LogsPlace>, how?: "push" | "replace") => void;
  onStep: (by: 1 | -1) => void;
  onLink: () => void;
  onClose: () => void;
  onQuery: (query: string) => void;
}) {
  const { at, search, applicationId } = props;
  const rows = search.rows.rows.value;
  const index = search.rows.indexOf(at.row);
  const read = useSignal<LogEntry | undefined>(undefined);
  const problem = useSignal("");
  const isLoaded = index >= 0;
  useEffect(() => {
    problem.value = "";
    if (isLoaded || read.value?.id === at.row) return;
    const stop = new AbortController();
    api
      .with({ signal: stop.signal })
      .logs.GetEntry({ applicationId, id: at.row })
      .then(
        ({ entry }) => (read.value = entry),
        (error: unknown) => {
          if (!stop.signal.aborted) problem.value = problemOf(error);
        },
      );
    return () => stop.abort();
  }, [at.row, isLoaded]);
  const matches = useMemo(() => matchesIn(rows), [rows]);
  const entry = rows[index] ?? (read.value?.id === at.row ? read.value : undefined);
  if (entry === undefined)
    return (
      <aside class="panel" aria-label="Entry" aria-busy={problem.value === ""}>
        {problem.value !== "" && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
      </aside>
    );
  const of = props.total === undefined ? "many" : numberText(props.total);
  const position = index >= 0 && search.rows.atStart ? `${numberText(index + 1)} of ${of}` : "";
  return (
    <Panel
      entry={entry}
      tab={at.panel === "" ? "fields" : at.panel}
      position={position}
      look={props.look}
      zone={props.zone}
      ascending={at.order === "asc"}
      fields={props.fields}
      open={props.open}
      readContext={(anchor, around, signal) =>
        search.context(applicationId, anchor, around, signal)
      }
      readTrace={(traceId, signal) => {
        const ms = timeMs(entry);
        const around = { startMs: ms - TRACE_MS, endMs: ms + TRACE_MS, open: false };
        return search.trace(applicationId, traceId, around, signal);
      }}
      matches={matches}
      onTab={(panel) => props.change({ panel }, "replace")}
      onStep={props.onStep}
      onLink={props.onLink}
      onClose={props.onClose}
      onQuery={props.onQuery}
    />
  );
}

/** Made once somebody asks: a key that is held asks for none. */
function matchesIn(rows: readonly LogEntry[]): (id: string) => boolean {
  let ids: ReadonlySet<string> | undefined;
  return (id) => (ids ??= new Set(rows.map((row) => row.id))).has(id);
}
