/**
 * Search and watch. Old rows stay until new ones are there; the address holds the query and the range.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { QueryResponse, Table } from "../../../generated/client/argus/v1/log_service.ts";
import { EntryList } from "../parts/entry-list.tsx";
import { QueryField } from "../parts/query-field.tsx";
import { ResultTable } from "../parts/result-table.tsx";
import { follow } from "../follow.ts";
import { DEFAULT_FROM, type Place } from "../paths.ts";
import { go } from "../route.ts";
import { api, applications } from "../session.ts";
import { problemOf, timeMs } from "../words.ts";

const RANGES = [
  ["-15m", "Last 15 minutes"],
  [DEFAULT_FROM, "Last hour"],
  ["-6h", "Last 6 hours"],
  ["-24h", "Last day"],
  ["-7d", "Last 7 days"],
  ["-30d", "Last 30 days"],
] as const;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const PAGE = 200;
/** More than anyone reads by scrolling; a live list lets its oldest rows go. */
const MOST_LIVE_ROWS = 2000;

export function Logs(props: { at: Extract<Place, { screen: "logs" }> }) {
  const { at } = props;
  const applicationId = applications.value.find((one) => one.name === at.app)?.id ?? "";
  const entries = useSignal<readonly LogEntry[]>([]);
  const table = useSignal<Table | undefined>(undefined);
  const last = useSignal<QueryResponse | undefined>(undefined);
  const busy = useSignal(false);
  const problem = useSignal("");
  const live = useSignal<"off" | "live" | "reconnecting">("off");

  const read = async (cursor: string, signal: AbortSignal): Promise<void> => {
    busy.value = true;
    problem.value = "";
    try {
      const answer = await api.with({ signal }).logs.Query({
        applicationId,
        query: at.query,
        startTime: startTime(at.from),
        endTime: undefined,
        limit: PAGE,
        cursor,
        ascending: false,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        budget: undefined,
      });
      last.value = answer;
      table.value = answer.table;
      entries.value = cursor === "" ? answer.entries : [...entries.value, ...answer.entries];
    } catch (error) {
      if (!signal.aborted) problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  };

  useEffect(() => {
    if (applicationId === "") return;
    const stop = new AbortController();
    void read("", stop.signal);
    return () => stop.abort();
  }, [applicationId, at.query, at.from]);

  const watching = live.value !== "off";
  useEffect(() => {
    if (!watching || applicationId === "") return;
    const stop = new AbortController();
    void follow({
      applicationId,
      query: at.query,
      signal: stop.signal,
      onEntry: (entry) => {
        entries.value = [entry, ...entries.value]
          .toSorted((a, b) => timeMs(b) - timeMs(a))
          .slice(0, MOST_LIVE_ROWS);
      },
      onState: (state) => {
        live.value = state;
      },
    });
    return () => stop.abort();
  }, [watching, applicationId, at.query]);

  if (applicationId === "")
    return (
      <main class="page">There is no application “{at.app}”, or you are not a member of it.</main>
    );

  const show = (query: string, from: string): void =>
    go({ screen: "logs", app: at.app, query, from });
  const more = last.value?.nextCursor ?? "";
  return (
    <main class="logs">
      <div class="controls">
        <QueryField query={at.query} busy={busy.value} onRun={(query) => show(query, at.from)} />
        <select
          aria-label="Time range"
          value={at.from}
          onChange={(event) => show(at.query, event.currentTarget.value)}
        >
          {RANGES.map(([from, name]) => (
            <option key={from} value={from}>
              {name}
            </option>
          ))}
        </select>
        <button
          type="button"
          aria-pressed={watching}
          onClick={() => {
            live.value = watching ? "off" : "live";
          }}
        >
          {watching ? "Pause" : "Live"}
        </button>
      </div>
      {problem.value !== "" && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {last.value?.warnings.map((warning) => (
        <p class="warning" key={warning.code}>
          {warning.message}{" "}
          {warning.fixes.map((fix) => (
            <button type="button" class="fix" key={fix} onClick={() => show(fix, at.from)}>
              {fix}
            </button>
          ))}
        </p>
      ))}
      <div class="rows" aria-busy={busy.value}>
        {table.value !== undefined ? (
          <ResultTable table={table.value} />
        ) : (
          <EntryList
            entries={entries.value}
            onTerm={(field, value) => show(withTerm(at.query, field, value), at.from)}
          />
        )}
        {last.value !== undefined &&
          table.value === undefined &&
          entries.value.length === 0 &&
          !busy.value && (
            <p class="empty">No entry matches in this range. Widen the time, or take a term out.</p>
          )}
        {more !== "" && table.value === undefined && (
          <button
            type="button"
            class="more"
            disabled={busy.value}
            onClick={() => void read(more, new AbortController().signal)}
          >
            Older entries
          </button>
        )}
      </div>
      <div class="status" role="status">
        {statusOf(last.value, entries.value.length)}
        {watching && <span class="lamp lit">{live.value}</span>}
      </div>
    </main>
  );
}

function startTime(from: string): { seconds: bigint; nanos: number } {
  const match = /^-(\d{1,4})([mhd])$/.exec(from) ?? ["", "60", "m"];
  const ms = Date.now() - Number(match[1]) * (UNIT_MS[match[2] ?? "m"] ?? 60_000);
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: 0 };
}

/** @returns the query with a term for the value, before its first pipe. */
function withTerm(query: string, field: string, value: unknown): string {
  const pipe = query.indexOf("|");
  const filter = (pipe < 0 ? query : query.slice(0, pipe)).trim();
  const term = `${field}:${JSON.stringify(String(value))}`;
  const joined = filter === "" ? term : `${/\bOR\b/.test(filter) ? `(${filter})` : filter} ${term}`;
  return pipe < 0 ? joined : `${joined} ${query.slice(pipe)}`;
}

function statusOf(answer: QueryResponse | undefined, shown: number): string {
  if (answer?.stats === undefined) return "";
  const { stats } = answer;
  const ms = Number(stats.elapsed?.seconds ?? 0n) * 1000 + (stats.elapsed?.nanos ?? 0) / 1e6;
  const number = (n: bigint | number): string => n.toLocaleString();
  const words = [
    `${number(shown)} shown`,
    `${number(stats.rowsScanned)} rows read`,
    `${number(stats.blocksRead)} of ${number(stats.blocks)} blocks`,
    `${ms.toFixed(0)} ms`,
  ];
  if (answer.partial) words.push(`partial: ${answer.partialReason}`);
  return words.join(" · ");
}
