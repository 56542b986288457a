/**
 * The most frequent values of a field in what the query finds, as bars.
 * Invariant: what is drawn is of the query and the field that it names; another question ends the one before.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FieldValue } from "../../../generated/client/argus/v1/log_service.ts";
import { filterText } from "../query/terms.ts";
import { problemOf, shareText, shownText } from "../words.ts";

const MOST = 6;

export interface ValueSource {
  /** @returns the most frequent values of a field under the filter. */
  readonly list: (
    field: string,
    filter: string,
    signal: AbortSignal,
  ) => Promise<readonly FieldValue[]>;
}

export function FieldValues(props: {
  field: string;
  query: string;
  source: ValueSource;
  onChart: () => void;
}) {
  const { field, query } = props;
  const values = useSignal<readonly FieldValue[] | undefined>(undefined);
  const problem = useSignal("");
  useEffect(() => {
    const stop = new AbortController();
    props.source.list(field, filterText(query), stop.signal).then(
      (listed) => {
        values.value = listed;
        problem.value = "";
      },
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = problemOf(error);
      },
    );
    return () => stop.abort();
  }, [field, query]);
  const shown = values.value?.slice(0, MOST) ?? [];
  const sum = (values.value ?? []).reduce((total, { count }) => total + Number(count), 0);
  return (
    <div class="values" aria-busy={values.value === undefined && problem.value === ""}>
      <div class="values-head">
        <span>
          <bdi>{shownText(field)}</bdi>
          {query === "" ? " in all entries" : " in what the query finds"}
        </span>
        <button type="button" class="link" onClick={props.onChart}>
          Chart
        </button>
      </div>
      {problem.value !== "" && <p class="problem">{problem.value}</p>}
      {shown.map(({ value, count }) => (
        <div class="value-bar" key={value}>
          <bdi>{shownText(value)}</bdi>
          <span class="track">
            <span
              style={{ width: `${(Number(count) / Math.max(1, Number(shown[0]?.count))) * 100}%` }}
            />
          </span>
          <span class="count">{count.toLocaleString()}</span>
          <span class="share">{shareText(Number(count) / Math.max(1, sum))}</span>
        </div>
      ))}
      {values.value?.length === 0 && <p class="hint">No entry has a value here.</p>}
    </div>
  );
}
