/**
 * What is stored, by the time of entries; what another number of days would delete is hatched.
 */
import { useId } from "preact/hooks";
import { dayText } from "../parts/when.tsx";
import { countText } from "../words.ts";
import type { Stored } from "./retention-effect.ts";

const DAY_MS = 86_400_000;
const WIDTH = 600;
const HEIGHT = 96;

export function StoredChart(props: { stored: Stored; keptDays: number; isChanged: boolean }) {
  const { stored, keptDays } = props;
  const id = useId();
  const { steps, stepMs, nowMs } = stored;
  const [first] = steps;
  if (first === undefined) return <p class="quiet chart-none">Nothing is stored yet.</p>;
  const endMs = Math.max(nowMs, (steps.at(-1)?.startMs ?? 0) + stepMs);
  const x = (ms: number): number => ((ms - first.startMs) / (endMs - first.startMs)) * WIDTH;
  const highest = Math.max(1, ...steps.map(({ entries }) => entries));
  const edgeMs = keptDays === 0 ? -Infinity : nowMs - keptDays * DAY_MS;
  const width = Math.max(1, x(first.startMs + stepMs) - 1.5);
  return (
    <figure class="stored">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${countText(stored.entries, "entry", "entries")} stored, from ${dayText(first.startMs)} to ${dayText(endMs)}`}
      >
        <defs>
          <pattern id={`${id}-hatch`} width="6" height="6" patternUnits="userSpaceOnUse">
            <path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" class="hatch" />
          </pattern>
        </defs>
        {steps.map(({ startMs, entries }) => {
          const height = entries === 0 ? 0 : Math.max(1.5, (entries / highest) * (HEIGHT - 4));
          const goes = startMs + stepMs / 2 < edgeMs;
          return (
            <rect
              key={startMs}
              class={goes ? "goes" : undefined}
              fill={goes ? `url(#${id}-hatch)` : undefined}
              x={x(startMs)}
              y={HEIGHT - height}
              width={width}
              height={height}
            />
          );
        })}
        {edgeMs > first.startMs && (
          <line class="edge" x1={x(edgeMs)} x2={x(edgeMs)} y1="0" y2={HEIGHT} />
        )}
      </svg>
      <figcaption>
        <span>{dayText(first.startMs)}</span>
        {props.isChanged && edgeMs > first.startMs && <span>hatched: would be deleted</span>}
        <span>today</span>
      </figcaption>
    </figure>
  );
}
