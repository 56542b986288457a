/**
 * The legend of a chart over time, which is its table: figures of each series, by whose heads it is sorted.
 * Invariants: a click on a name hides or shows its line, with Alt only it stays; what is grey in the picture is grey here.
 */
import { useSignal } from "@preact/signals";
import { shownText } from "../words.ts";
import { figureText } from "./figure-text.ts";
import { swatchOf, tokenOf } from "./plot-options.ts";
import { type Figures, figuresOf, type Over, type Parts, type Series } from "./series.ts";

const SPARK_PX = { width: 180, height: 24 } as const;
/** Beyond it the largest figure is worth a word; of fewer entries it is chance. */
const LEAST_RATIO = 3;
const LEAST_COUNT = 30;
const COLOURED = 8;

type Head = "name" | keyof Figures | "entries";
const HEADS: readonly (readonly [head: Head, name: string])[] = [
  ["last", "Last"],
  ["min", "Min"],
  ["median", "Median"],
  ["max", "Max"],
  ["entries", "Entries"],
];

interface Row {
  readonly series: Series;
  readonly at: number;
  readonly figures: Figures;
  /** undefined while it is not counted. */
  readonly entries: number | undefined;
}

export function Legend(props: {
  over: Over;
  parts: Parts;
  /** The last step goes on. */
  isOpen: boolean;
  /** What the names are of. */
  title: string;
  window: string;
  hidden: ReadonlySet<string>;
  entries: (series: Series) => number | undefined;
  onHidden: (hidden: ReadonlySet<string>) => void;
}) {
  const { over, hidden } = props;
  const sort = useSignal<{ readonly head: Head; readonly down: boolean }>({
    head: "max",
    down: true,
  });
  const isOpen = useSignal(false);
  const all = over.series.map((series, at): Row => ({
    series,
    at,
    figures: figuresOf(series, props.parts),
    entries: props.entries(series),
  }));
  const { head, down } = sort.value;
  const sorted = all.toSorted(
    (a, b) => (down ? -1 : 1) * compare(valueOf(a, head), valueOf(b, head)),
  );
  const isGrey = ({ series, at }: Row): boolean => at >= COLOURED || series.isRest;
  const grey = sorted.filter(isGrey);
  const rows = grey.length > 1 ? sorted.filter((row) => !isGrey(row)) : sorted;
  const turn = (names: readonly string[], isOnly: boolean): void => {
    const next = new Set(isOnly ? over.series.map(({ name }) => name) : hidden);
    const isShown = names.some((name) => !hidden.has(name));
    // Only it, once more: all.
    if (isOnly && isShown && hidden.size === over.series.length - names.length) next.clear();
    else if (isOnly || !isShown) for (const name of names) next.delete(name);
    else for (const name of names) next.add(name);
    props.onHidden(next);
  };
  return (
    <div class="scroll chart-legend" tabIndex={0} role="region" aria-label="Series">
      <table>
        <thead>
          <tr>
            {[["name", props.title] as const, ...HEADS].map(([one, name]) => (
              <th
                key={one}
                scope="col"
                class={one === "name" ? undefined : "end"}
                aria-sort={head !== one ? "none" : down ? "descending" : "ascending"}
              >
                <button
                  type="button"
                  class="plain"
                  onClick={() =>
                    (sort.value = { head: one, down: head === one ? !down : one !== "name" })
                  }
                >
                  {name}
                  {head === one && (down ? " ↓" : " ↑")}
                </button>
              </th>
            ))}
            <th scope="col">{props.window}</th>
            <th scope="col">
              <span class="unseen">Compared with its usual</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <LegendRow
              key={row.series.name}
              row={row}
              isHidden={hidden.has(row.series.name)}
              onTurn={turn}
            />
          ))}
          {grey.length > 1 && (
            <tr>
              <th scope="row">
                <Name
                  name={`other (${grey.length})`}
                  swatch="series-rest"
                  isHidden={grey.every(({ series }) => hidden.has(series.name))}
                  onTurn={(isOnly) =>
                    turn(
                      grey.map(({ series }) => series.name),
                      isOnly,
                    )
                  }
                />
              </th>
              <td colSpan={HEADS.length + 2}>
                <button
                  type="button"
                  class="link"
                  aria-expanded={isOpen.value}
                  onClick={() => (isOpen.value = !isOpen.value)}
                >
                  {isOpen.value ? "Fold" : "Show each"}
                </button>
              </td>
            </tr>
          )}
          {grey.length > 1 &&
            isOpen.value &&
            grey.map((row) => (
              <LegendRow
                key={row.series.name}
                row={row}
                isHidden={hidden.has(row.series.name)}
                onTurn={turn}
              />
            ))}
        </tbody>
      </table>
      {(props.parts.first || props.parts.last) && (
        <p class="hint">
          Last, Min and Median are without{" "}
          {[
            props.parts.first && "the first step, which began before this time",
            props.parts.last &&
              `the last step, which ${props.isOpen ? "is not over yet" : "goes on after it"}`,
          ]
            .filter(Boolean)
            .join(", and ")}
          .
        </p>
      )}
      {over.left > 0 && (
        <p class="hint">
          {over.left.toLocaleString()} more are not drawn. Group by something with fewer values, or
          narrow the filter.
        </p>
      )}
    </div>
  );
}

