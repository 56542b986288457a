/**
 * Nothing was found: what would bring some back, each with its count, read in the background.
 * Invariant: what is offered was counted by the server, and finds something.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type {
  Suggestion,
  SuggestQueriesResponse,
} from "../../../generated/client/argus/v1/log_service.ts";
import type { LogsPlace } from "../logs-place.ts";
import { manage } from "../manage.ts";
import { Marked } from "../parts/marked.tsx";
import { exactText } from "../parts/when.tsx";
import { lazyPart } from "../lazy.tsx";
import { applications } from "../session.ts";
import type { Search } from "../search.ts";
import { fixed, NOW, rangeName, timestamp } from "../time-range.ts";
import { clockText } from "../time/wall-clock.ts";
import { msOf } from "../words.ts";

/** Few applications are new. */
const HowToSend = lazyPart(
  () => import("../settings/how-to-send.tsx").then((one) => one.HowToSend),
  () => <div aria-busy="true" />,
);

const BUDGET_MS = 300;
const MOST = 5;
const DAY_MS = 86_400_000;

export function NoEntries(props: {
  at: LogsPlace;
  search: Search;
  zone: string;
  gaps: ComponentChildren;
  onAsk: (next: Partial<LogsPlace>) => void;
  onRerun: () => void;
}) {
  const { at, search, zone } = props;
  const found = useSignal<SuggestQueriesResponse | undefined>(undefined);
  const shown = search.shown.value;
  const stats = search.rows.answer.value?.stats;
  useEffect(() => {
    found.value = undefined;
    if (shown === undefined) return;
    const stop = new AbortController();
    const { startMs, endMs, open } = shown.range;
    manage
      .with({ signal: stop.signal, retries: 0 })
      .logs.SuggestQueries({
        applicationId: shown.applicationId,
        query: shown.query,
        startTime: timestamp(startMs),
        endTime: open ? undefined : timestamp(endMs),
        timeZone: zone,
        budget: { rows: 0n, bytes: 0n, time: { seconds: 0n, nanos: BUDGET_MS * 1e6 } },
      })
      .then(
        (answer) => (found.value = answer),
        // What could not be counted is not offered.
        () => undefined,
      );
    return () => stop.abort();
  }, [shown]);
  const name = rangeName(at.from, at.to, Date.now(), zone);
  const when = name.startsWith("Last ") ? `in the last ${name.slice(5)}` : `in ${name}`;
  const hints = (found.value?.suggestions ?? []).slice(0, MOST);
  const newestMs = msOf(found.value?.newestMatchTime);
  const application = applications.value?.find((one) => one.name === at.app);
  /** Nothing has ever come, as far as the server knows. */
  const isNew =
    application !== undefined && at.query === "" && found.value !== undefined && newestMs === 0;
  const isQuiet = at.query === "" && at.to === NOW && newestMs > 0;
  return (
    <div class="empty">
      {props.gaps}
      <h2>
        {isQuiet
          ? `${at.app} has not received anything since ${sinceText(newestMs, zone)}`
          : isNew
            ? `${at.app} has not received anything yet`
            : `${at.query === "" ? "No entries" : "No entries match"} ${when}`}
      </h2>
      {stats !== undefined && at.query !== "" && (
        <p class="quiet">
          {stats.rowsScanned.toLocaleString()} rows checked.
          {hints.length > 0 && " These would bring some back:"}
        </p>
      )}
      <ul class="hints">
        {hints.map((hint) => (
          <li key={hint.kind + hint.query + msOf(hint.startTime)}>
            <button
              type="button"
              class="link"
              title={hint.query}
              onClick={() => props.onAsk({ query: hint.query, ...rangeFor(hint) })}
            >
              <Marked text={hint.reason} />
              {hint.query !== at.query && <code class="hint-query">{hint.query}</code>}
            </button>
            <span class="count">
              {hint.count.toLocaleString()}
              {hint.countExact ? "" : "+"}
            </span>
          </li>
        ))}
      </ul>
      {isNew && (
        <div class="how-to-send">
          <HowToSend application={application} sinceMs={msOf(application.createdAt)}>
            <p>
              <button type="button" class="main" onClick={props.onRerun}>
                Show what came
              </button>
            </p>
          </HowToSend>
        </div>
      )}
    </div>
  );
}

/** `12:40`, or the day, too, when that was another one. */
function sinceText(ms: number, zone: string): string {
  return Date.now() - ms < DAY_MS ? clockText(ms, zone).slice(0, 5) : exactText(ms);
}

/** Of a hint over another range: to the present where it ends there, so that it is read anew with each run. */
function rangeFor({ startTime, endTime }: Suggestion): Partial<LogsPlace> {
  if (startTime === undefined) return {};
  const startMs = msOf(startTime);
  if (endTime !== undefined) return { from: fixed(startMs), to: fixed(msOf(endTime)) };
  const days = (Date.now() - startMs) / DAY_MS;
  const isWhole = Math.abs(days - Math.round(days)) < 0.01;
  return { from: isWhole ? `-${Math.round(days) * 24}h` : fixed(startMs), to: NOW };
}
