/**
 * Which fields are columns: found by name, ticked, moved.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { shownText } from "../words.ts";
import { type Column, DEFAULT_COLUMNS, withColumn } from "./columns.ts";

const BUILT_IN = ["time", "level", "service", "host", "message", "trace_id", "span_id"];
const MOST = 60;

export function ColumnsMenu(props: {
  columns: readonly Column[];
  fields: (signal: AbortSignal) => Promise<readonly { readonly name: string }[]>;
  onColumns: (columns: readonly Column[]) => void;
}) {
  const { columns } = props;
  const find = useSignal("");
  const known = useSignal<readonly string[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    props.fields(stop.signal).then(
      (fields) => (known.value = fields.map(({ name }) => name)),
      () => undefined,
    );
    return () => stop.abort();
  }, []);
  const chosen = columns.map(({ name }) => name);
  const others = [...new Set([...BUILT_IN, ...known.value])].filter(
    (name) => !chosen.includes(name),
  );
  const fits = (name: string): boolean =>
    name.toLowerCase().includes(find.value.trim().toLowerCase());
  const move = (name: string, step: number): void => {
    const at = chosen.indexOf(name);
    const to = at + step;
    if (to < 0 || to >= columns.length) return;
    const next = [...columns];
    const [moved] = next.splice(at, 1);
    if (moved !== undefined) next.splice(to, 0, moved);
    props.onColumns(next);
  };
  return (
    <div class="columns-menu">
      <input
        aria-label="Find a field"
        placeholder="Find a field"
        value={find.value}
        onInput={(event) => (find.value = event.currentTarget.value)}
      />
      <div class="columns-list">
        {columns
          .filter(({ name }) => fits(name))
          .map((column) => (
            <div class="columns-row" key={column.name}>
              <label class="tick">
                <input
                  type="checkbox"
                  checked
                  disabled={columns.length === 1}
                  onChange={() => props.onColumns(columns.filter((one) => one !== column))}
                />
                <bdi class="cut">{shownText(column.name)}</bdi>
              </label>
              <button
                type="button"
                class="plain"
                aria-label={`Move ${column.name} left`}
                onClick={() => move(column.name, -1)}
              >
                <Icon name="up" />
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Move ${column.name} right`}
                onClick={() => move(column.name, 1)}
              >
                <Icon name="down" />
              </button>
            </div>
          ))}
        {others
          .filter(fits)
          .slice(0, MOST)
          .map((name) => (
            <div class="columns-row" key={name}>
              <label class="tick">
                <input
                  type="checkbox"
                  checked={false}
                  onChange={() => props.onColumns(withColumn(columns, name))}
                />
                <bdi class="cut">{shownText(name)}</bdi>
              </label>
            </div>
          ))}
      </div>
      <button type="button" class="link" onClick={() => props.onColumns(DEFAULT_COLUMNS)}>
        As at first
      </button>
    </div>
  );
}
