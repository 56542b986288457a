/**
 * The line at the foot of the explorer: what was done to answer, on the right how it is shown.
 */
import type { ReadonlySignal } from "@preact/signals";
import { away } from "../connection.ts";
import type { Live } from "../live.ts";
import type { LogsPlace } from "../logs-place.ts";
import { Figure } from "../parts/figure.tsx";
import { SecondsTo } from "../parts/seconds-to.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import type { Search } from "../search.ts";
import { density } from "../preferences.ts";
import { clockText } from "../time/wall-clock.ts";
import { isQueued } from "../queued.ts";
import { countText, numberText, shortText } from "../words.ts";

const LIVE_WORDS = {
  off: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  refused: "Not live",
} as const;
const ROWS = { compact: "Compact rows", standard: "Standard rows", roomy: "Roomy rows" } as const;
const NEXT_ROWS = { compact: "standard", standard: "roomy", roomy: "compact" } as const;

export function Status(props: {
  at: LogsPlace;
  search: Search;
  live: Live;
  zone: string;
  isEdited: ReadonlySignal<boolean>;
  shown: number;
  /** Of all that match, where the chart has counted them. */
  total: number | undefined;
  change: (next: Partial<LogsPlace>, how?: "push" | "replace") => void;
  onRerun: () => void;
  onExplain: () => void;
}) {
  const { at, search, live } = props;
  const answer = search.rows.answer.value;
  const stats = answer?.stats;
  const rows = at.rows === "" ? density.value : at.rows;
  const state = stateOf(props);
  return (
    <StatusLine
      tone={state.tone}
      left={[
        <>
          {state.text}
          {state.text === LIVE_WORDS.reconnecting && (
            <SecondsTo ms={live.retryAtMs.value} before=", " none="" />
          )}
        </>,
        at.live && live.state.value === "live" && live.perSecond.value > 0 && (
          <>
            <Figure text={numberText(live.perSecond.value)} least="1,000" /> per second
            {live.drawnOneIn.value > 1 && (
              <>
                , 1 in <Figure text={live.drawnOneIn.value.toFixed(1)} least="10.0" /> shown
              </>
            )}
          </>
        ),
        live.undrawn.value > 0 && live.drawnOneIn.value === 1 && (
          <>
            <Figure text={numberText(live.undrawn.value)} /> not shown{" "}
            <button type="button" class="link" onClick={props.onRerun}>
              Load
            </button>
          </>
        ),
        stats !== undefined && (
          <>
            <b>
              <Figure
                text={numberText(props.total ?? Number(stats.matched) + live.arrived.value)}
              />
              {stats.matchedExact || props.total !== undefined ? "" : "+"}
            </b>{" "}
            matched
          </>
        ),
        answer?.table === undefined && props.shown > 0 && (
          <>
            <Figure text={numberText(props.shown)} /> loaded
          </>
        ),
        stats !== undefined && (
          <>
            <b>{shortText(Number(stats.rowsScanned))}</b> rows read
          </>
        ),
        stats !== undefined && (
          <>
            <b>{numberText(stats.blocksRead)}</b> of{" "}
            {countText(Number(stats.blocks), "block", "blocks")}
          </>
        ),
        stats?.elapsed !== undefined && `${msText(stats.elapsed)} ms`,
        stats !== undefined && (
          <button
            type="button"
            class="plain"
            title="How it was understood, and what it took"
            onClick={props.onExplain}
          >
            Explain
          </button>
        ),
      ]}
      right={[
        <button
          type="button"
          class="plain"
          key="order"
          title="The other order (o)"
          onClick={() =>
            props.change({ order: at.order === "asc" ? "desc" : "asc", at: "" }, "replace")
          }
        >
          {at.order === "asc" ? "Oldest first" : "Newest first"}
        </button>,
        <button
          type="button"
          class="plain"
          key="zone"
          title="UTC or local time (u)"
          onClick={() => props.change({ zone: props.zone === "UTC" ? "local" : "utc" }, "replace")}
        >
          {props.zone}
        </button>,
        <button
          type="button"
          class="plain"
          key="rows"
          title="Height of rows"
          onClick={() => props.change({ rows: NEXT_ROWS[rows] }, "replace")}
        >
          {ROWS[rows]}
        </button>,
      ]}
    />
  );
}

function stateOf({ at, search, live, isEdited, zone }: Parameters<typeof Status>[0]): {
  text: string;
  tone: "done" | "warn" | "danger" | "quiet";
} {
  const shown = search.shown.value;
  const what = shown === undefined ? "" : `, showing ${clockText(shown.ranMs, zone).slice(0, 8)}`;
  if (away.value !== undefined) return { text: `Not connected${what}`, tone: "warn" };
  if (isQueued(search.problem.value)) return { text: `Waiting for its turn${what}`, tone: "warn" };
  if (search.problem.value !== undefined)
    return { text: `The search failed${what}`, tone: "danger" };
  if (search.canceled.value) return { text: `The search was ended${what}`, tone: "warn" };
  if (isEdited.value) return { text: "Edited, showing the last run", tone: "quiet" };
  if (search.busy.value) return { text: "Searching", tone: "quiet" };
  if (search.rows.unfinished.value !== undefined) return { text: "Partial", tone: "warn" };
  if (at.live && search.rows.answer.value?.table === undefined)
    return {
      text: LIVE_WORDS[live.state.value],
      tone:
        live.state.value === "live" ? "done" : live.state.value === "refused" ? "danger" : "warn",
    };
  return { text: shown === undefined ? "" : "Complete", tone: "done" };
}

function msText({ seconds, nanos }: { seconds: bigint; nanos: number }): string {
  const ms = Number(seconds) * 1000 + nanos / 1e6;
  return ms < 10 ? ms.toFixed(1) : numberText(Math.round(ms));
}
