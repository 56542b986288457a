/**
 * What must be said about a run: failed, partial, probably not meant, addressed wrongly, not live. Each says what to do.
 * Invariant: it stands below the list, whose rows it never moves.
 */
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { ArgusError } from "../../client/errors.ts";
import { copyText } from "../copy.ts";
import type { Live } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import { Icon } from "../parts/icon.tsx";
import { Marked } from "../parts/marked.tsx";
import type { Search } from "../search.ts";
import { lengthText } from "../time/wall-clock.ts";
import { fixed } from "../time-range.ts";
import { countText, isUnanswered, problemOf } from "../words.ts";

export function Notices(props: {
  at: LogsPlace;
  search: Search;
  live: Live;
  zone: string;
  onRun: (query: string) => void;
  onAsk: (next: Partial<LogsPlace>) => void;
  onRetry: () => void;
  /** Takes the notice about the address away. */
  onLater: () => void;
}) {
  const { at, search, live } = props;
  const problem = search.problem.value ?? search.rows.failed.value?.error;
  const answer = search.rows.answer.value;
  const isOld = search.shown.value?.query !== at.query;
  return (
    <div class="notices">
      {at.ignored.length > 0 && (
        <p class="notice warning">
          The address holds a value that cannot be read, and it is left out: {at.ignored.join(", ")}{" "}
          <button type="button" class="link" onClick={props.onLater}>
            Close
          </button>
        </p>
      )}
      {/* That nobody answers is said once, over the page. */}
      {problem !== undefined && !isUnanswered(problem) && (
        <Failed problem={problem} onRetry={props.onRetry} />
      )}
      {search.chartProblem.value !== undefined && problem === undefined && (
        <p class="notice problem" role="alert">
          The chart could not be read: {problemOf(search.chartProblem.value)}
        </p>
      )}
      {live.refusal.value !== "" && (
        <p class="notice problem" role="alert">
          The live tail has ended: {live.refusal.value}{" "}
          <button type="button" onClick={live.retry}>
            Try again
          </button>
        </p>
      )}
      {!isOld &&
        answer?.warnings.map((warning) => (
          <p class="notice warning" key={`${warning.code}${warning.start}`}>
            <Icon name="warn" /> <Marked text={warning.message} />{" "}
            {warning.fixes.map((fix) => (
              <button type="button" class="fix" key={fix} onClick={() => props.onRun(fix)}>
                {fix}
              </button>
            ))}
          </p>
        ))}
      {!isOld && answer?.partial === true && <Partial {...props} />}
    </div>
  );
}

function Failed(props: { problem: unknown; onRetry: () => void }) {
  const { problem } = props;
  const request = problem instanceof ArgusError ? problem.requestId : "";
  const isServers = problem instanceof ArgusError && problem.status >= 500;
  const why = isServers && problem.code === "internal" ? "" : problemOf(problem);
  const text = isServers ? `The search failed on the server. ${why}`.trim() : why;
  return (
    <p class="notice problem" role="alert">
      {text}{" "}
      <button type="button" onClick={props.onRetry}>
        Try again
      </button>
      {request !== "" && (
        <>
          <button
            type="button"
            class="link"
            onClick={() => void copyText(`${text}, request ${request}`)}
          >
            Copy details
          </button>{" "}
          <span class="mono">request {request}</span>
        </>
      )}
    </p>
  );
}

function Partial(props: Parameters<typeof Notices>[0]) {
  const { search, at } = props;
  const answer = search.rows.answer.value;
  const shown = search.shown.value;
  if (answer === undefined || shown === undefined) return null;
  const covered = answer.coveredStartTime;
  const coveredMs = covered === undefined ? undefined : Number(covered.seconds) * 1000;
  const { startMs, endMs } = shown.range;
  return (
    <p class="notice warning">
      <span class="dot amber" />
      <span>
        Partial: {reasonText(answer)}
        {coveredMs !== undefined &&
          `, ${at.order === "asc" ? "" : "newest "}${lengthText(endMs - coveredMs)} of ${lengthText(endMs - startMs)} searched`}
      </span>
      {coveredMs !== undefined && coveredMs > startMs && coveredMs < endMs && (
        <>
          <button
            type="button"
            onClick={() => props.onAsk({ from: fixed(startMs), to: fixed(coveredMs), live: false })}
          >
            Search the rest
          </button>
          <button
            type="button"
            onClick={() => props.onAsk({ from: fixed(coveredMs), to: fixed(endMs), live: false })}
          >
            Narrow to {lengthText(endMs - coveredMs)}
          </button>
        </>
      )}
    </p>
  );
}

/** What ended the search: the budget that was reached, with how much it was, or the server's own sentence. */
function reasonText({ partialReason, stats }: QueryResponse): string {
  const seconds = Number(stats?.elapsed?.seconds ?? 0n) + (stats?.elapsed?.nanos ?? 0) / 1e9;
  const budgets: Readonly<Record<string, string>> = {
    rows: `stopped at ${countText(Number(stats?.rowsScanned ?? 0n), "row", "rows")}`,
    time: `${seconds < 1 ? seconds.toFixed(1) : Math.round(seconds)} s reached`,
    bytes: "limit of bytes to read reached",
    memory: "memory limit reached",
  };
  return partialReason
    .split("; ")
    .map((part) => budgets[part] ?? part)
    .join("; ");
}
