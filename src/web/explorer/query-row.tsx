/**
 * What is asked: the query, its range of time, and whether what comes is followed.
 */
import { pathOf } from "../paths.ts";
import { QueryField } from "../query/query-field.tsx";
import { filterText, withoutField } from "../query/terms.ts";
import { TimePicker } from "../time/time-picker.tsx";
import { NOW } from "../time-range.ts";
import type { ExplorerState } from "./use-explorer.ts";

export function QueryRow({ state }: { state: ExplorerState }) {
  const { at, applicationId, zone, moves } = state;
  const { search, range, shown } = state.run;
  return (
    <div class="query-row">
      <QueryField
        app={at.app}
        query={at.query}
        busy={search.busy.value}
        text={state.text}
        focus={state.focusQuery}
        of={`${applicationId} ${at.from} ${at.to}`}
        source={{
          fields: (signal) => search.fields(applicationId, range, signal),
          values: async (field, prefix, signal) => {
            const rest = withoutField(filterText(moves.now.current.query), field) ?? "";
            const read = await search.values(applicationId, range, field, prefix, rest, signal);
            return read.map(({ value, count }) => ({ value, count: Number(count) }));
          },
        }}
        onRun={moves.run}
        onNewTab={(query) =>
          window.open(pathOf({ ...moves.now.current, query }), "_blank", "noopener")
        }
      />
      <TimePicker
        at={at}
        zone={zone}
        ranMs={shown?.ranMs ?? Date.now()}
        opener={state.timeOpener.current}
        onChange={({ zone: next, ...other }) =>
          next === undefined
            ? moves.ask({ ...other, live: moves.now.current.live && other.to === NOW })
            : moves.change({ zone: next }, "replace")
        }
      />
      <button
        type="button"
        class="live"
        aria-pressed={at.live}
        title="Follow what comes (l)"
        onClick={() => moves.change({ live: !at.live, to: NOW })}
      >
        <span class={at.live ? "dot lit" : "dot"} /> Live
      </button>
    </div>
  );
}
