/**
 * The spread of a field's numbers, with a handle at each end.
 * Invariants: where the handles stand is read from the query, and one that is let go writes it there; a handle at the edge
 * is no bound.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { figureText } from "../chart/figure-text.ts";
import { unitOfName } from "../../query/units.ts";
import { rangeIn, withRange } from "../query/range-term.ts";
import { type ReadRows, readSpread, type Spread } from "./number-spread.ts";

const HEIGHT = 40;

export function NumberRange(props: {
  field: string;
  query: string;
  /** Grows when the counts beside it are read anew. */
  generation: unknown;
  read: ReadRows;
  onQuery: (query: string) => void;
}) {
  const { field, query } = props;
  const spread = useSignal<Spread | undefined>(undefined);
  const moved = useSignal<readonly [number, number] | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    readSpread(query, field, props.read, stop.signal).then(
      (read) => (spread.value = read),
      // The values stand without it.
      () => undefined,
    );
    return () => stop.abort();
  }, [props.generation, field]);
  const shown = spread.value;
  if (shown === undefined) return <div class="number-range" role="none" />;
  const { lows, counts, step, goesOn } = shown;
  const count = lows.length;
  const unit = unitOfName(field) ?? unitOfName(`_${field}`) ?? undefined;
  /** Ends of bars from 0 to `count`. */
  const written = rangeIn(query, field);
  const first = lows[0] ?? 0;
  const placeOf = (value: number): number => Math.min(count, Math.max(0, (value - first) / step));
  const [low, high] = moved.value ?? [
    written.low === undefined ? 0 : placeOf(written.low),
    written.high === undefined ? count : placeOf(written.high),
  ];
  const valueAt = (place: number): number => Number((first + place * step).toPrecision(12));
  const most = Math.max(1, ...counts);
  const take = ([from, to]: readonly [number, number]): void => {
    moved.value = undefined;
    const next = withRange(query, field, {
      low: from <= 0 ? undefined : valueAt(from),
      high: to >= count ? undefined : valueAt(to),
    });
    if (next !== undefined && next !== query) props.onQuery(next);
  };
  const ends = (end: "low" | "high", place: number): readonly [number, number] => {
    const whole = Math.round(place);
    return end === "low"
      ? [Math.max(0, Math.min(whole, Math.ceil(high) - 1)), high]
      : [low, Math.min(count, Math.max(whole, Math.floor(low) + 1))];
  };
  const text = (end: "low" | "high"): string =>
    end === "low"
      ? low <= 0
        ? `from ${figureText(first, unit)}, the least`
        : `from ${figureText(valueAt(low), unit)}`
      : high >= count
        ? "to the largest"
        : `to ${figureText(valueAt(high), unit)}`;
  return (
    <div class="number-range" role="none">
      <div class="number-bars" role="treeitem" tabIndex={-1} aria-label={`Range of ${field}`}>
        <svg viewBox={`0 0 ${count} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {counts.map((amount, at) => (
            <rect
              key={at}
              class={at + 1 > low && at < high ? "in" : undefined}
              x={at + 0.06}
              width={0.88}
              y={HEIGHT - barHeight(amount, most)}
              height={barHeight(amount, most)}
            />
          ))}
        </svg>
        {(["low", "high"] as const).map((end) => (
          <span
            key={end}
            class="number-handle"
            role="slider"
            tabIndex={0}
            aria-label={end === "low" ? `Least ${field}` : `Largest ${field}`}
            aria-valuemin={first}
            aria-valuemax={valueAt(count)}
            aria-valuenow={valueAt(end === "low" ? low : high)}
            aria-valuetext={text(end)}
            style={{ left: `${((end === "low" ? low : high) / count) * 100}%` }}
            onPointerDown={(event) => {
              event.preventDefault();
              event.currentTarget.setPointerCapture(event.pointerId);
              event.currentTarget.focus();
              moved.value = [low, high];
            }}
            onPointerMove={(event) => {
              const box = event.currentTarget.parentElement?.getBoundingClientRect();
              if (moved.value === undefined || box === undefined) return;
              moved.value = ends(end, ((event.clientX - box.left) / box.width) * count);
            }}
            onPointerUp={() => {
              if (moved.value !== undefined) take(moved.value);
            }}
            onPointerCancel={() => (moved.value = undefined)}
            onClick={(event) => event.stopPropagation()}
            onKeyDown={(event) => {
              const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
              const edge = { Home: 0, End: count }[event.key];
              if (by === undefined && edge === undefined) return;
              event.preventDefault();
              event.stopPropagation();
              take(ends(end, edge ?? (end === "low" ? low : high) + (by ?? 0)));
            }}
          />
        ))}
      </div>
      <p class="number-ends" aria-hidden="true">
        <span>{figureText(valueAt(low), unit)}</span>
        <span>
          {figureText(valueAt(high), unit)}
          {goesOn && high >= count ? " and more" : ""}
        </span>
      </p>
    </div>
  );
}

/** What is there is seen. */
function barHeight(amount: number, most: number): number {
  return amount === 0 ? 0 : Math.max(2, Math.sqrt(amount / most) * (HEIGHT - 2));
}