function LegendRow(props: {
  row: Row;
  isHidden: boolean;
  onTurn: (names: readonly string[], isOnly: boolean) => void;
}) {
  const { series, at, figures, entries } = props.row;
  const { unit } = series.measure;
  const ratio =
    figures.max !== undefined && figures.median !== undefined && figures.median > 0
      ? figures.max / figures.median
      : 1;
  const isLoud = ratio >= LEAST_RATIO && !(series.measure.adds && (figures.max ?? 0) < LEAST_COUNT);
  return (
    <tr class={props.isHidden ? "hidden-series" : undefined}>
      <th scope="row">
        <Name
          name={series.name}
          swatch={swatchOf(series, at)}
          isHidden={props.isHidden}
          onTurn={(isOnly) => props.onTurn([series.name], isOnly)}
        />
      </th>
      <td class="end mono">{figureText(figures.last, unit)}</td>
      <td class="end mono">{figureText(figures.min, unit)}</td>
      <td class="end mono">{figureText(figures.median, unit)}</td>
      <td class={isLoud ? "end mono loud" : "end mono"}>{figureText(figures.max, unit)}</td>
      <td class="end mono">{entries === undefined ? "–" : entries.toLocaleString()}</td>
      <td>
        <Spark values={series.values} token={tokenOf(series, at)} />
      </td>
      <td class="end quiet">
        {isLoud && `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)}× its usual`}
      </td>
    </tr>
  );
}

function Name(props: {
  name: string;
  swatch: string;
  isHidden: boolean;
  onTurn: (isOnly: boolean) => void;
}) {
  return (
    <button
      type="button"
      class="plain series-name"
      aria-pressed={!props.isHidden}
      title={`${props.isHidden ? "Show" : "Hide"} (Alt: only it)`}
      onClick={(event) => props.onTurn(event.altKey)}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== " " && event.key !== "Enter")) return;
        event.preventDefault();
        props.onTurn(true);
      }}
    >
      <i class={`swatch ${props.swatch}`} /> <bdi class="cut">{shownText(props.name)}</bdi>
    </button>
  );
}

/** The shape alone: figures stand beside it. */
function Spark(props: { values: readonly (number | undefined)[]; token: string }) {
  const { width, height } = SPARK_PX;
  const some = props.values.flatMap((value) => value ?? []);
  if (some.length < 2) return null;
  const [least, most] = [Math.min(0, ...some), Math.max(...some)];
  const points = props.values
    .flatMap((value, at) =>
      value === undefined
        ? []
        : [
            `${((at / Math.max(1, props.values.length - 1)) * width).toFixed(1)},${(height - 2 - ((value - least) / (most - least || 1)) * (height - 4)).toFixed(1)}`,
          ],
    )
    .join(" ");
  return (
    <svg
      class="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      style={{ color: `var(${props.token})` }}
    >
      <polygon points={`0,${height} ${points} ${width},${height}`} />
      <polyline points={points} />
    </svg>
  );
}

function valueOf({ series, figures, entries }: Row, head: Head): number | string {
  if (head === "name") return series.name;
  return (head === "entries" ? entries : figures[head]) ?? -Infinity;
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "string" || typeof b === "string") return String(a).localeCompare(String(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
