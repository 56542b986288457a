/**
 * What must be said about a run: failed, partial, probably not meant, addressed wrongly, not live. Each says what to do.
 */
import { partialText } from "../../client/partial.ts";
import { ArgusError } from "../../client/errors.ts";
import { copyText } from "../copy.ts";
import type { Live } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import { Icon } from "../parts/icon.tsx";
import { Marked } from "../parts/marked.tsx";
import type { Search } from "../search.ts";
import { lengthText, spanText } from "../time/wall-clock.ts";
import { fixed } from "../time-range.ts";
import { problemOf } from "../words.ts";

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
      {problem !== undefined && <Failed problem={problem} onRetry={props.onRetry} />}
      {search.chartProblem.value !== undefined && problem === undefined && (
        <p class="notice problem" role="alert">
          The chart could not be read: {problemOf(search.chartProblem.value)}
        </p>
      )}
      {live.refusal.value !== "" && (
        <p class="notice problem" role="alert">
          The live tail has ended: {live.refusal.value}{" "}
          <button type="button" class="fix" onClick={live.retry}>
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
  const text = problemOf(problem);
  return (
    <p class="notice problem" role="alert">
      {text}{" "}
      <button type="button" class="fix" onClick={props.onRetry}>
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
  const { search, zone } = props;
  const answer = search.rows.answer.value;
  const shown = search.shown.value;
  if (answer === undefined || shown === undefined) return null;
  const covered = answer.coveredStartTime;
  const coveredMs = covered === undefined ? undefined : Number(covered.seconds) * 1000;
  const { startMs, endMs } = shown.range;
  return (
    <p class="notice warning">
      <span class="dot amber" />
      {partialText(
        answer.partialReason,
        coveredMs === undefined ? undefined : spanText(coveredMs, endMs, zone, endMs),
      )}{" "}
      {coveredMs !== undefined && coveredMs > startMs && coveredMs < endMs && (
        <>
          <button
            type="button"
            class="fix"
            onClick={() => props.onAsk({ from: fixed(startMs), to: fixed(coveredMs), live: false })}
          >
            Search the rest
          </button>
          <button
            type="button"
            class="fix"
            onClick={() => props.onAsk({ from: fixed(coveredMs), to: fixed(endMs), live: false })}
          >
            Narrow to {lengthText(endMs - coveredMs)}
          </button>
        </>
      )}
    </p>
  );
}
