/**
 * Search and watch. Old rows stay until new ones are there; the address holds everything that was asked.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type {
  GetHistogramResponse,
  QueryResponse,
  Table,
} from "../../../generated/client/argus/v1/log_service.ts";
import { partialText } from "../../client/partial.ts";
import { useLive } from "../live.ts";
import { EntryList } from "../parts/entry-list.tsx";
import { countsOf, Histogram } from "../parts/histogram.tsx";
import { Marked } from "../parts/marked.tsx";
import { QueryField } from "../parts/query-field.tsx";
import { ResultTable } from "../parts/result-table.tsx";
import { type LogsPlace } from "../logs-place.ts";
import { pathOf } from "../paths.ts";
import { go } from "../route.ts";
import { api, applications } from "../session.ts";
import { parsed } from "../term.ts";
import { dayAndTime, NOW, rangeName, rangeOf, RANGES, timestamp } from "../time-range.ts";
import { countText, problemOf, shareText } from "../words.ts";
import { NoApplication } from "./no-application.tsx";

const PAGE = 200;
/** How often the chart of a live list is drawn anew. */
const CHART_MS = 5000;

const LIVE_WORDS = {
  off: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  refused: "Not live",
} as const;

export function Logs(props: { at: LogsPlace }) {
  const { at } = props;
  const applicationId = applications.value?.find((one) => one.name === at.app)?.id ?? "";
  const entries = useSignal<readonly LogEntry[]>([]);
  const table = useSignal<Table | undefined>(undefined);
  const last = useSignal<QueryResponse | undefined>(undefined);
  const histogram = useSignal<GetHistogramResponse | undefined>(undefined);
  const busy = useSignal(false);
  const problem = useSignal("");
  const runs = useSignal(0);
  const understood = parsed(at.query).ok;

  const request = (open: boolean) => {
    const range = rangeOf(at.from, at.to, Date.now());
    return {
      applicationId,
      query: at.query,
      startTime: timestamp(range.startMs),
      // Clocks differ: to the present means all there is, but a chart needs an end.
      endTime: range.open && open ? undefined : timestamp(range.endMs),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      budget: undefined,
    };
  };

  const read = async (cursor: string, signal: AbortSignal): Promise<void> => {
    busy.value = true;
    problem.value = "";
    try {
      const answer = await api
        .with({ signal })
        .logs.Query({ ...request(true), limit: PAGE, cursor, ascending: false });
      if (signal.aborted) return;
      last.value = answer;
      table.value = answer.table;
      entries.value = cursor === "" ? answer.entries : [...entries.value, ...answer.entries];
    } catch (error) {
      if (!signal.aborted) problem.value = problemOf(error);
    } finally {
      if (!signal.aborted) busy.value = false;
    }
  };
  const chart = async (signal: AbortSignal): Promise<void> => {
    try {
      const answer = await api
        .with({ signal })
        .logs.GetHistogram({ ...request(false), maxBuckets: innerWidth < 600 ? 60 : 120 });
      if (!signal.aborted) histogram.value = answer;
    } catch (error) {
      // The rows stand without it; what was drawn before is of another question.
      if (!signal.aborted) histogram.value = undefined;
      if (!signal.aborted && problem.value === "") problem.value = problemOf(error);
    }
  };

  useEffect(() => {
    if (applicationId === "" || !understood) return;
    const stop = new AbortController();
    void read("", stop.signal).then(() => chart(stop.signal));
    return () => stop.abort();
  }, [applicationId, at.query, at.from, at.to, runs.value]);

  useEffect(() => {
    if (!at.live || applicationId === "" || !understood) return;
    const stop = new AbortController();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void chart(stop.signal);
    }, CHART_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [at.live, applicationId, at.query, at.from, at.to]);

  const live = useLive({
    on: at.live && understood && table.value === undefined,
    applicationId,
    query: at.query,
    held: at.row !== "",
    entries,
  });

  if (applicationId === "") return <NoApplication name={at.app} />;

  const show = (change: Partial<LogsPlace>): void => go({ ...at, row: "", ...change });
  const run = (query: string): void => {
    if (query === at.query) runs.value++;
    else {
      // Another question's answer is read from its beginning.
      scrollTo(0, 0);
      show({ query });
    }
  };
  const more = last.value?.nextCursor ?? "";
  return (
    <main class="logs">
      <h1 class="unseen">Logs of {at.app}</h1>
      <div class="controls">
        <QueryField query={at.query} busy={busy.value} onRun={run} />
        <TimeRange
          at={at}
          onRange={(from, to) => show({ from, to, live: at.live && to === NOW })}
        />
        <button
          type="button"
          class="live"
          aria-pressed={at.live}
          onClick={() => show({ live: !at.live, to: NOW, row: at.row })}
        >
          <span class={at.live ? "dot lit" : "dot"} /> Live
        </button>
      </div>
      <Notices
        problem={problem.value}
        answer={last.value}
        onRetry={() => runs.value++}
        onFix={run}
      />
      {live.refusal.value !== "" && (
        <p class="notice problem" role="alert">
          The live tail has ended: {live.refusal.value}{" "}
          <button type="button" class="fix" onClick={live.retry}>
            Try again
          </button>
        </p>
      )}
      <div class="results" aria-busy={busy.value}>
        {histogram.value !== undefined && (
          <>
            <Summary histogram={histogram.value} />
            <Histogram
              histogram={histogram.value}
              onZoom={(startMs, endMs) =>
                show({
                  from: new Date(startMs).toISOString(),
                  to: new Date(endMs).toISOString(),
                  live: false,
                })
              }
            />
          </>
        )}
        {table.value !== undefined ? (
          <ResultTable table={table.value} />
        ) : (
          <EntryList
            entries={entries.value}
            gaps={live.gaps.value}
            query={at.query}
            open={at.row}
            onOpen={(row) => show({ row })}
            onQuery={run}
          />
        )}
        {last.value !== undefined &&
          table.value === undefined &&
          entries.value.length === 0 &&
          !busy.value &&
          problem.value === "" && <NoEntries at={at} onRange={(from) => show({ from, to: NOW })} />}
        {more !== "" && table.value === undefined && (
          <button
            type="button"
            class="more"
            disabled={busy.value}
            onClick={() => void read(more, new AbortController().signal)}
          >
            {busy.value ? "Reading…" : "Older entries"}
          </button>
        )}
      </div>
      <div class="status">
        {at.live && (
          <span class={`lamp ${live.state.value === "live" ? "lit" : ""}`} role="status">
            {LIVE_WORDS[live.state.value]}
          </span>
        )}
        {live.waiting.value > 0 && (
          <button
            type="button"
            class="new"
            onClick={() => {
              scrollTo(0, 0);
              live.show();
            }}
          >
            Show {live.waiting.value.toLocaleString()} new
          </button>
        )}
        <span>{statusOf(last.value, entries.value.length)}</span>
      </div>
    </main>
  );
}

