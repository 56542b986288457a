/**
 * Entries by time and level. Severity rises from the floor, so that errors of all bars can be compared;
 * one that is there is seen: fatal and error have a least height.
 */
import type {
  GetHistogramResponse,
  HistogramBucket,
} from "../../../generated/client/argus/v1/log_service.ts";
import type { Level } from "../../domain/level.ts";
import { dayAndTime, shortTime } from "../time-range.ts";
import { countText } from "../words.ts";

/** From the floor up. */
const STACK: readonly Level[] = ["fatal", "error", "warn", "info", "debug", "trace"];
const HEIGHT = 72;
const LEAST: Readonly<Partial<Record<Level, number>>> = { fatal: 2.5, error: 1.5 };
/** Of a bar's step of 10, so that bars stay apart. */
const BAR = 8.6;

export function Histogram(props: {
  histogram: GetHistogramResponse;
  onZoom: (startMs: number, endMs: number) => void;
}) {
  const { buckets, bucket } = props.histogram;
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return null;
  const stepMs = Number(bucket?.seconds ?? 0n) * 1000 + (bucket?.nanos ?? 0) / 1e6;
  const highest = Math.max(1, ...buckets.map(total));
  const [startMs, endMs] = [startOf(first), startOf(last) + stepMs];
  const sum = countsOf(props.histogram);
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${buckets.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${countText(sum.all, "entry", "entries")} from ${dayAndTime(startMs)} to ${dayAndTime(endMs)}, of which ${countText(sum.bad, "error", "errors")}`}
      >
        {buckets.map((one, at) => (
          <g
            key={startOf(one)}
            class="bucket"
            onClick={() => props.onZoom(startOf(one), startOf(one) + stepMs)}
          >
            <title>{titleOf(one, stepMs)}</title>
            <rect class="ground" x={at * 10} y="0" width="10" height={HEIGHT} />
            {stackOf(one, highest).map(({ level, y, height }) => (
              <rect
                key={level}
                class={`fill-${level}`}
                x={at * 10}
                y={y}
                width={BAR}
                height={height}
              />
            ))}
            {total(one) > 0 && <Skyline at={at} bucket={one} highest={highest} />}
          </g>
        ))}
      </svg>
      <figcaption>
        <span>{dayAndTime(startMs)}</span>
        <span>{shortTime((startMs + endMs) / 2)}</span>
        <span>{shortTime(endMs)}</span>
      </figcaption>
      <span class="highest" aria-hidden="true">
        {sum.all === 0 ? "" : highest.toLocaleString()}
      </span>
    </figure>
  );
}

/** Info is quiet; the line on top lets heights be read. */
function Skyline(props: { at: number; bucket: HistogramBucket; highest: number }) {
  const top = stackOf(props.bucket, props.highest).at(-1)?.y ?? HEIGHT;
  return <rect class="skyline" x={props.at * 10} y={top} width={BAR} height="1" />;
}

function stackOf(bucket: HistogramBucket, highest: number) {
  let floor = HEIGHT;
  return STACK.flatMap((level) => {
    const count = Number(bucket.counts?.[level] ?? 0n);
    if (count === 0) return [];
    const height = Math.max(LEAST[level] ?? 0, (count / highest) * (HEIGHT - 4));
    floor -= height;
    return [{ level, y: floor, height }];
  });
}

function titleOf(bucket: HistogramBucket, stepMs: number): string {
  const counts = STACK.flatMap((level) => {
    const count = bucket.counts?.[level] ?? 0n;
    return count === 0n ? [] : [`${level} ${count.toLocaleString()}`];
  });
  const start = startOf(bucket);
  return `${dayAndTime(start)} – ${shortTime(start + stepMs)}\n${counts.length === 0 ? "no entries" : counts.join("\n")}`;
}

function startOf(bucket: HistogramBucket): number {
  return Number(bucket.start?.seconds ?? 0n) * 1000 + (bucket.start?.nanos ?? 0) / 1e6;
}

function total(bucket: HistogramBucket): number {
  return STACK.reduce((sum, level) => sum + Number(bucket.counts?.[level] ?? 0n), 0);
}

/** @returns how many entries there are, and how many of them are errors or worse. */
export function countsOf(histogram: GetHistogramResponse): { all: number; bad: number } {
  let all = 0;
  let bad = 0;
  for (const bucket of histogram.buckets) {
    all += total(bucket);
    bad += Number(bucket.counts?.error ?? 0n) + Number(bucket.counts?.fatal ?? 0n);
  }
  return { all, bad };
}
