/**
 * That an answer is of a part of what was asked: which part, why, and what to do.
 * Invariant: the rest is searched with a budget of its own, and what was found stays where it can be added to.
 */
import { useSignal } from "@preact/signals";
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { QUERY_BUDGET } from "../../domain/limits.ts";
import type { Search } from "../search.ts";
import { lengthText, spanText } from "../time/wall-clock.ts";
import { fixed } from "../time-range.ts";
import { bytesText, msOf } from "../words.ts";
import type { Moves } from "./moves.ts";
import { reasonText } from "./partial-reason.ts";

export function Partial(props: {
  answer: QueryResponse;
  search: Search;
  zone: string;
  onAsk: Moves["ask"];
  onExplain: () => void;
}) {
  const { answer, search, zone } = props;
  const showsWhy = useSignal(false);
  const shown = search.shown.value;
  if (shown === undefined) return null;
  const { startMs, endMs } = shown.range;
  const covered = answer.coveredStartTime;
  const coveredMs = covered === undefined ? undefined : msOf(covered);
  const isInside = coveredMs !== undefined && coveredMs > startMs && coveredMs < endMs;
  const [from, to] = isInside
    ? shown.ascending
      ? [startMs, coveredMs]
      : [coveredMs, endMs]
    : [startMs, startMs];
  const goesOn = answer.nextCursor !== "" && answer.table === undefined;
  const searchRest = (): void => {
    if (goesOn) void search.rows.rest();
    else if (shown.ascending) props.onAsk({ from: fixed(to), to: fixed(endMs), live: false });
    else props.onAsk({ from: fixed(startMs), to: fixed(from), live: false });
  };
  return (
    <div class="notice warning" role="status">
      <span class="dot amber" />
      <span>
        Partial: {reasonText(answer.partialReason)}
        {isInside &&
          `, ${shown.ascending ? "oldest" : "newest"} ${lengthText(to - from)} of ${lengthText(endMs - startMs)} searched (${spanText(from, to, zone, endMs)})`}
      </span>{" "}
      {isInside && (
        <>
          <button
            type="button"
            disabled={search.rows.reading.value !== undefined}
            onClick={searchRest}
          >
            Search the rest
          </button>
          <button
            type="button"
            onClick={() => props.onAsk({ from: fixed(from), to: fixed(to), live: false })}
          >
            Narrow to {lengthText(to - from)}
          </button>
        </>
      )}
      <button
        type="button"
        class="link"
        aria-expanded={showsWhy.value}
        onClick={() => (showsWhy.value = !showsWhy.value)}
      >
        Why
      </button>
      {showsWhy.value && (
        <p class="why">
          A query may take {lengthText(QUERY_BUDGET.timeMs)}, {bytesText(QUERY_BUDGET.bytes)} of
          decompressed blocks and {bytesText(QUERY_BUDGET.memoryBytes)} of memory, so that it never
          takes the server from others. A shorter range or a filter by level or service gives all of
          it; an export has no such bounds.{" "}
          <button type="button" class="link" onClick={props.onExplain}>
            Explain
          </button>
        </p>
      )}
    </div>
  );
}