function TimeRange(props: { at: LogsPlace; onRange: (from: string, to: string) => void }) {
  const { from, to } = props.at;
  const named = to === NOW && RANGES.some(([known]) => known === from);
  return (
    <select
      aria-label="Time range"
      value={named ? from : "this"}
      onChange={(event) => props.onRange(event.currentTarget.value, NOW)}
    >
      {!named && <option value="this">{rangeName(from, to, Date.now())}</option>}
      {RANGES.map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Notices(props: {
  problem: string;
  answer: QueryResponse | undefined;
  onRetry: () => void;
  onFix: (query: string) => void;
}) {
  return (
    <>
      {props.problem !== "" && (
        <p class="notice problem" role="alert">
          {props.problem}{" "}
          <button type="button" class="fix" onClick={props.onRetry}>
            Try again
          </button>
        </p>
      )}
      {props.answer?.warnings.map((warning) => (
        <p class="notice warning" key={`${warning.code}${warning.start}`}>
          <Marked text={warning.message} />{" "}
          {warning.fixes.map((fix) => (
            <button type="button" class="fix" key={fix} onClick={() => props.onFix(fix)}>
              {fix}
            </button>
          ))}
        </p>
      ))}
      {props.answer?.partial === true && <p class="notice warning">{partialOf(props.answer)}</p>}
    </>
  );
}

function partialOf({ partialReason, coveredStartTime: covered }: QueryResponse): string {
  return partialText(
    partialReason,
    covered === undefined ? undefined : dayAndTime(Number(covered.seconds) * 1000),
  );
}

function Summary(props: { histogram: GetHistogramResponse }) {
  const { all, bad } = countsOf(props.histogram);
  return (
    <p class="summary">
      <strong>
        {props.histogram.partial ? "At least " : ""}
        {countText(all, "entry", "entries")}
      </strong>
      {bad > 0 && (
        <>
          {" of which "}
          <strong class="bad">{countText(bad, "error", "errors")}</strong> {shareText(bad / all)}
        </>
      )}
    </p>
  );
}

function NoEntries(props: { at: LogsPlace; onRange: (from: string) => void }) {
  const { at } = props;
  return (
    <div class="empty">
      <p>
        {at.query === "" ? "No entries in: " : "No entries match in: "}
        {rangeName(at.from, at.to, Date.now())}
      </p>
      <p>
        {RANGES.filter(([from]) => from === "-24h" || from === "-30d")
          .filter(([from]) => from !== at.from)
          .map(([from, name]) => (
            <button type="button" key={from} onClick={() => props.onRange(from)}>
              {name}
            </button>
          ))}{" "}
        {at.query === "" && (
          <a class="button" href={pathOf({ screen: "settings", app: at.app, page: "keys" })}>
            How to send
          </a>
        )}
      </p>
    </div>
  );
}

function statusOf(answer: QueryResponse | undefined, shown: number): string {
  if (answer?.stats === undefined) return "";
  const { stats } = answer;
  const ms = Number(stats.elapsed?.seconds ?? 0n) * 1000 + (stats.elapsed?.nanos ?? 0) / 1e6;
  return [
    answer.table === undefined
      ? `${shown.toLocaleString()} shown`
      : `${answer.table.rows.length.toLocaleString()} rows`,
    `${stats.rowsScanned.toLocaleString()} read`,
    `${stats.blocksRead.toLocaleString()} of ${stats.blocks.toLocaleString()} blocks`,
    `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`,
  ].join(" · ");
}
