/**
 * Nothing was found: what would bring some back, each with its count, read in the background.
 * Invariant: what is offered was counted, and finds something.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { LogsPlace } from "../logs-place.ts";
import { pathOf } from "../paths.ts";
import { parsed } from "../query/parsed.ts";
import { filterText, withoutField } from "../query/terms.ts";
import type { Search } from "../search.ts";
import { api } from "../session.ts";
import { instant, rangeName, rangeOf, timestamp } from "../time-range.ts";

interface Hint {
  readonly name: string;
  readonly query: string;
  readonly from: string;
}

const BUDGET_MS = 300;
const MOST = 4;

export function NoEntries(props: {
  at: LogsPlace;
  search: Search;
  zone: string;
  gaps: ComponentChildren;
  onAsk: (next: Partial<LogsPlace>) => void;
  onRun: (query: string) => void;
}) {
  const { at, search, zone } = props;
  const found = useSignal<readonly (Hint & { readonly count: number; readonly isMore: boolean })[]>(
    [],
  );
  const applicationId = search.shown.value?.applicationId ?? "";
  const stats = search.rows.answer.value?.stats;
  useEffect(() => {
    found.value = [];
    if (applicationId === "") return;
    const stop = new AbortController();
    for (const hint of hintsFor(at, zone)) {
      const { startMs, endMs } = rangeOf(hint.from, at.to, Date.now(), zone);
      api
        .with({ signal: stop.signal, retries: 0 })
        .logs.GetHistogram({
          applicationId,
          query: hint.query,
          startTime: timestamp(startMs),
          endTime: timestamp(endMs),
          maxBuckets: 1,
          timeZone: zone,
          budget: { rows: 0n, bytes: 0n, time: { seconds: 0n, nanos: BUDGET_MS * 1e6 } },
        })
        .then(
          ({ stats: counted, partial }) => {
            const count = Number(counted?.matched ?? 0n);
            if (count > 0)
              found.value = [...found.value, { ...hint, count, isMore: partial }].slice(0, MOST);
          },
          // A hint that could not be counted is none.
          () => undefined,
        );
    }
    return () => stop.abort();
  }, [applicationId, at.query, at.from, at.to]);
  const name = rangeName(at.from, at.to, Date.now(), zone);
  const when = name.startsWith("Last ") ? `in the last ${name.slice(5)}` : `in ${name}`;
  return (
    <div class="empty">
      {props.gaps}
      <h2>
        {at.query === "" ? "No entries" : "No entries match"} {when}
      </h2>
      {stats !== undefined && at.query !== "" && (
        <p class="quiet">
          {stats.rowsScanned.toLocaleString()} rows checked.
          {found.value.length > 0 && " These would bring some back:"}
        </p>
      )}
      <ul class="hints">
        {found.value.map((hint) => (
          <li key={hint.name}>
            <button
              type="button"
              class="link"
              onClick={() => props.onAsk({ query: hint.query, from: hint.from })}
            >
              {hint.name}
            </button>
            <span class="count">
              {hint.count.toLocaleString()}
              {hint.isMore ? "+" : ""}
            </span>
          </li>
        ))}
      </ul>
      {at.query === "" && (
        <a class="button" href={pathOf({ screen: "settings", app: at.app, page: "keys" })}>
          How to send
        </a>
      )}
    </div>
  );
}

function hintsFor(at: LogsPlace, zone: string): readonly Hint[] {
  const hints: Hint[] = [];
  const filter = filterText(at.query);
  const now = Date.now();
  const startMs = instant(at.from, now, zone) ?? now;
  for (const [from, name] of [
    ["-24h", "Widen to 24 hours"],
    ["-30d", "Widen to 30 days"],
  ] as const) {
    if ((instant(from, now, zone) ?? now) < startMs) hints.push({ name, query: at.query, from });
  }
  const result = parsed(filter);
  if (result.ok && result.query.filter.kind === "and") {
    for (const part of result.query.filter.parts) {
      const inner = part.kind === "not" ? part.part : part;
      if (inner.kind !== "field" && inner.kind !== "text") continue;
      const term = filter.slice(inner.at.start, inner.at.end);
      const rest = (
        filter.slice(0, inner.at.start).replace(/[-!]$/, "") + filter.slice(inner.at.end)
      ).trim();
      if (parsed(rest).ok) hints.push({ name: `Without ${term}`, query: rest, from: at.from });
    }
  }
  const anyLevel = withoutField(filter, "level");
  if (anyLevel !== undefined && anyLevel !== filter)
    hints.push({ name: "Any level", query: anyLevel, from: at.from });
  return hints
    .filter(
      ({ query }, index) =>
        hints.findIndex((one) => one.query === query && one.from === hints[index]?.from) === index,
    )
    .slice(0, 6);
}
