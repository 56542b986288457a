/**
 * What is different in a slice of time: values that are more, or less, frequent in it than in the rest of the range.
 * Invariant: each is shown as two shares, of the slice and of the rest; a click includes it.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CompareWindowsResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { withValue } from "../query/terms.ts";
import type { Asked } from "../search.ts";
import { api } from "../session.ts";
import { spanText } from "../time/wall-clock.ts";
import { type Range, timestamp } from "../time-range.ts";
import { problemOf, shareText, shownText } from "../words.ts";

const MOST = 40;

export function Differences(props: {
  asked: Asked;
  range: Range;
  slice: { readonly from: number; readonly to: number };
  onQuery: (query: string) => void;
  onEnd: () => void;
}) {
  const { asked, range, slice } = props;
  const answer = useSignal<CompareWindowsResponse | undefined>(undefined);
  const problem = useSignal("");
  useEffect(() => {
    const stop = new AbortController();
    // The server takes the slice out of what it is compared with: the rest lies on both sides.
    api
      .with({ signal: stop.signal })
      .logs.CompareWindows({
        applicationId: asked.applicationId,
        query: asked.query,
        startTime: timestamp(slice.from),
        endTime: timestamp(slice.to),
        baselineStartTime: timestamp(range.startMs),
        baselineEndTime: timestamp(range.endMs),
        fields: [],
        limit: MOST,
        timeZone: asked.zone,
        budget: undefined,
      })
      .then(
        (read) => {
          answer.value = read;
          problem.value = "";
        },
        (error: unknown) => {
          if (!stop.signal.aborted) problem.value = problemOf(error);
        },
      );
    return () => stop.abort();
  }, [asked.applicationId, asked.query, slice.from, slice.to, range.startMs]);
  const read = answer.value;
  return (
    <div class="differences" aria-busy={read === undefined && problem.value === ""}>
      <div class="facets-find">
        <strong>What is different</strong>
        <span class="grow" />
        <button type="button" class="plain" onClick={props.onEnd}>
          End <kbd>Esc</kbd>
        </button>
      </div>
      {problem.value !== "" && <p class="problem">{problem.value}</p>}
      {read !== undefined && (
        <>
          <p class="difference-of">
            <i class="swatch inside" /> {spanText(slice.from, slice.to, asked.zone, Date.now())}
            <span class="count">{read.window?.entries.toLocaleString()}</span>
          </p>
          <p class="difference-of">
            <i class="swatch" /> the rest
            <span class="count">{read.baseline?.entries.toLocaleString()}</span>
          </p>
          <ul>
            {read.differences.map((one) => (
              <li key={`${one.field} ${one.value}`}>
                <button
                  type="button"
                  class="difference"
                  title={`Include ${one.field}:${one.value}`}
                  onClick={() => {
                    const among = read.differences
                      .filter(({ field }) => field === one.field)
                      .map(({ value }) => value);
                    const next = withValue(asked.query, one.field, one.value, "include", among);
                    if (next !== undefined) props.onQuery(next);
                  }}
                >
                  <bdi class="cut">
                    <span class="q-field">{shownText(one.field)}</span>:{shownText(one.value)}
                  </bdi>
                  <b>{shareText(one.share)}</b>
                  <span class="count">{shareText(one.baselineShare)}</span>
                  <i class="difference-bar inside" style={{ width: `${one.share * 100}%` }} />
                  <i class="difference-bar" style={{ width: `${one.baselineShare * 100}%` }} />
                </button>
              </li>
            ))}
          </ul>
          {read.differences.length === 0 && (
            <p class="hint">Nothing differs by more than chance.</p>
          )}
          {read.partial && <p class="hint">Not all of it was seen: {read.partialReason}</p>}
        </>
      )}
    </div>
  );
}
