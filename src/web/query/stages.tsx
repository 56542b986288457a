/**
 * The steps of a query with pipes: a click runs up to one, a chip adds the next.
 * Invariant: what a step is said to give is what was counted; of those between nothing is said.
 */
import type {
  ExplainQueryResponse,
  ExplainStage,
  QueryResponse,
} from "../../../generated/client/argus/v1/log_service.ts";
import { Icon } from "../parts/icon.tsx";
import { countText } from "../words.ts";
import { parsed } from "./parsed.ts";

const STEPS = ["sort", "limit", "where", "top", "fields"] as const;

export function Stages(props: {
  query: string;
  answer: QueryResponse | undefined;
  /** Of the same run: what each step gave and took; undefined until somebody asked. */
  explanation: ExplainQueryResponse | undefined;
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
  const stages = props.explanation?.stages ?? [];
  const filtering = stages.find(({ name }) => name === "filter");
  // Conditions right behind the filter are tested with it: the steps that are told of are the last ones.
  const steps = stages.filter(({ name }) => name === "pipe");
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
            {countText(matched, "entry", "entries")}
            {answer.stats?.matchedExact === true ? "" : "+"}
          </span>
        )}
        {answer !== undefined && filtering !== undefined && <span>{tookText(filtering)}</span>}
      </button>
      {pipes.map((pipe, at) => {
        const isLast = at === pipes.length - 1;
        const stage = steps[at - pipes.length + steps.length];
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
              {stage !== undefined ? (
                <>
                  <span>{countText(Number(stage.rowsOut), "row", "rows")}</span>
                  <span>{tookText(stage)}</span>
                </>
              ) : (
                isLast &&
                rows !== undefined && (
                  <>
                    <span>{countText(rows, "row", "rows")}</span>
                    <span>{`${Math.round(ms)} ms`}</span>
                  </>
                )
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

function tookText({ cpu }: ExplainStage): string {
  const ms = Number(cpu?.seconds ?? 0n) * 1000 + (cpu?.nanos ?? 0) / 1e6;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
