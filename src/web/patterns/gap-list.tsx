/**
 * The top values of each varying part of an open pattern, part by part.
 * Invariant: what is shown is of the pattern that is open; a part that could not be read says why.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { problemOf, shownText, valueText } from "../words.ts";
import { type Gap, kindOf } from "./gap-values.ts";

interface Counted {
  readonly value: string;
  readonly count: number;
}

export function GapList(props: {
  gaps: readonly Gap[];
  read: (query: string, signal: AbortSignal) => Promise<Table | undefined>;
  /** What kind each part is, once it is known. */
  onKinds: (kinds: readonly string[]) => void;
}) {
  const { gaps } = props;
  const found = useSignal<readonly (readonly Counted[])[]>([]);
  const problem = useSignal("");
  useEffect(() => {
    const stop = new AbortController();
    // One after the other: they are an aside, and others' queries run beside them.
    const readAll = async (): Promise<void> => {
      for (const { query } of gaps) {
        const table = await props.read(query, stop.signal);
        if (stop.signal.aborted) return;
        found.value = [...found.value, (table?.rows ?? []).map(countedOf)];
        props.onKinds(found.value.map((values) => kindOf(values.map(({ value }) => value))));
      }
    };
    readAll().catch((error: unknown) => {
      if (!stop.signal.aborted) problem.value = problemOf(error);
    });
    return () => stop.abort();
  }, []);
  if (gaps.length === 0)
    return <p class="quiet">The values of its varying parts cannot be told apart.</p>;
  return (
    <>
      <div class="gaps" aria-busy={found.value.length < gaps.length && problem.value === ""}>
        {gaps.map(({ after, query }, at) => (
          <div class="gap-values" key={query}>
            <p>
              <span class="gap">{kindOf((found.value[at] ?? []).map(({ value }) => value))}</span>{" "}
              <span class="quiet">{shownText(after)}</span>
            </p>
            {(found.value[at] ?? []).map(({ value, count }, _, all) => (
              <div class="gap-value" key={value}>
                <bdi title={value}>{shownText(value)}</bdi>
                <span class="track">
                  <span style={{ width: `${(count / Math.max(1, all[0]?.count ?? 1)) * 100}%` }} />
                </span>
                <span class="count">{count.toLocaleString()}</span>
              </div>
            ))}
          </div>
        ))}
      </div>
      {problem.value !== "" && <p class="problem">{problem.value}</p>}
    </>
  );
}

/** A row of `top`: the value, its count, its share. */
function countedOf(row: readonly unknown[]): Counted {
  return { value: valueText(row[0]), count: Number(row[1]) };
}
