/**
 * The steps of a query with pipes: a click runs up to one, a chip adds the next.
 * Invariant: what a step is said to give is what was counted; of those between nothing is said.
 */
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { Icon } from "../parts/icon.tsx";
import { countText } from "../words.ts";
import { parsed } from "./parsed.ts";

const STEPS = ["sort", "limit", "where", "top", "fields"] as const;

export function Stages(props: {
  query: string;
  answer: QueryResponse | undefined;
  onRun: (query: string) => void;
  /** Puts the beginning of a step into the field. */
  onAdd: (text: string) => void;
}) {
  const { query, answer } = props;
  const result = parsed(query);
  if (!result.ok || result.query.pipes.length === 0) return null;
  const { pipes } = result.query;
  const bars = pipes.map(({ at }) => query.lastIndexOf("|", at.start));
  const matched = Number(answer?.stats?.matched ?? 0n);
  const rows = answer?.table?.rows.length;
  const elapsed = answer?.stats?.elapsed;
  const ms = Number(elapsed?.seconds ?? 0n) * 1000 + (elapsed?.nanos ?? 0) / 1e6;
  return (
    <div class="stages" role="group" aria-label="Steps">
      <button
        type="button"
        class="stage"
        onClick={() => props.onRun(query.slice(0, bars[0]).trim())}
      >
        <b>filter</b>
        {answer !== undefined && (
          <span>
            {answer.stats?.matchedExact === true ? "" : "at least "}
            {countText(matched, "entry", "entries")}
          </span>
        )}
      </button>
      {pipes.map((pipe, at) => {
        const isLast = at === pipes.length - 1;
        return (
          <span class="stage-of" key={bars[at]}>
            <Icon name="right" />
            <button
              type="button"
              class={isLast ? "stage last" : "stage"}
              aria-current={isLast ? "step" : undefined}
              onClick={() => props.onRun(query.slice(0, bars[at + 1]).trim())}
            >
              <b>{pipe.kind}</b>
              {isLast && rows !== undefined && (
                <span>
                  {countText(rows, "row", "rows")} {Math.round(ms)} ms
                </span>
              )}
            </button>
          </span>
        );
      })}
      <span class="grow" />
      <span class="quiet">Add a step</span>
      {STEPS.map((step) => (
        <button
          type="button"
          class="stage add"
          key={step}
          onClick={() => props.onAdd(`${query.trim()} | ${step} `)}
        >
          | {step}
        </button>
      ))}
    </div>
  );
}
