/**
 * The handles of a slice that is compared with the rest.
 * Invariant: the slice is whole bars, one at least; it is what the address says, and a handle that moves changes that.
 */
import { useSignal } from "@preact/signals";
import { type HistogramProps, type Span, wholeBars } from "./bar-hand.ts";
import { xOf } from "./draw-bars.ts";
import { clockText } from "./wall-clock.ts";

export function CompareBand(
  props: Pick<HistogramProps, "bars" | "startMs" | "endMs" | "zone" | "onCompare"> & {
    slice: Span;
    widthPx: number;
  },
) {
  const { bars, startMs, endMs, zone, slice, widthPx } = props;
  const range = { from: startMs, to: endMs };
  /** While a handle is dragged. */
  const moved = useSignal<Span | undefined>(undefined);
  const shown = moved.value ?? slice;
  const at = (end: keyof Span, ms: number, of: Span): Span => {
    const step = bars.stepMs;
    const inside = end === "from" ? Math.min(ms, of.to - step) : Math.max(ms, of.from + step);
    const other = end === "from" ? of.to - 1 : of.from;
    // Ends lie between bars: the nearest one.
    const whole = wholeBars(bars, range, other, inside + (end === "from" ? step / 2 : -step / 2));
    return end === "from" ? { from: whole.from, to: of.to } : { from: of.from, to: whole.to };
  };
  const frame = { startMs, endMs, widthPx };
  return (
    <>
      {(["from", "to"] as const).map((end) => (
        <span
          key={end}
          class="compare-handle"
          role="slider"
          tabIndex={0}
          aria-label={end === "from" ? "Begin of the slice" : "End of the slice"}
          aria-valuemin={Math.floor(startMs / 1000)}
          aria-valuemax={Math.floor(endMs / 1000)}
          aria-valuenow={Math.floor(shown[end] / 1000)}
          aria-valuetext={clockText(shown[end], zone).slice(0, 8)}
          style={{ left: `${xOf(frame, shown[end])}px` }}
          onPointerDown={(event) => {
            event.preventDefault();
            event.stopPropagation();
            event.currentTarget.setPointerCapture(event.pointerId);
            event.currentTarget.focus();
            moved.value = slice;
          }}
          onPointerMove={(event) => {
            if (moved.value === undefined) return;
            const box = event.currentTarget.parentElement?.getBoundingClientRect();
            if (box === undefined) return;
            const ms = startMs + ((event.clientX - box.left) / widthPx) * (endMs - startMs);
            moved.value = at(end, ms, moved.value);
          }}
          onPointerUp={(event) => {
            event.stopPropagation();
            const span = moved.value;
            moved.value = undefined;
            if (span !== undefined && (span.from !== slice.from || span.to !== slice.to))
              props.onCompare(span.from, span.to, "replace");
          }}
          onPointerCancel={() => (moved.value = undefined)}
          onDblClick={(event) => event.stopPropagation()}
          onKeyDown={(event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            const next = at(end, slice[end] + step * bars.stepMs, slice);
            props.onCompare(next.from, next.to, "replace");
          }}
        />
      ))}
      {moved.value !== undefined && (
        <span class="histogram-tip band" style={{ left: `${xOf(frame, shown.from)}px` }}>
          <strong>
            {clockText(shown.from, zone).slice(0, 8)} – {clockText(shown.to, zone).slice(0, 8)}
          </strong>
        </span>
      )}
    </>
  );
}
