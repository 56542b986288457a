/**
 * What must be said about a run: failed, partial, probably not meant, addressed wrongly, not live. Each says what to do.
 * Invariant: it stands below the list, whose rows it never moves.
 */
import { useEffect, useMemo } from "preact/hooks";
import { ArgusError } from "../../client/errors.ts";
import { copyAndSay } from "../shell/copied.ts";
import type { Live } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import { Icon } from "../parts/icon.tsx";
import { SecondsTo } from "../parts/seconds-to.tsx";
import { Marked } from "../parts/marked.tsx";
import { isQueued } from "../queued.ts";
import type { Search } from "../search.ts";
import { isUnanswered, problemOf } from "../words.ts";
import type { Moves } from "./moves.ts";
import { Partial } from "./partial.tsx";

const LEAST_WAIT_MS = 1000;

export function Notices(props: {
  at: LogsPlace;
  search: Search;
  live: Live;
  zone: string;
  onRun: (query: string) => void;
  onAsk: Moves["ask"];
  onRetry: () => void;
  onExplain: () => void;
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
        <Failed problem={problem} onRetry={() => search.again(props.onRetry)} />
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
      {!isOld && search.rows.unfinished.value !== undefined && (
        <Partial
          answer={search.rows.unfinished.value}
          search={search}
          zone={props.zone}
          onAsk={props.onAsk}
          onExplain={props.onExplain}
        />
      )}
    </div>
  );
}

/** Its turn comes by itself, while somebody looks at it. */
function Queued(props: { problem: unknown; waitMs: number; onRetry: () => void }) {
  const { problem, waitMs } = props;
  const againMs = useMemo(() => Date.now() + waitMs, [problem]);
  useEffect(() => {
    const tryAgain = (): void => {
      if (document.visibilityState === "visible") props.onRetry();
      else timer = setTimeout(tryAgain, waitMs);
    };
    let timer = setTimeout(tryAgain, waitMs);
    return () => clearTimeout(timer);
  }, [problem]);
  return (
    <p class="notice warning" role="status">
      Too many searches are running.{" "}
      <SecondsTo ms={againMs} before="Yours starts in about " none="Yours starts soon" />{" "}
      <button type="button" onClick={props.onRetry}>
        Try now
      </button>
    </p>
  );
}

function Failed(props: { problem: unknown; onRetry: () => void }) {
  const { problem } = props;
  if (isQueued(problem))
    return <Queued waitMs={Math.max(LEAST_WAIT_MS, problem.retryAfterMs ?? 0)} {...props} />;
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
            onClick={() => void copyAndSay(`${text}, request ${request}`)}
          >
            Copy details
          </button>{" "}
          <span class="mono">request {request}</span>
        </>
      )}
    </p>
  );
}
