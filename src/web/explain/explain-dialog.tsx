/**
 * How the query that is shown was understood, and what running it took: it is run once more to be watched.
 * Invariant: figures are of that run; what took no part is left out.
 */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { ExplainQueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import type { Duration } from "../../../generated/client/google/protobuf/duration.ts";
import { QUERY_BUDGET } from "../../domain/limits.ts";
import { FIRST_PAGE } from "../list/row-window.ts";
import { CopyField } from "../parts/copy-field.tsx";
import { Dialog } from "../parts/dialog.tsx";
import type { Search } from "../search.ts";
import { api } from "../session.ts";
import { lengthText } from "../time/wall-clock.ts";
import { timestamp } from "../time-range.ts";
import { bytesText, countText, problemOf, shownText } from "../words.ts";
import "./explain.css";

export function ExplainDialog(props: {
  /** The run that is shown. */
  shown: Search["shown"]["value"];
  onExplained: (answer: ExplainQueryResponse) => void;
  onClose: () => void;
}) {
  const { shown } = props;
  const answer = useSignal<ExplainQueryResponse | undefined>(undefined);
  const problem = useSignal("");
  useEffect(() => {
    const stop = new AbortController();
    if (shown === undefined) return;
    const { range } = shown;
    const request = {
      applicationId: shown.applicationId,
      query: shown.query,
      startTime: timestamp(range.startMs),
      endTime: range.open ? undefined : timestamp(range.endMs),
      limit: FIRST_PAGE,
      cursor: "",
      ascending: shown.ascending,
      timeZone: shown.zone,
      budget: undefined,
    };
    const answered = api.with({ signal: stop.signal }).logs.ExplainQuery(request);
    answered.then(
      (read) => {
        if (stop.signal.aborted) return;
        answer.value = read;
        props.onExplained(read);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = problemOf(error);
      },
    );
    return () => stop.abort();
  }, []);
  return (
    <Dialog title="Explain" class="dialog explain" onClose={props.onClose}>
      {problem.value !== "" && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {answer.value === undefined ? (
        problem.value === "" && <p aria-busy="true">Running it once more, watched …</p>
      ) : (
        <Explained answer={answer.value} />
      )}
      <div class="actions">
        <button type="button" onClick={props.onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function Explained({ answer }: { answer: ExplainQueryResponse }) {
  const { stats, filters } = answer;
  const blocks = Number(stats?.blocks ?? 0n);
  const read = Number(stats?.blocksRead ?? 0n);
  const pruned = filters.reduce((sum, filter) => sum + Number(filter.blocksPruned), 0);
  const elapsedMs = msOf(stats?.elapsed);
  return (
    <>
      <CopyField label="Canonical query" value={answer.canonical} action="Copy" />
      <p>
        {lengthText(elapsedMs)} of {lengthText(QUERY_BUDGET.timeMs)},{" "}
        {bytesText(Number(stats?.bytesRead ?? 0n))} read,{" "}
        {countText(Number(stats?.rowsScanned ?? 0n), "row", "rows")} looked at.
        {answer.partial && ` It ended early: ${answer.partialReason}.`}
      </p>
      <Figures
        caption="Where blocks were left out"
        heads={["", "Blocks"]}
        rows={[
          ["outside of the time", answer.blocksOutside.toLocaleString()],
          ...filters
            .filter(({ blocksPruned }) => blocksPruned > 0n)
            .map(({ query, blocksPruned }) => [
              `skipped by ${query}`,
              blocksPruned.toLocaleString(),
            ]),
          ...(blocks > read + pruned
            ? [
                [
                  "not needed: counted by summaries, or beyond the last row",
                  (blocks - read - pruned).toLocaleString(),
                ],
              ]
            : []),
          ["opened", `${read.toLocaleString()} of ${blocks.toLocaleString()}`],
        ]}
      />
      {filters.length > 0 && (
        <Figures
          caption="Filter, in the order it is tested"
          heads={["Part", "Rows in", "Rows out", "CPU"]}
          rows={filters.map(({ query, rowsIn, rowsOut, cpu }) => [
            query,
            rowsIn.toLocaleString(),
            rowsOut.toLocaleString(),
            tookText(cpu),
          ])}
        />
      )}
      <Figures
        caption="Stages"
        heads={["Stage", "Rows in", "Rows out", "Blocks", "Bytes", "CPU", "Time"]}
        rows={answer.stages.map((stage) => [
          // Parts of a query stand between backquotes.
          `${stage.name === "pipe" ? "|" : `${stage.name}:`} ${stage.text.replaceAll("`", "")}`,
          some(stage.rowsIn),
          some(stage.rowsOut),
          some(stage.blocks),
          stage.bytes === 0n ? "" : bytesText(Number(stage.bytes)),
          tookText(stage.cpu),
          tookText(stage.elapsed),
        ])}
      />
      {answer.columns.length > 0 && (
        <Figures
          caption="Columns read"
          heads={["Column", "Blocks", "Bytes"]}
          rows={answer.columns.map(({ name, blocks: own, bytes }) => [
            name,
            own.toLocaleString(),
            bytes === 0n ? "" : bytesText(Number(bytes)),
          ])}
        />
      )}
    </>
  );
}

function Figures(props: {
  caption: string;
  heads: readonly string[];
  rows: readonly (readonly string[])[];
}) {
  return (
    // It scrolls sideways: keys must reach it.
    <div class="scroll" tabIndex={0} role="region" aria-label={props.caption}>
      <table>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {props.heads.map((head, at) =>
              head === "" ? (
                <td key={at} />
              ) : (
                <th scope="col" key={head} class={at === 0 ? undefined : "end"}>
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(([first = "", ...figures], at) => (
            <tr key={at}>
              <th scope="row">
                <bdi>{shownText(first)}</bdi>
              </th>
              {figures.map((figure, own) => (
                <td key={own} class="end">
                  {figure}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function some(count: bigint): string {
  return count === 0n ? "" : count.toLocaleString();
}

function msOf(took: Duration | undefined): number {
  return Number(took?.seconds ?? 0n) * 1000 + (took?.nanos ?? 0) / 1e6;
}

/** `0.4 ms`; what took nothing is not said. */
function tookText(took: Duration | undefined): string {
  const ms = msOf(took);
  if (ms === 0) return "";
  return ms < 10 ? `${ms.toFixed(1)} ms` : lengthText(ms);
}
